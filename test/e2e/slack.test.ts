import { describe, expect, test } from 'vitest';
import type { Failover } from '../../core/service.ts';
import { functionName } from '../../deployment/names.ts';
import type { receivers } from '../../sandbox/receivers/receivers.ts';
import { secretHere } from '../../sandbox/receivers/secrets.ts';
import { type SignedRequest, signedBy } from '../../sandbox/receivers/slack-app.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { byAutomation } from './requests.ts';
import { withVariables } from './slack-nowhere.ts';
import { until } from './until.ts';

const asking = { required: true as const, deadlineMs: 3_600_000, onDeadline: 'abort' as const };
const byTwo = { approval: { ...asking, people: 2 } };
const base = configuration({ byArc: { 'by-two': byTwo, declined: byTwo, 'slack-down': byTwo } });
const secret = (name: string) => ({ parameter: `/understudy/slack/${name}` });
const failover: Failover = {
  ...base,
  notify: {
    ...base.notify,
    channels: [
      {
        kind: 'slack-app',
        name: 'incidents',
        teamId: 'T0123ABCD',
        channelId: 'C0123ABCD',
        url: 'https://slack.com/api/',
        approvers: [
          { userId: 'U0ADA0000', person: 'ada@example.com' },
          { userId: 'U0GRACE00', person: 'grace@example.com' },
          // The same person by another membership.
          { userId: 'U0ADA0001', person: 'Ada@example.com' },
        ],
        secrets: { botToken: secret('bot-token'), signingSecret: secret('signing-secret') },
      },
    ],
  },
};
const here = deployment({ failover });

type State = ReturnType<ReturnType<typeof receivers>['state']>;
type Pressed = NonNullable<Awaited<ReturnType<ReturnType<typeof receivers>['press']>>>;

const slack = async () => {
  const state = (await (await fetch(`${here.sandbox.addresses.aws}/_sandbox/channels`)).json()) as State;
  return state.slack['incidents'] ?? { messages: [], calls: {} };
};
const press = async (user: string, answer: 'approve' | 'decline' = 'approve'): Promise<Pressed> => {
  const body = JSON.stringify({ user, answer });
  const url = `${here.sandbox.addresses.aws}/_sandbox/channels/incidents/press`;
  return (await (await fetch(url, { method: 'POST', body })).json()) as Pressed;
};
const address = () => {
  const named = { name: functionName(failover, 'slack-answer'), region: standby };
  return here.sandbox.loopback.functionUrls.urlOf(named) ?? '';
};
const send = async ({ headers, body }: SignedRequest) => {
  const answer = await fetch(address(), { method: 'POST', headers, body });
  return { status: answer.status, word: ((await answer.json()) as { word?: string }).word ?? '' };
};
const sentOf = ({ sent }: Pressed): SignedRequest => {
  if (sent === null) throw new Error('nothing was pressed');
  return sent;
};
const textOf = (message: unknown) => JSON.stringify(message);

/** A run of the service that waits, and the card that asks. */
async function asked(service: string) {
  await here.fault(home, '503');
  const run = await here.begin(byAutomation(service));
  await until('it asks', async () =>
    here.told('incidents').some((said) => said.includes(`Approve moving ${service} `)),
  );
  await until('the card stands', async () =>
    (await slack()).messages.some((one) => textOf(one).includes(`${service}#1`)),
  );
  return run;
}

