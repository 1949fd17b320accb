import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import type { Failover } from '../../core/service.ts';
import type { receivers } from '../../sandbox/receivers/receivers.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { byAutomation, byHand } from './requests.ts';
import { pointSlackAtNobody } from './slack-nowhere.ts';
import { until } from './until.ts';

const base = configuration();
const secret = (parameter: string) => ({ parameter: `/understudy/${parameter}` });
const failover: Failover = {
  ...base,
  notify: {
    ...base.notify,
    // A flap is shorter than this however slow the machine: one good look alone closes nothing.
    wellAfterMs: 60_000,
    channels: [
      ...base.notify.channels,
      {
        kind: 'pagerduty',
        name: 'on-call',
        url: 'https://events.pagerduty.com/v2/enqueue',
        secrets: { routingKey: secret('pagerduty') },
      },
      { kind: 'webhook', name: 'tools', secrets: { url: secret('tools-url'), signingKey: secret('tools-key') } },
      {
        kind: 'pagerduty',
        name: 'payments-only',
        url: 'https://events.pagerduty.com/v2/enqueue',
        only: { services: ['payments'] },
        secrets: { routingKey: secret('payments') },
      },
      { kind: 'eventbridge', name: 'programs', bus: 'default' },
    ],
  },
};

const here = deployment({ failover });

type State = ReturnType<ReturnType<typeof receivers>['state']>;
const channels = async (): Promise<State> =>
  (await (await fetch(`${here.sandbox.addresses.aws}/_sandbox/channels`)).json()) as State;

test('an outage that flaps is one incident of PagerDuty from its first word to its last, and few messages', async () => {
  await ruleToTopic();
  const look = () => here.run(byAutomation('orders'));
  const ill = () => Promise.all([home, standby].map((region) => here.fault(region, '503')));

  for (let flap = 0; flap < 2; flap++) {
    await ill();
    expect((await look()).ending).toBe('held');
    await look();
    await here.heal();
    await look();
  }
  await until('it is well again', async () => {
    await look();
    return here.told('on-call').some((said) => said.startsWith('resolve'));
  });

  const { received, incidents } = await channels();
  const [incident, ...others] = incidents['on-call'] ?? [];
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ key: expect.stringContaining('understudy/orders#'), state: 'resolved', pages: 1 });
  expect(received.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
  const posts = received.filter(({ channel }) => channel === 'tools');
  // Of a trouble people hear at most this often, over every channel alike.
  expect(here.told('tools').length).toBeLessThanOrEqual(8);
  expect(here.told('tools')).toEqual(here.told('slack'));
  expect(posts).toHaveLength(here.told('tools').length);
  expect(incidents['payments-only']).toEqual([]);
  // A rule finds every event by its type; programs get what nobody has to hear of as well.
  await until('the rule has delivered', async () => {
    const concluded = here.told('sns understudy-info').filter((said) => said === '"understudy.run.concluded"');
    return concluded.length > posts.length;
  });
  const secrets = received.flatMap(({ message }) => JSON.stringify(message).match(/whsec_|_sandbox\/channels/g) ?? []);
  expect(secrets).toEqual([]);
  // A dozen runs, one after the other, on whatever machine.
}, 180_000);

test('a channel that fails keeps no move, and an alarm tells of it', async () => {
  await pointSlackAtNobody(here, 'conclude');

  const ended = await here.run(byHand('payments', { to: standby }));

  expect(ended.ending).toBe('recovered');
  expect(ended.deliveries).toContainEqual(
    expect.objectContaining({
      channel: 'slack',
      delivered: false,
      because: expect.stringContaining('could not be reached'),
    }),
  );
  expect(ended.deliveries).toContainEqual(expect.objectContaining({ channel: 'tools', delivered: true }));
  // Without canaries here alarms change their states and tell nobody; whom they would tell stands in the template.
  await until('its alarm is red', async () =>
    here.events.some((event) => event.kind === 'alarm' && event.alarm === notTold && event.state === 'ALARM'),
  );
});

const notTold = 'understudy-payments-not-told';

/** What any program of the account may do: a rule on the bus, here with the topic for information as its target. */
async function ruleToTopic(): Promise<void> {
  const client = new EventBridgeClient(clientConfig(here.sandbox.addresses.aws, standby));
  const pattern = {
    source: ['understudy'],
    'detail-type': [{ prefix: 'understudy.' }],
    detail: { service: ['orders'] },
  };
  await client.send(new PutRuleCommand({ Name: 'everything', EventPattern: JSON.stringify(pattern) }));
  const Arn = `arn:aws:sns:${standby}:${failover.account}:understudy-info`;
  await client.send(
    new PutTargetsCommand({ Rule: 'everything', Targets: [{ Id: '1', Arn, InputPath: '$.detail-type' }] }),
  );
  client.destroy();
}
