import { afterEach, describe, expect, test } from 'vitest';
import { byName, throughEdge } from './callers.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { deployment } from './deployment.ts';
import { alarmEvent, byHand } from './requests.ts';
import { until } from './until.ts';

const here = deployment({
  failover: configuration({
    // Probes of a region that hangs take all of it.
    timeoutMs: 2_000,
    // Without patience: a hold that time might end, ends soon.
    byArc: { payments: {}, billing: { recheckForMs: 300 }, refunds: { recheckForMs: 500 } },
  }),
});

afterEach(() => here.comeHome('orders'));

describe('a home region that is', () => {
  test.for([
    ['dark', 'region-down', 'refused'],
    ['hang', 'region-down', 'timeout'],
    ['slow', 'region-down', 'timeout'],
    ['500', 'region-degraded', 'status'],
    ['502', 'region-degraded', 'status'],
    ['503', 'region-degraded', 'status'],
    ['504', 'region-degraded', 'status'],
    ['429', 'region-degraded', 'status'],
    ['wrong-body', 'region-degraded', 'body'],
    ['html', 'region-degraded', 'content-type'],
    ['wrong-region', 'region-degraded', 'wrong-region'],
  ] as const)('%s is left, diagnosed as %s (%s)', async ([fault, diagnosis, reason]) => {
    await here.fault(home, fault);

    const { status, ending, incident } = await here.run(alarmEvent('orders'));

    expect({ status, ending }).toEqual({ status: 'SUCCEEDED', ending: 'recovered' });
    const epoch = Number(incident?.split('#')[1]);
    expect(await here.lever('orders')).toEqual({ epoch, weights: { [home]: 0, [standby]: 1000 } });
    await edgesServeFrom(standby);
    const [decided] = await here.happenings('orders', incident ?? '', 'decided');
    expect(decided?.verdict).toMatchObject({ kind: 'move', diagnosis, because: expect.stringContaining(`(${reason}`) });
    expect(await here.record('orders')).toMatchObject({
      epoch,
      lease: null,
      armed: false,
      activeRegion: standby,
      unacknowledged: incident,
    });
    expect(here.told('slack')).toHaveLength(2);
    expect(here.told('sns understudy-critical')).toContain(
      `orders moved from ${home} to ${standby}, verified with real requests`,
    );
  });
});

test('a flapping home region is left at most once', async () => {
  await here.fault(home, 'flapping');

  const runs = [];
  for (let run = 0; run < 4; run++) runs.push(await here.run(alarmEvent('refunds')));

  const moves = runs.filter(({ ending }) => ending === 'recovered');
  expect(
    runs.map(({ ending }) => ending).filter((ending) => !['recovered', 'held', 'refused'].includes(`${ending}`)),
  ).toEqual([]);
  expect(moves.length).toBeLessThanOrEqual(1);
  expect(here.leverWrites).toHaveLength(moves.length);
  const { weights } = await here.lever('refunds');
  expect(weights).toEqual(moves.length === 1 ? { [home]: 0, [standby]: 1000 } : { [home]: 1000, [standby]: 0 });
  expect(await here.record('refunds')).toMatchObject({ armed: moves.length === 0, lease: null });
});

describe('nothing is written, and people are told why,', () => {
  test('when the alarm was wrong: home answers well', async () => {
    const held = await heldRun('orders', 'source-healthy');

    // Automation that refuses itself is for the record, not for chat.
    expect(here.told('slack')).toEqual([]);
    expect(here.told('sns understudy-info')).toEqual([held.headline]);
  });

  test('when only the standby is red', async () => {
    await here.fault(standby, '500');
    await heldRun('orders', 'source-healthy');

    const event = alarmEvent('orders', { detail: { alarmName: `understudy-orders-${standby}` } });
    expect((await here.run(event)).headline).toContain('source-not-active');
    const byPerson = await here.run(byHand('orders', { to: standby }));
    expect(byPerson.headline).toContain('target-bad');
    expect(here.told('slack')).toEqual([byPerson.headline]);
    expect(here.leverWrites).toEqual([]);
  });

  test('when both regions are red: there is nowhere better to go', async () => {
    await here.fault(home, 'dark');
    await here.fault(standby, '503');

    const held = await heldRun('orders', 'all-regions-down');

    expect(here.told('sns understudy-critical')).toEqual([held.headline]);
    expect(here.told('slack')).toEqual([held.headline]);
    const { stdout } = await understudy(['status', 'orders', '--endpoint', here.sandbox.addresses.aws]);
    expect(stdout).toMatch(/^ {2}trouble +orders#\d+: held, all-regions-down, since 20.*; people heard of it/m);
  });

  test('when two of three observers are gone: one witness is no quorum', async () => {
    await here.fault(home, 'dark');
    for (const region of ['us-east-2', 'ca-central-1']) await here.awsFault({ ...isolation, region });

    const { incident, headline } = await heldRun('billing', 'observers-blind');

    expect(here.told('sns understudy-critical')).toEqual([headline]);
    const [decided] = await here.happenings('billing', incident ?? '', 'decided');
    expect(decided?.evidence.silent.map(({ observer }) => observer).sort()).toEqual(['ca-central-1', 'us-east-2']);
    expect((await byName(here.sandbox, 'billing').catch(() => null))?.region ?? null).toBeNull();
  });

  async function heldRun(service: string, reason: string) {
    const before = await here.record(service);
    const run = await here.run(alarmEvent(service));
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      ending: 'held',
      headline: expect.stringContaining(`(${reason})`),
    });
    expect(here.leverWrites).toEqual([]);
    expect((await here.lever(service)).weights).toEqual({ [home]: 1000, [standby]: 0 });
    // And what people have heard.
    const { trouble, looks: _, lookedAt: __, serving: ___, ...after } = await here.record(service);
    const { looks, lookedAt, serving, ...known } = before;
    expect({ ...after, trouble: before.trouble }).toEqual({ ...known, epoch: before.epoch + 1 });
    expect(trouble !== null && trouble.closedAt === null).toBe(reason !== 'source-healthy');
    return run;
  }
});

test('an observer that is cut off is outvoted, not waited for', async () => {
  await here.fault(home, 'dark');
  await here.awsFault({ ...isolation, region: 'ca-central-1' });

  const { ending, incident } = await here.run(alarmEvent('payments'));

  expect(ending).toBe('recovered');
  expect((await here.lever('payments')).weights).toEqual({ [home]: 0, [standby]: 1000 });
  await until(`the name leads to ${standby}`, async () => (await byName(here.sandbox, 'payments')).region === standby);
  const [decided] = await here.happenings('payments', incident ?? '', 'decided');
  expect(decided?.evidence.silent).toMatchObject([{ observer: 'ca-central-1' }]);
});

/** The vantage of an observer cannot be asked. */
const isolation = { service: 'lambda', operation: 'Invoke', fault: 'refused' } as const;

async function edgesServeFrom(region: string): Promise<void> {
  for (const [name, edge] of Object.entries(here.sandbox.addresses.edges)) {
    for (const method of ['GET', 'POST'] as const) {
      await until(`${method} at ${name} answered by ${region}`, async () => {
        const got = await throughEdge(here.sandbox, { method, edge });
        return got.region === region && got.status < 300;
      });
    }
  }
}
