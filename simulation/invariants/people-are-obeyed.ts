import type { Instant } from '../../core/brand.ts';
import { usualPolicy } from '../failover.ts';
import { isFault } from '../plan.ts';
import type { CheckerOf } from './checker.ts';
import { underWayMs } from './sights.ts';

export const pausedMeansPaused: CheckerOf = ({ plan, violated }) => {
  let pausedSince: Instant | null = null;
  let until: Instant | null = null;
  const forced = plan.items.some(
    (item) => !isFault(item) && (item.act.act === 'end-drill' || ('force' in item.act && item.act.force)),
  );
  return {
    see(seen) {
      if (seen.kind === 'ledger') {
        pausedSince = seen.after.paused === null ? null : (pausedSince ?? seen.at);
        until = seen.after.paused?.until ?? null;
      }
      // Undoing is what a pause asks for; a person may insist.
      if (seen.kind !== 'lever' || seen.by?.step !== 'shift' || pausedSince === null) return;
      if (forced && seen.by.mode !== 'automatic') return;
      if (seen.sentAt > pausedSince + underWayMs && (until === null || seen.sentAt < until))
        violated('paused-means-paused', `${seen.by.run} moved traffic while paused`);
    },
  };
};

export const automationLimits: CheckerOf = ({ plan, world, violated }) => {
  const policy = { ...usualPolicy, ...plan.policy };
  const skewMs = Math.max(
    0,
    ...plan.items.map((item) => (isFault(item) && item.fault.fault === 'control-skew' ? Math.abs(item.fault.by) : 0)),
  );
  /** Runs that were let in under a limit, and which: they may look. */
  const limited = new Map<string, string>();
  return {
    see(seen) {
      if (seen.kind === 'lever' && seen.by !== null) {
        const limit = limited.get(seen.by.run);
        if (limit !== undefined) violated('automation-limits', `${seen.by.run}, let in while ${limit}, moved traffic`);
      }
      if (seen.kind !== 'ledger' || seen.by === null) return;
      const { before, after, by } = seen;
      if (after.epoch === (before?.epoch ?? 0) || !isAutomatic(by.run)) return;
      const cooled = (before?.lastMoveAt ?? Number.NEGATIVE_INFINITY) + policy.cooldownMs <= seen.at + 2 * skewMs;
      const because = !policy.automatic
        ? 'the policy leaves moves to people'
        : before !== null && before.paused !== null && seen.at < (before.paused.until ?? Number.POSITIVE_INFINITY)
          ? 'it was paused'
          : before?.armed === false
            ? 'it was disarmed'
            : cooled
              ? null
              : 'it was cooling down';
      if (because !== null) limited.set(by.run, because);
    },
  };

  function isAutomatic(run: string): boolean {
    const input = world.controls.flatMap((control) => control.runs.get(run)?.input ?? [])[0] as
      | { mode?: string }
      | undefined;
    return input !== undefined && (input.mode === undefined || input.mode === 'automatic');
  }
};
