import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { canaryName } from '../../deployment/names.ts';
import { byName, type Got, throughEdge } from './callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { idle } from './idle.ts';
import { byHand } from './requests.ts';
import { until } from './until.ts';

const here = deployment({
  failover: configuration({
    // As it is meant to be: with a dwell, and a cooldown that outlasts this file.
    orders: { dwellMs: 10_000, cooldownMs: 86_400_000 },
    byArc: { payments: { dwellMs: 10_000, cooldownMs: 86_400_000 } },
    controlRegions: ['us-west-2', 'us-east-2'],
  }),
  tempo: 15,
  canaries: true,
});

const services = ['orders', 'payments'] as const;
const observers = ['us-east-2', 'us-west-2', 'ca-central-1'];
const athome = { [home]: 1000, [standby]: 0 };
const moved = { [home]: 0, [standby]: 1000 };

/** One outage from its beginning to its end: each test goes on where the one before stopped. */
describe('hands off,', () => {
  test('nobody moves what is well', async () => {
    await until('every region was seen to be well by every canary', () => seen(true, observers, [home, standby]));

    for (const service of services) {
      expect((await here.lever(service)).weights).toEqual(athome);
      expect(await here.record(service)).toMatchObject({ armed: true, epoch: 0 });
    }
    expect(here.told('slack')).toEqual([]);
  });

  test('a lost region is left by every service, and no read is lost meanwhile', async () => {
    await here.fault(home, 'lost');

    const readsLost: Got[] = [];
    const incidents = await until('both services have moved', async () => {
      const got = await throughEdge(here.sandbox);
      if (got.status !== 200 || got.region === null) readsLost.push(got);
      const ends = await Promise.all(services.map(recovery));
      return ends.every((end) => end !== null) && ends;
    });

    expect(readsLost).toEqual([]);
    for (const [index, service] of services.entries()) {
      const incident = incidents[index] ?? '';
      expect((await here.lever(service)).weights).toEqual(moved);
      expect(await here.record(service)).toMatchObject({
        armed: false,
        activeRegion: standby,
        unacknowledged: incident,
      });
      const decided = await here.happenings(service, incident, 'decided');
      expect(decided.at(-1)?.verdict).toMatchObject({
        kind: 'move',
        diagnosis: 'region-down',
        plan: { from: home, to: standby },
      });
      // DNS is asked by new connections alone; at the edge every request is.
      const whom = service === 'payments' ? ' for new connections' : '';
      const headline = `${service} moved from ${home} to ${standby}, verified with real requests${whom}`;
      expect(here.told('sns understudy-critical').filter((subject) => subject === headline)).toHaveLength(1);
      expect(here.told('slack').filter((subject) => subject.includes(headline))).toHaveLength(1);
    }
    await until('writes come back', async () => (await throughEdge(here.sandbox, { method: 'POST' })).status === 201);
    await until('the name leads there', async () => (await byName(here.sandbox, 'payments')).region === standby);
  });

  test('one run did the move of a service; the ledger refused the others', async () => {
    for (const service of services) {
      // Every observer in the other region reports the same outage sooner or later.
      const entries = await until(`a run for ${service} was refused`, async () => {
        const all = await here.entries(service);
        return all.some(({ what }) => what.kind === 'refused') && all;
      });
      const writes = entries.filter(({ what }) => what.kind === 'shifted' && what.wrote);
      expect(writes).toHaveLength(1);
      const reasons = entries.flatMap(({ what }) => (what.kind === 'refused' ? [what.reason] : []));
      expect(reasons.filter((reason) => !['held', 'disarmed', 'cooldown', 'stale-event'].includes(reason))).toEqual([]);
    }
    expect(here.leverWrites).toEqual([]);
  });

  test('when the region is well again, nothing moves back by itself', async () => {
    await here.heal();
    here.forget();
    await until('the region was seen to be well by every canary', () => seen(true, observers, [home]));
    await until('its alarms are green', alarmsAreGreen);
    here.forget();
    await until('it was seen to be well once more', () => seen(true, observers, [home]));

    expect(here.leverWrites).toEqual([]);
    for (const service of services) {
      expect((await here.lever(service)).weights).toEqual(moved);
      expect(await here.record(service)).toMatchObject({ armed: false, activeRegion: standby });
    }
    expect(await throughEdge(here.sandbox)).toEqual({ status: 200, region: standby });
  });

  test('a person acknowledges, and brings it home', async () => {
    const endpoint = ['--endpoint', here.sandbox.addresses.aws];
    await Promise.all(
      services.map(async (service) => {
        expect(await understudy(['ack', service, ...endpoint])).toMatchObject({ code: 0, stderr: '' });
        const started = await understudy(['start', service, '--to', home, ...endpoint]);
        expect(started.stdout).toContain(`${service} moved from ${standby} to ${home}, verified with real requests`);
        expect(started).toMatchObject({ code: 0, stderr: '' });
      }),
    );

    for (const service of services) {
      expect((await here.lever(service)).weights).toEqual(athome);
      expect(await here.record(service)).toMatchObject({ armed: true, activeRegion: home, unacknowledged: null });
    }
    const { stdout } = await understudy(['status', ...endpoint]);
    expect(stdout.match(/^ {2}automation +armed, cooling down until 20/gm)).toHaveLength(services.length);
    await until('home answers at the edge', async () => (await throughEdge(here.sandbox)).region === home);
    await until('home answers by name', async () => (await byName(here.sandbox, 'payments')).region === home);
  });
});

