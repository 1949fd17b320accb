import type { Instant, Region } from '../../core/brand.ts';
import type { Weights } from '../../core/routing.ts';
import { observers, usualPolicy } from '../failover.ts';
import type { RunId, Seen } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/**
 * What a run says that moved traffic must be so for those who obey the lever: at a quorum of the places from which observers
 * look, callers' writes go where its last write sent them, because of that write. Nobody's reads are asked, for those may have
 * been answered there before.
 */
export const proofDependsOnWrite: CheckerOf = ({ plan, world, violated }) => {
  const { quorum } = { ...usualPolicy, ...plan.policy };
  const writes = new Map<RunId, Seen<'lever'>>();
  let last: Seen<'lever'> | null = null;
  /** Since when a region has failed every write. */
  const failing = new Map<Region, Instant>();
  return {
    see(seen) {
      if (seen.kind === 'fault' && seen.fault.fault === 'api-writes-fail') {
        if (seen.state === 'begins') failing.set(seen.fault.region, failing.get(seen.fault.region) ?? seen.at);
        else failing.delete(seen.fault.region);
      }
      if (seen.kind === 'lever') {
        last = seen;
        if (seen.by?.step === 'shift') writes.set(seen.by.run, seen);
      }
      if (seen.kind !== 'ended' || seen.state !== 'Recovered') return;
      const mine = writes.get(seen.run);
      if (mine === undefined) {
        // Somebody else may have done the same meanwhile where a lever knows no epochs; no edge can say so.
        if (plan.lever === 'kvs') violated('proof-depends-on-write', `${seen.run} recovered and has written nothing`);
        return;
      }
      // Who wrote after it has the word.
      if (last !== mine) return;
      const serves = positive(mine.after.weights);
      const there = observers.filter((observer) => {
        const { epoch, weights } = world.lever.atEdge(observer);
        return positive(weights) === serves && (plan.lever !== 'kvs' || (epoch ?? 0) >= (mine.under ?? 0));
      });
      if (there.length < quorum) {
        violated(
          'proof-depends-on-write',
          `${seen.run} recovered, and ${there.length} of ${observers.length} edges know`,
        );
      }
      const broken = [...failing].find(
        ([region, since]) => plan.writes === true && region === serves && since < mine.sentAt,
      );
      if (broken !== undefined)
        violated('proof-depends-on-write', `${seen.run} recovered, and ${broken[0]} takes no writes`);
    },
  };
};

const positive = (weights: Weights): string =>
  Object.keys(weights)
    .filter((name) => (weights[name] ?? 0) > 0)
    .sort()
    .join();
