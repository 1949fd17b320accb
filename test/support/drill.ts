import type { Drill, PastDrill } from '../../core/drill-record.ts';
import { home, standby, t0 } from './world.ts';

/** All of home's traffic is in the standby, proven, for ten minutes. */
export const drillOf = (change: Partial<Drill> = {}): Drill => ({
  incident: 'orders#1',
  from: home,
  to: standby,
  percent: 100,
  prior: { [home]: 1000, [standby]: 0 },
  weights: { [home]: 0, [standby]: 1000 },
  by: 'ada',
  reason: 'practice',
  startedAt: t0 - 60_000,
  holdMs: 600_000,
  until: t0 + 540_000,
  outMs: 12_000,
  toldAt: null,
  ...change,
});

export const pastDrillOf = (change: Partial<PastDrill> = {}): PastDrill => ({
  incident: 'orders#1',
  result: 'SUCCEEDED',
  because: 'moved, held and led back, each proven',
  startedAt: t0 - 700_000,
  endedAt: t0 - 10_000,
  endedBy: 'orders#2',
  outMs: 12_000,
  backMs: 9_000,
  before: null,
  ...change,
});