test('of two executions at the same time, one in each control region, one moves and the other is refused', async () => {
  const [first, second] = here.failover.controlRegions;
  const other = Promise.withResolvers<void>();
  // The one that is admitted waits before its write until the other one has come to its end.
  here.beforeEach('Shift', () => other.promise);
  const request = byHand('orders', { to: standby });

  const runs = await Promise.all([here.begin(request, first), here.begin(request, second)]);
  const ends = runs.map((run) => run.ended());
  const refused = await Promise.race(ends);
  other.resolve();
  const [one, two] = await Promise.all(ends);
  const recovered = one?.arn === refused.arn ? two : one;

  expect(refused).toMatchObject({ status: 'SUCCEEDED', ending: 'refused', incident: null });
  expect(recovered).toMatchObject({ status: 'SUCCEEDED', ending: 'recovered' });
  expect(here.leverWrites).toHaveLength(1);
  expect((await here.lever('orders')).weights).toEqual(moved);
  const entries = await here.entries('orders');
  expect(entries.find(({ id }) => id === `refused/${refused.arn}`)).toMatchObject({
    what: { kind: 'refused', reason: 'held' },
    text: expect.stringContaining(recovered?.arn ?? 'the other execution'),
  });
  // The move, announced and concluded: a refusal answers whoever asked, and wakes nobody.
  expect(here.told('slack')).toHaveLength(2);
});

test('whatever the templates made has done its work by now', async () => {
  for (const region of here.failover.controlRegions) {
    const { arn } = await here.begin(byHand('orders', { to: home }), region);
    const states = new SFNClient(clientConfig(here.sandbox.addresses.aws, region));
    await states.send(new StopExecutionCommand({ executionArn: arn })).finally(() => states.destroy());
    // AWS has a word of its own, which wakes nobody.
    here.sandbox.loopback.events.emit(region, {
      source: 'aws.health',
      detailType: 'AWS Health Event',
      at: Date.now(),
      resources: [],
      detail: {
        service: 'LAMBDA',
        eventTypeCode: 'AWS_LAMBDA_OPERATIONAL_ISSUE',
        eventTypeCategory: 'issue',
        eventRegion: home,
        startTime: 'Fri, 20 Nov 2026 02:51:00 GMT',
      },
    });
  }

  // Where nothing runs, nobody has anything to say but what wakes people.
  const unneeded = [
    'topic understudy-info (ca-central-1)',
    // Nor is a message lost: that these alarms watch what is then printed, `test/infra/watched.test.ts` holds.
    ...here.failover.controlRegions.flatMap((where) =>
      services.map((service) => `alarm understudy-${service}-not-told (${where})`),
    ),
  ];
  const rest = async () => (await idle(here.sandbox)).filter((line) => !unneeded.includes(line));
  await until('nothing is idle', async () => (await rest()).length === 0).catch(() => undefined);
  expect(await rest()).toEqual([]);
});

/** Whether each of the observers' canaries had this result, since the test began, on these regions of every service. */
function seen(passed: boolean, by: readonly string[], regions: readonly string[]): boolean {
  return by.every((observer) =>
    services.every((service) =>
      regions.every((name) =>
        here.events.some(
          (event) =>
            event.kind === 'canary' &&
            event.passed === passed &&
            event.observer === observer &&
            event.canary === canaryName(here.failover, service, region(name)),
        ),
      ),
    ),
  );
}

/** The incident that moved the service, once it is concluded. */
async function recovery(service: string): Promise<string | null> {
  const entries = await here.entries(service);
  return entries.find(({ what }) => what.kind === 'concluded' && what.ending === 'recovered')?.incident ?? null;
}

async function alarmsAreGreen(): Promise<boolean> {
  const states = await Promise.all(
    observers.map(async (observer) => {
      const client = new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, observer));
      try {
        const AlarmNames = services.map((service) => `understudy-${service}-${home}`);
        const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames }));
        return MetricAlarms.map(({ StateValue }) => StateValue);
      } finally {
        client.destroy();
      }
    }),
  );
  return states.flat().every((state) => state === 'OK');
}
