import { CreateActivityCommand, SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { cli as awsCli, clis, failure } from '../loopback/aws/aws-fixture.ts';
import { byName, throughEdge } from './callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { byHand } from './requests.ts';

const here = deployment({ failover: configuration() });

const loopback = /^http:\/\/127\.0\.0\.1:\d+$/;
const control = (path: string, init?: RequestInit) => fetch(`${here.sandbox.addresses.aws}/_sandbox${path}`, init);
const post = (body: string) => control('/faults', { method: 'POST', body });
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);

describe('the control API', () => {
  test('says where everything is', async () => {
    const response = await control('');

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ready: true,
      aws: expect.stringMatching(loopback),
      arc: Array.from({ length: 5 }, () => expect.stringMatching(loopback)),
      edge: expect.stringMatching(loopback),
      dns: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      regions: { [home]: expect.stringMatching(loopback), [standby]: expect.stringMatching(loopback) },
      services: {
        orders: { lever: 'kvs', frontDoor: expect.stringMatching(loopback), regions: { [home]: expect.any(String) } },
        payments: { lever: 'arc', frontDoor: expect.stringMatching(/^http:\/\/payments\.understudy\.test:\d+$/) },
      },
    });
  });

  test.for([
    ['dark', 'dark'],
    ['hanging', 'hang'],
    ['5xx', '500'],
    ['HTML 200', 'html'],
    ['html-200', 'html'],
    ['flap', 'flapping'],
    [429, '429'],
  ] as const)('knows the fault %s as %s', async ([named, fault]) => {
    const response = await post(JSON.stringify({ region: standby, fault: named }));

    expect(await response.json()).toEqual({ region: standby, fault });
    expect(await (await control('/faults')).json()).toEqual({ regions: { [standby]: fault }, aws: [] });
    expect(await (await control('/faults', { method: 'DELETE' })).json()).toEqual({ cleared: 1 });
    expect((await fetch(`${here.sandbox.addresses.regions[standby]}/orders/health`)).status).toBe(200);
  });

  test.for([
    ['no JSON', 'dark', /the body is no JSON/],
    [
      'an unknown fault',
      '{"region":"us-east-1","fault":"sulking"}',
      /there is no fault sulking; there are dark, hang, /,
    ],
    [
      'an unknown region',
      '{"region":"mars-1","fault":"dark"}',
      /there is no region mars-1; there are us-east-1, us-west-2/,
    ],
    ['no fault', '{"region":"us-east-1"}', /a fault is \{ "region"/],
    ['a service that is not AWS’s', '{"service":"ec2","fault":"unavailable"}', /a fault of AWS: service: /],
  ] as const)('answers %s with 400 and what would do', async ([, body, problem]) => {
    const response = await post(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringMatching(problem) });
    expect(await (await control('/faults')).json()).toEqual({ regions: {}, aws: [] });
  });

  test('takes faults of AWS, and gives them up one by one', async () => {
    const fault = { service: 'kvs', operation: 'UpdateKeys', fault: 'conflict', times: 2 };
    const { id } = (await (await post(JSON.stringify(fault))).json()) as { id: string };

    expect(await (await control('/faults')).json()).toEqual({ regions: {}, aws: [{ ...fault, id }] });
    expect(await (await control(`/faults?id=${id}`, { method: 'DELETE' })).json()).toEqual({ cleared: 1 });
  });
});

test('an operation that nobody has written is answered with the protocol’s error, never with 200', async () => {
  const client = new SFNClient({ ...clientConfig(here.sandbox.addresses.aws, standby), maxAttempts: 1 });

  const error = await failure(client.send(new CreateActivityCommand({ name: 'a' })));
  client.destroy();

  expect(error).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } });
  expect(error.message).toContain('CreateActivity');
});

describe('callers', () => {
  test('are served by the home region while nothing is wrong', async () => {
    expect(await throughEdge(here.sandbox)).toEqual({ status: 200, region: home });
    expect(await throughEdge(here.sandbox, { method: 'POST' })).toEqual({ status: 201, region: home });
    expect(await byName(here.sandbox, 'payments')).toEqual({ status: 200, region: home });
  });
});

