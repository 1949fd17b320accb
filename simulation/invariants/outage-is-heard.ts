import type { Instant } from '../../core/brand.ts';
import { home } from '../failover.ts';
import type { FaultKind } from '../faults/catalogue.ts';
import { isFault, type Plan } from '../plan.ts';
import type { Seen } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** From the moment on at which no region that callers are sent to answers, people have been told after so long. */
export const heardWithinMs = 2 * 60_000;

/**
 * Whatever automation may do: it is asked of the callers' side alone, who is sent where and what answers there. People know where
 * they were woken since it began, or lately before, of something of which nobody has said since that it is over.
 */
export const outageIsHeard: CheckerOf = ({ plan, world, violated }) => {
  if (isOwedToNobody(plan)) return { see() {} };
  const { remindAfterMs } = world.failover.notify;
  let since: Instant | null = null;
  /** When people were woken last of what is not over; null where they believe that all is well. */
  let knownAt: Instant | null = null;

  const look = (): void => {
    const serving = Object.entries(world.lever.atEdge().weights).filter(([, weight]) => weight > 0);
    const isOut = serving.length > 0 && serving.every(([name]) => world.isDown(name));
    if (!isOut) since = null;
    else if (since === null) begin();
  };
  const begin = (): void => {
    const began = world.time.now();
    since = began;
    world.time.after(heardWithinMs, () => {
      look();
      if (since !== began || world.closed) return;
      if (knownAt === null || knownAt < began - remindAfterMs)
        violated(
          'outage-is-heard',
          `no region that callers are sent to answers for ${heardWithinMs / 1_000} s, and nobody was told`,
        );
    });
  };
  return {
    see(seen) {
      if (wakes(seen)) knownAt = seen.at;
      else if (reassures(seen)) knownAt = null;
      look();
    },
    // A story does not end in the middle of what is owed.
    owed: () => {
      look();
      return since !== null && world.time.now() <= since + heardWithinMs;
    },
  };
};

/** Somebody who started a run is there already, as long as it is under way. */
function wakes(seen: Seen): boolean {
  if (seen.kind === 'paged') return seen.arrived;
  if (seen.kind !== 'told' || seen.message.audience !== 'people' || isGood(seen) || isOfNoRun(seen)) return false;
  return seen.message.severity === 'critical' || (seen.message.mode === 'manual' && seen.message.ending === null);
}

const reassures = (seen: Seen): boolean => seen.kind === 'told' && isGood(seen) && !isOfNoRun(seen);

/** What is told of alarms, pauses and questions that are void says nothing of what callers meet. */
const isOfNoRun = ({ message }: Seen<'told'>): boolean =>
  message.incident === null && message.mode === null && message.ending === null;

const isGood = ({ message }: Seen<'told'>): boolean =>
  message.trouble?.state === 'closed' || message.ending === 'recovered';

/** What is wrong with those who look, who run, who remember or who tell, and not with what callers meet. */
const isOwedToNobody = ({ items }: Plan): boolean =>
  items.some((item) => {
    if (!isFault(item)) return false;
    const { fault } = item;
    return fault.fault === 'region-lost' ? fault.region !== home : ourOwn.has(fault.fault);
  });

const ourOwn: ReadonlySet<FaultKind> = new Set([
  'observers-cut',
  'observers-silent',
  'path-cut',
  'observer-skew',
  'control-skew',
  'kill',
  'pause',
  'request-late',
  'stopped',
  'stopped-in',
  'redriven',
  'stale-writer',
  'events-late',
  'events-reordered',
  'events-lost',
  'ledger-minority-cut',
  'ledger-majority-cut',
  'ledger-conflicts',
  'ledger-answers-lost',
  'record-lost',
  'ledger-restored',
  'kvs-slow',
  'kvs-stuck',
  'edge-behind',
  'arc-stuck',
  'beacon-slow',
  'beacon-stuck',
  'notify-down',
  'notify-hangs',
]);