describe('an approval by two people in Slack', () => {
  test('moves when the second one presses; what is replayed, forged, stale or a stranger’s changes nothing', async () => {
    const run = await asked('by-two');
    const [card] = (await slack()).messages.slice(-1);
    const shown = ['Evidence', 'Would be written', 'Lag', 'Last drill', 'If nobody answers', 'Two different people'];
    for (const part of shown) expect(textOf(card)).toContain(part);

    const first = await press('U0ADA0000');
    expect(first).toMatchObject({ status: 200, body: expect.stringContaining('one more person has to') });

    const request = sentOf(first);
    const seconds = Number(request.headers['x-slack-request-timestamp']);
    const signing = secretHere('incidents', 'signingSecret', '');
    const other = (change: (body: string) => string) => signedBy(signing, change(request.body), seconds);
    // Sent again as it was: by somebody who listened, and by Slack itself.
    expect(await send(request)).toMatchObject({ status: 409, word: expect.stringContaining('handled before') });
    const retried = { ...request, headers: { ...request.headers, 'x-slack-retry-num': '1' } };
    expect(await send(retried)).toMatchObject({ status: 200, word: expect.stringContaining('handled before') });
    // Another member in the same bytes.
    const forged = { ...request, body: request.body.replaceAll('U0ADA0000', 'U0GRACE00') };
    expect(await send(forged)).toMatchObject({ status: 401, word: expect.stringContaining('signature') });
    expect(await send(signedBy('another-secret-entirely', request.body, seconds))).toMatchObject({ status: 401 });
    expect(await send(signedBy(signing, request.body, seconds - 400))).toMatchObject({
      status: 401,
      word: expect.stringContaining('five minutes'),
    });
    expect(await send(other((body) => body.replaceAll('T0123ABCD', 'T0STRANGE')))).toMatchObject({ status: 403 });
    // The same person by another membership, and somebody who is nobody's approver.
    expect(await press('U0ADA0001')).toMatchObject({ status: 200, body: expect.stringContaining('one more person') });
    expect(await press('U0MALLORY')).toMatchObject({ status: 200, body: expect.stringContaining('not among those') });
    expect((await here.lever('by-two')).weights).toEqual({ [home]: 1000, [standby]: 0 });

    expect(await press('U0GRACE00')).toMatchObject({ status: 200, body: expect.stringContaining('approved') });

    expect((await run.ended()).ending).toBe('recovered');
    expect((await here.lever('by-two')).weights).toEqual({ [home]: 0, [standby]: 1000 });
    expect(await here.happenings('by-two', 'by-two#1', 'approval')).toMatchObject([
      { by: 'ada@example.com', more: 1 },
      { by: 'grace@example.com', more: 0 },
      { by: 'ada@example.com and grace@example.com' },
    ]);
    const pressed = await here.happenings('by-two', 'by-two#1', 'pressed');
    expect(pressed.map(({ user, became }) => `${user} ${became}`)).toEqual([
      'U0ADA0000 counted',
      'U0ADA0001 counted',
      'U0MALLORY stranger',
      'U0GRACE00 taken',
    ]);
  });

  test('is one thread: a card that says how it came out, without buttons, and the words to each beside it', async () => {
    const { messages, calls } = await slack();
    const cards = messages.filter(
      (one) => one.thread === null && one.onlyFor === null && textOf(one).includes('by-two#1'),
    );

    expect(cards).toHaveLength(1);
    expect(textOf(cards)).toContain('by-two moved from us-east-1 to us-west-2');
    expect(textOf(cards)).toContain('Approved by ada@example.com; one more person has to');
    expect(textOf(cards)).not.toContain('understudy-approve');
    expect(messages.filter(({ onlyFor }) => onlyFor === 'U0MALLORY')).toHaveLength(1);
    expect(calls['chat.update']).toBeGreaterThan(0);
  });
});

test('one who declines is enough, and the run ends where it is', async () => {
  const run = await asked('declined');

  expect(await press('U0GRACE00', 'decline')).toMatchObject({ status: 200 });

  expect((await run.ended()).ending).toBe('declined');
  expect((await here.lever('declined')).weights).toEqual({ [home]: 1000, [standby]: 0 });
});

test('while Slack takes nothing people answer by command line, and the report says who was not told', async () => {
  for (const step of ['approve', 'announce', 'conclude']) {
    await withVariables(here, step, { SANDBOX_INCIDENTS_BOTTOKEN: 'xoxb-revoked-token' });
  }
  await here.fault(home, '503');
  const run = await here.begin(byAutomation('slack-down'));
  await until('it asks', async () => (await here.record('slack-down')).question !== null);
  const endpoint = ['--endpoint', here.sandbox.addresses.aws];
  for (const user of ['ada', 'grace']) {
    await understudy(['approve', 'slack-down', ...endpoint], { env: { AWS_ACCESS_KEY_ID: user } });
  }

  const { ending, deliveries } = await run.ended();
  expect(ending).toBe('recovered');
  expect(deliveries).toContainEqual(
    expect.objectContaining({
      channel: 'incidents',
      delivered: false,
      because: expect.stringContaining('invalid_auth'),
    }),
  );
});

test('no secret of the app stands in a template, a message or the ledger', async () => {
  const secrets = ['botToken', 'signingSecret'].map((name) => secretHere('incidents', name, ''));
  const entries = await Promise.all(['by-two', 'declined'].map((service) => here.entries(service)));
  const all = JSON.stringify([entries, await slack(), here.sandbox.failover]);

  for (const each of secrets) expect(all).not.toContain(each);
});
