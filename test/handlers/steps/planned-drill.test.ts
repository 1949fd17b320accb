import { describe, expect, test } from 'vitest';
import type { DrillPlan } from '../../../core/drill-plan.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { planOfOrders } from '../../support/drill-plan.ts';
import { home, standby } from '../../support/world.ts';
import { byHand, executionNamed, iso, type Scene, scene } from './scene.ts';

const withPlan = (plan: Partial<DrillPlan> = {}, policy = {}) => scene(policy, {}, { drills: [planOfOrders(plan)] });
const due = (on: Scene, lateMs = 0) =>
  byHand({
    mode: 'drill',
    plan: 'monthly',
    plannedFor: iso(on.world.clock.now() - lateMs),
    reason: 'planned: monthly',
    requestedBy: 'plan monthly',
  });
const begin = (on: Scene, lateMs = 0) => on.run(due(on, lateMs), executionNamed('planned'));
const told = ({ world }: Scene) =>
  world.chat.sent
    .filter(({ audience }) => audience === 'people')
    .map(({ severity, subject }) => `${severity}: ${subject}`);
const recordOf = ({ world }: Scene) => world.ledger.read('orders');
const alarm = { name: 'sales', in: home };

describe('a planned drill', () => {
  test('moves what its plan says, and comes back as any other', async () => {
    const on = withPlan({ percent: 10 });
    expect((await begin(on)).ending).toBe('recovered');
    expect(on.lever.routing.weights).toEqual({ [home]: 900, [standby]: 100 });
    expect((await recordOf(on)).drill).toMatchObject({ percent: 10, holdMs: 600_000, plan: 'monthly' });

    await on.world.clock.advance(600_000);
    await on.run(byHand({ mode: 'drill', returns: 'orders#1' }), executionNamed('back'));
    expect((await recordOf(on)).lastDrill).toMatchObject({ result: 'SUCCEEDED', plan: 'monthly' });
  });

  test.each([
    ['paused', async (on: Scene) => on.world.ledger.change('orders', { kind: 'pause', by: 'ada', reason: 'work' }), {}],
    [
      'target-frozen',
      async (on: Scene) =>
        on.world.ledger.change('orders', {
          kind: 'freeze',
          region: null,
          by: 'ada',
          reason: 'release 41',
          until: on.world.clock.now() + 3_600_000,
        }),
      {},
    ],
    ['drill-late', async () => {}, { lateMs: 400_000 }],
    ['drill-blocked-date', async () => {}, { plan: { blockedDates: ['2026-11-20'] } }],
    ['drill-outside-window', async () => {}, { plan: { allowedWindows: [{ from: '22:00', until: '23:00' }] } }],
    ['not-well', async (on: Scene) => on.world.broken.set(home, 'refused'), {}],
    [
      'drill-alarms',
      async (on: Scene) => on.world.drillAlarms.states.set('sales', 'ALARM'),
      { plan: { blockingAlarms: [alarm] } },
    ],
    [
      'drill-alarms',
      async (on: Scene) => on.world.drillAlarms.states.set('sales', 'UNKNOWN'),
      { plan: { outcomeAlarms: [alarm] } },
    ],
  ] as const)('is SKIPPED where that is so: %s; people see why, and nobody is woken', async (gate, prepare, given) => {
    const { plan = {}, lateMs = 0 } = given as { plan?: Partial<DrillPlan>; lateMs?: number };
    const on = withPlan(plan);
    await prepare(on);
    await begin(on, lateMs);

    expect(on.lever.written).toEqual([]);
    expect(told(on)).toEqual([`info: orders: drill skipped (${gate})`]);
    const { lastDrill, seenGates, drill } = await recordOf(on);
    expect({ result: lastDrill?.result, plan: lastDrill?.plan, drill }).toEqual({
      result: 'SKIPPED',
      plan: 'monthly',
      drill: null,
    });
    expect(seenGates.map((seen) => seen.gate)).toEqual([gate]);
    const entries = await on.world.ledger.entries('orders');
    expect(entries.filter(({ what }) => what.kind === 'drilled')).toHaveLength(1);
  });

  test('that was not let in is skipped once, however often its start is delivered', async () => {
    const on = withPlan({ blockedDates: ['2026-11-20'] });
    const event = due(on);
    await on.run(event, executionNamed('planned'));
    const first = await recordOf(on);
    await on.run(event, executionNamed('planned'));

    expect((await recordOf(on)).lastDrill).toEqual(first.lastDrill);
    const entries = await on.world.ledger.entries('orders');
    expect(entries.filter(({ what }) => what.kind === 'drilled')).toHaveLength(1);
  });

  test('of a plan that is not there is no drill of all traffic', async () => {
    const on = withPlan({ name: 'another' });
    expect((await begin(on)).ending).toBe('refused');
    expect(on.lever.written).toEqual([]);
  });
});

describe('an outcome alarm', () => {
  const turn = (on: Scene) => on.world.clock.run(reconcile(on.world, on.failover));
  const started = ({ world }: Scene) =>
    [...world.starter.started.values()].filter(({ service }) => service === 'orders');

  test('that turns red while traffic is away leads it back at once, and the drill has FAILED', async () => {
    const on = withPlan({ outcomeAlarms: [alarm] });
    await begin(on);
    await turn(on);
    expect(started(on)).toEqual([]);

    on.world.drillAlarms.states.set('sales', 'ALARM');
    await on.world.clock.advance(60_000);
    await turn(on);
    const [input] = started(on);
    expect(input).toMatchObject({ mode: 'drill', returns: 'orders#1', red: 'sales in us-east-1 is red' });

    await on.run(input, executionNamed('abort'));
    expect(on.lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
    expect((await recordOf(on)).lastDrill).toMatchObject({
      result: 'FAILED',
      because: 'sales in us-east-1 is red while the traffic is away: it was led back at once',
    });
    expect(told(on).at(-1)).toMatch(/^info: orders: drill ABORTED by an outcome alarm, led back/);
  });

  test('that turns red in the middle of a ramp undoes it', async () => {
    const on = withPlan({ outcomeAlarms: [alarm] }, { ramp: { percents: [10, 100], bakeMs: 60_000 } });
    const running = begin(on);
    on.world.drillAlarms.states.set('sales', 'OK');
    const { read } = on.world.drillAlarms;
    on.world.drillAlarms.read = async (alarms) => {
      if (on.lever.written.length > 0) on.world.drillAlarms.states.set('sales', 'ALARM');
      return read(alarms);
    };

    expect((await running).ending).toBe('rolled-back');
    expect(on.lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
    expect((await recordOf(on)).lastDrill).toMatchObject({ result: 'FAILED' });
  });
});
