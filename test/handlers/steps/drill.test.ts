import { describe, expect, test } from 'vitest';
import { LedgerUnavailable } from '../../../handlers/errors.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { drillOf } from '../../support/drill.ts';
import { home, standby } from '../../support/world.ts';
import { alarmEvent, byHand, executionNamed, type Scene, scene } from './scene.ts';

const out = { mode: 'drill', holdMs: 600_000, reason: 'practice' };
const back = { mode: 'drill', returns: 'orders#1', reason: 'over' };
const begin = (on: Scene, more: object = {}) => on.run(byHand({ ...out, ...more }), executionNamed('out'));
const end = (on: Scene) => on.run(byHand(back), executionNamed('back'));
const told = ({ world }: Scene) =>
  world.chat.sent
    .filter(({ audience }) => audience === 'people')
    .map(({ severity, subject }) => `${severity}: ${subject}`);

describe('a drill', () => {
  test('moves, says when it returns, and returns: nobody is woken, and automation stays armed', async () => {
    const on = scene();
    const away = await begin(on, { percent: 10 });

    expect(on.lever.routing.weights).toEqual({ [home]: 900, [standby]: 100 });
    const { drill } = await on.world.ledger.read('orders');
    expect(Date.parse(away.returnAt ?? '')).toBe(drill?.until);

    await on.world.clock.advance(600_000);
    expect(await end(on)).toMatchObject({ ending: 'recovered', returnAt: null });

    expect(on.lever.routing).toEqual({ epoch: 2, weights: { [home]: 1000, [standby]: 0 } });
    expect(told(on)).toEqual([
      `info: A drill, announced and planned: moving orders from ${home} to ${standby}`,
      `info: orders: drill moved 10 % from ${home} to ${standby}, verified with real requests`,
      `info: orders: drill is over, led back from ${standby} to ${home}, verified with real requests`,
    ]);
    expect(await on.world.ledger.read('orders')).toMatchObject({
      armed: true,
      drill: null,
      activeRegion: null,
      lastDrill: { result: 'SUCCEEDED', endedBy: 'orders#2' },
    });
    const entries = await on.world.ledger.entries('orders', 'orders#1');
    expect(entries.at(-1)?.text).toMatch(/^drill orders#1 SUCCEEDED: moved, held and led back/);
    expect(on.world.metrics.recorded).toEqual([]);
  });

  test('is pre-empted by an outage of where it went, which is handled as one', async () => {
    const on = scene({ dwellMs: 0 });
    await begin(on);
    on.world.broken.set(standby, 'refused');
    const alarm = alarmEvent({}, { alarmName: `understudy-orders-${standby}` });
    const { ending } = await on.run(alarm, executionNamed('real'));

    expect(ending).toBe('recovered');
    expect(on.lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
    expect(await on.world.ledger.read('orders')).toMatchObject({ drill: null, lastDrill: { result: 'INTERRUPTED' } });
    expect((await end(on)).ending).toBe('refused');
    expect(on.lever.written).toHaveLength(2);
  });

  test('is not led back into a region that is down, and people are woken', async () => {
    const on = scene();
    await begin(on);
    on.world.broken.set(home, 'refused');

    expect((await end(on)).ending).toBe('held');
    expect(on.lever.routing.weights).toEqual({ [home]: 0, [standby]: 1000 });
    expect(told(on).at(-1)).toBe('critical: orders: DRILL NOT LED BACK (target-bad)');
  });

  test('wakes people where the ledger has lost it', async () => {
    const on = scene();

    expect((await end(on)).ending).toBe('refused');
    expect(told(on)).toEqual(['critical: orders: drill not led back (drill-unknown)']);
  });

  test('is skipped while one of another region is under way, and not by one of the same', async () => {
    for (const [from, ending] of [
      [standby, 'held'],
      [home, 'recovered'],
    ] as const) {
      const on = scene();
      const { until, outMs, toldAt, ...given } = drillOf({ incident: 'payments#1', from });
      const policy = on.failover.services[0]?.policy ?? { leaseMs: 60_000, cooldownMs: 0, automatic: true };
      const holder = 'another run';
      const taken = await on.world.ledger.change('payments', {
        kind: 'acquire',
        holder,
        mode: 'manual',
        force: false,
        policy,
      });
      const { epoch } = taken.record;
      const renewed = { kind: 'renew', holder, epoch, leaseMs: 60_000, force: false, drill: given } as const;
      await on.world.ledger.change('payments', renewed);

      expect((await begin(on)).ending).toBe(ending);
      expect(on.lever.written).toHaveLength(ending === 'held' ? 0 : 1);
    }
  });

  test('is nothing that a lever without weights does in part', async () => {
    const on = scene();

    expect((await begin(on, { service: 'payments', percent: 10 })).ending).toBe('refused');
    expect((await begin(on, { mode: 'manual' })).ending).toBe('refused');
  });
});

describe('the reconciler', () => {
  const turn = (on: Scene) => on.world.clock.run(reconcile(on.world, on.failover));
  const started = ({ world }: Scene) =>
    [...world.starter.started.values()].filter(({ service }) => service === 'orders');

  test('leads back what the run that began it did not, a minute after its time', async () => {
    const on = scene();
    await begin(on);
    await on.world.clock.advance(620_000);
    await turn(on);
    expect(started(on)).toEqual([]);

    await on.world.clock.advance(60_000);
    await turn(on);
    expect(started(on)).toMatchObject([{ mode: 'drill', returns: 'orders#1', requestedBy: 'reconciler' }]);
  });

  test('leads nothing back while the service is paused, and wakes people ten minutes after its time, once', async () => {
    const on = scene();
    await begin(on);
    await on.world.ledger.change('orders', { kind: 'pause', by: 'ada', reason: 'work' });
    await on.world.clock.advance(1_300_000);
    await turn(on);
    await turn(on);

    expect(started(on)).toEqual([]);
    expect(told(on).filter((subject) => subject.startsWith('critical'))).toEqual([
      'critical: The drill of orders should be over, and its traffic is not back',
    ]);
  });

  test('wakes people though the ledger loses its answer, and once where that was written', async () => {
    const on = scene();
    await begin(on);
    await on.world.ledger.change('orders', { kind: 'pause', by: 'ada', reason: 'work' });
    await on.world.clock.advance(1_300_000);
    const { change } = on.world.ledger;
    on.world.ledger.change = async (service, command, ...more) => {
      const outcome = await change.call(on.world.ledger, service, command, ...more);
      if (command.kind === 'tell-of-drill') throw new LedgerUnavailable('the answer was lost');
      return outcome;
    };
    await turn(on);
    await turn(on);

    expect(told(on).filter((subject) => subject.startsWith('critical'))).toHaveLength(1);
  });

  test('counts the days since one succeeded, from the first on', async () => {
    const on = scene();
    await turn(on);
    const days = () => on.world.metrics.recorded.filter(({ metric }) => metric === 'DaysSinceSuccessfulDrill');
    expect(days()).toEqual([]);

    await begin(on);
    await on.world.clock.advance(600_000);
    expect((await end(on)).ending).toBe('recovered');
    await on.world.clock.advance(36 * 3_600_000);
    await turn(on);
    expect(days()).toMatchObject([{ service: 'orders', value: 1.5 }]);
  });
});
