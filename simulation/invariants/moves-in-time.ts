import { beaconSeenMs } from '../../config/lever-schema.ts';
import type { Instant } from '../../core/brand.ts';
import { home, standby, usualPolicy } from '../failover.ts';
import type { Fault } from '../faults/catalogue.ts';
import { isFault, type Plan } from '../plan.ts';
import { canaryPeriodMs } from '../world/canaries.ts';
import { epochStart } from '../world/world.ts';
import type { CheckerOf } from './checker.ts';

/** A loss of home for good must have led away from it after so many periods of a canary in which nothing else was wrong. */
export const ticksToMove = 4;

/** From a write to the last caller who follows it: the edge and DNS take seconds, an alarm and what is behind it minutes. */
export const followMs: Readonly<Record<Plan['lever'], number>> = { kvs: 10_000, arc: 10_000, beacon: beaconSeenMs };

/**
 * Owed from the moment on at which home is lost for good and nothing else is wrong any more. Void once automation has
 * disarmed itself: it has tried, and people were told that it is their turn.
 */
export const movesInTime: CheckerOf = ({ plan, world, violated }) => {
  const since = owedSince(plan);
  let deadline: Instant | null = null;
  let isVoid = since === null;
  let moved = false;
  /** When callers must have followed what was written last. */
  let followed: Instant = Number.POSITIVE_INFINITY;
  const areStill = () => (world.lever.atEdge().weights[home] ?? 0) > 0;
  const judge = (): void => {
    if (moved && !isVoid && world.time.now() >= followed) {
      followed = Number.POSITIVE_INFINITY;
      if (areStill())
        violated('moves-in-time', `${followMs[plan.lever]} ms after home was left callers are still there`);
    }
    if (moved || isVoid || deadline === null || world.time.now() < deadline) return;
    isVoid = true;
    violated('moves-in-time', `home is lost and nothing else is wrong, and ${ticksToMove} ticks later it still serves`);
  };
  return {
    see(seen) {
      if (since === null || isVoid) return;
      if (seen.kind === 'ledger' && (!seen.after.armed || seen.after.paused !== null)) isVoid = true;
      if (seen.kind === 'lever') {
        moved = (seen.after.weights[home] ?? 0) <= 0;
        const isLost = seen.readableFrom > seen.at + lateForAlarmMs;
        followed = isLost ? Number.POSITIVE_INFINITY : Math.max(seen.readableFrom, since) + followMs[plan.lever];
      }
      if (seen.at >= since && deadline === null) {
        const lease = world.table.record(world.service.name)?.lease?.expiresAt ?? 0;
        deadline = Math.max(since, lease) + ticksToMove * canaryPeriodMs;
      }
      judge();
    },
    owed: () => since !== null && !isVoid && (!moved || followed < Number.POSITIVE_INFINITY),
    end: judge,
  };
};

/** An alarm looks at its last three minutes; of what arrives later it hears nothing, and that harm outlasts the fault. */
const lateForAlarmMs = 2 * 60_000;

const losses: ReadonlySet<Fault['fault']> = new Set(['api-dark', 'api-refuses', 'api-wrong-body', 'region-lost']);

/** Null where this plan owes no move. */
export function owedSince({ items, policy, hooks, lever }: Plan): Instant | null {
  const { automatic, approval, evidenceMaxAgeMs, burst } = { ...usualPolicy, ...policy };
  if (!automatic || approval.required || hooks.length > 0 || evidenceMaxAgeMs < burst.count * burst.intervalMs + 40_000)
    return null;
  let lostAt: Instant | null = null;
  let calmAt = 0;
  for (const item of items) {
    // What depends on a moment that nobody knows, and what people do, is another story.
    if (item.after !== undefined || !isFault(item)) return null;
    const { fault } = item;
    // What never reaches callers they never follow.
    if (stuck.has(fault.fault)) return null;
    // A beacon's alarm is there: what was written while it was gone it never hears of.
    if (lever === 'beacon' && fault.fault === 'region-lost' && fault.region === standby) return null;
    if (losses.has(fault.fault) && 'region' in fault && fault.region === home && item.forMs === undefined) {
      lostAt = Math.min(lostAt ?? Number.POSITIVE_INFINITY, item.atMs);
    } else if (item.forMs === undefined && !momentary.has(fault.fault)) {
      return null;
    } else {
      calmAt = Math.max(calmAt, item.atMs + (item.forMs ?? 0) + outlastsMs(fault));
    }
  }
  // Home down is one thing; a cooldown from an earlier move of the same story is told by the disarming.
  return lostAt === null ? null : epochStart + Math.max(lostAt, calmAt);
}

/** What was written while a lever was slow is under way for so long. */
const outlastsMs = (fault: Fault): number =>
  fault.fault === 'kvs-slow' || fault.fault === 'edge-behind' || fault.fault === 'beacon-slow' ? fault.by : 0;

const stuck: ReadonlySet<Fault['fault']> = new Set(['kvs-stuck', 'arc-stuck', 'beacon-stuck']);

const momentary: ReadonlySet<Fault['fault']> = new Set([
  'kill',
  'pause',
  'stale-event',
  'stopped',
  'redriven',
  'stale-writer',
  'weights-edited',
  'record-lost',
  'ledger-restored',
]);