describe('understudy, given the endpoint alone,', () => {
  test('tells who serves, for people and for programs', async () => {
    const [people, program, one] = await Promise.all([cli('status'), cli('status', '--json'), cli('status', 'orders')]);

    expect(people).toMatchObject({ code: 0, stderr: '' });
    expect(people.stdout).toMatch(
      /orders\n +serves +us-east-1 100 %.*\n +us-east-1 .*\n +us-west-2 .*\n +front door .*\n +automation +armed\n/,
    );
    expect(people.stdout).toContain('payments');
    expect(JSON.parse(program.stdout)).toMatchObject([
      { service: 'orders', routing: { kind: 'read', routing: { weights: { [home]: 1000 } } }, ledger: { armed: true } },
      { service: 'payments' },
    ]);
    expect(one.stdout).not.toContain('payments');
  });

  test('tells that a lever cannot be read, and fails: nobody knows who serves', async () => {
    await here.awsFault({ service: 'kvs', fault: 'unavailable' });

    const [people, program] = await Promise.all([cli('status'), cli('status', '--json')]);

    expect([people.code, program.code]).toEqual([3, 3]);
    expect(people.stdout).toMatch(/orders\n +serves +UNKNOWN, the lever cannot be read: /);
    expect(people.stdout).toMatch(/payments\n +serves +us-east-1 100 %/);
    expect(JSON.parse(program.stdout)).toMatchObject([
      { routing: { kind: 'unreadable' } },
      { routing: { kind: 'read' } },
    ]);
  });

  test('moves by hand, with progress, and explains it', async () => {
    const started = await cli('start', 'orders', '--to', standby, '--reason', 'game day');

    expect(started).toMatchObject({ code: 0, stderr: '' });
    for (const state of ['Admit', 'Assess', 'Act', 'Shift', 'Verify', 'Conclude', 'Recovered'])
      expect(started.stdout).toMatch(new RegExp(`^ +[\\d:.]+ +${state}$`, 'm'));
    const incident = /understudy explain (orders#\d+)/.exec(started.stdout)?.[1] ?? '';
    expect((await here.lever('orders')).weights).toEqual({ [home]: 0, [standby]: 1000 });

    const [page, json, service] = await Promise.all([
      cli('explain', incident),
      cli('explain', incident, '--json'),
      cli('explain', 'orders'),
    ]);
    expect(page.stdout).toMatch(new RegExp(`^# ${incident}: orders moved from ${home} to ${standby}`));
    expect(page.stdout).toContain('(manual): game day');
    expect(page.stdout).toContain('- slack: told');
    expect(JSON.parse(json.stdout)).toMatchObject({ incident, ending: 'recovered', from: home, to: standby });
    expect(service.stdout).toContain(`${incident} admitted (manual): game day`);
    const back = await cli('start', 'orders', '--to', home, '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ status: 'SUCCEEDED', output: { ending: 'recovered' } });
  });

  test('rehearses, and what is held or refused is exit status 1', async () => {
    const [rehearsed, held, nothing] = await Promise.all([
      cli('rehearse', 'payments'),
      cli('start', 'orders', '--to', home),
      cli('ack', 'payments'),
    ]);

    expect(rehearsed).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was written') });
    expect(held).toMatchObject({ code: 1, stdout: expect.stringContaining('already-there') });
    expect(held.stdout).toMatch(new RegExp(`^Why: .*${home}.*\\nWhat would move it: .+$`, 'm'));
    expect(nothing).toMatchObject({ code: 0, stdout: 'payments is armed: nothing waits for a person\n' });
    expect(here.leverWrites).toEqual([]);
  });

  test('pauses and resumes', async () => {
    expect(await cli('pause', 'orders', '--reason', 'migration')).toMatchObject({ code: 0 });
    const refused = await here.run(byHand('orders', { to: standby }));
    expect(refused.ending).toBe('refused');
    expect((await cli('status', 'orders')).stdout).toMatch(/automation +paused by .*: migration/);

    const started = await cli('start', 'orders', '--to', standby);
    expect(started.code).toBe(1);
    expect(started.stdout).toMatch(
      /Why: refused \(paused\): .* paused orders until \S+: migration\nEnd the pause: understudy resume/,
    );

    expect(await cli('pause', 'orders', '--reason', 'migration until 16:00')).toMatchObject({ code: 0 });
    expect((await here.record('orders')).paused?.reason).toBe('migration until 16:00');

    expect(await cli('resume', 'orders')).toMatchObject({ code: 0, stdout: 'orders is no longer paused\n' });
    expect((await here.record('orders')).paused).toBeNull();
  });

  test('evacuates a region: what can leave it leaves, and what cannot is named', async () => {
    await cli('pause', 'payments', '--reason', 'freeze');

    const some = await cli('evacuate', home, '--reason', 'game day');
    await cli('resume', 'payments');
    const rest = await cli('evacuate', home, '--json');

    expect(some).toMatchObject({ code: 1, stderr: '' });
    expect(some.stdout).toMatch(/^1 services verified by edges and real requests$/m);
    expect(some.stdout).toMatch(
      /^payments stays: \S+ paused payments until \S+: freeze; understudy resume payments, or --force$/m,
    );
    expect(some.stdout).toMatch(/^1 of 2 services are out of us-east-1; not payments$/m);
    expect(rest.code).toBe(0);
    expect(JSON.parse(rest.stdout)).toMatchObject({
      status: 'SUCCEEDED',
      output: { isComplete: true, headline: '2 of 2 services are out of us-east-1', stays: [] },
    });
    expect(await cli('return', home, '--reason', 'over')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 of 2 services are back in us-east-1'),
    });
  });

  test('rehearses an evacuation, and knows the regions that there are', async () => {
    const rehearsed = await cli('evacuate', home, '--rehearse', '--at-once', '1');
    const unknown = await cli('evacuate', 'eu-north-1');

    expect(rehearsed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 of 2 services could leave us-east-1'),
    });
    expect(here.leverWrites).toEqual([]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('no service has a region eu-north-1') });
  });

  test('acknowledges the incident that waits, and no other', async () => {
    await here.fault(home, '500');
    const { incident } = await here.run({ ...byHand('orders'), mode: 'automatic' });
    expect((await here.record('orders')).unacknowledged).toBe(incident);

    expect(await cli('ack', 'orders#1')).toMatchObject({ code: 1 });
    expect(await cli('ack', incident ?? '')).toMatchObject({ code: 0, stdout: 'orders is armed again\n' });
    expect((await cli('status', 'orders')).stdout).toMatch(/^ {2}automation +armed$/m);
    expect(await here.record('orders')).toMatchObject({ armed: true, unacknowledged: null });
    await here.comeHome('orders');
  });

  test('says what is wrong in a sentence, with the exit status that scripts rely on', async () => {
    const cases = await Promise.all([
      cli('status', 'refunds'),
      cli('start', 'orders', '--to', 'eu-north-1'),
      cli('explain', 'orders#999'),
      cli('approve', 'orders#999'),
      cli('frobnicate'),
      cli('status', '--region', 'eu-north-1'),
      understudy(['status', '--endpoint', 'http://127.0.0.1:1']),
    ]);

    expect(cases.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 2, 3]);
    expect(cases.map(({ stderr }) => stderr)).toEqual([
      expect.stringContaining('there is no service refunds; the configuration has orders, payments'),
      expect.stringContaining('--to eu-north-1 is no region of orders; it has us-east-1, us-west-2'),
      expect.stringContaining('orders#999 is not in the ledger'),
      expect.stringContaining('orders#999 does not wait for approval'),
      expect.stringContaining('there is no command frobnicate; understudy --help lists them'),
      expect.stringContaining('--region eu-north-1 runs no orchestrator'),
      expect.stringContaining('http://127.0.0.1:1 does not answer'),
    ]);
    for (const { stderr, stdout } of cases) {
      expect(stderr).not.toMatch(/^ +at /m);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stdout).toBe('');
    }
  });
});

/** Skipped where this machine has none; Debian's is `apt-get install awscli`. */
describe.skipIf(clis.length === 0).for(clis.length === 0 ? ['the AWS CLI (none on this machine)'] : clis)(
  '%s',
  (path) => {
    test('lists the state machines, and the routing controls at the endpoint of any of the five', async () => {
      const { aws, arc } = here.sandbox.addresses;

      const [machines, controls] = await Promise.all([
        awsCli(path, ['stepfunctions', 'list-state-machines'], aws, standby),
        awsCli(path, ['route53-recovery-cluster', 'list-routing-controls'], arc[0] ?? '', home),
      ]);

      expect(machines).toMatchObject({
        stateMachines: [{ name: 'understudy-evacuation' }, { name: 'understudy-failover', type: 'STANDARD' }],
      });
      expect(controls).toMatchObject({
        RoutingControls: expect.arrayContaining([
          expect.objectContaining({ RoutingControlName: `payments-${home}`, RoutingControlState: 'On' }),
          expect.objectContaining({ RoutingControlName: `payments-${standby}`, RoutingControlState: 'Off' }),
        ]),
      });
    });
  },
);
