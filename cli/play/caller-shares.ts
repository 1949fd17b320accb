import { type CallerKindName, type CallerShares, callerKinds, onlyFresh } from '../../core/caller-kinds.ts';
import { UsageError } from '../command.ts';

/** A mix for whoever knows nothing of their own callers: a choice, not a measurement. */
const mixed: CallerShares = { fresh: 30, kept: 40, jvm: 15, libcurl: 5, floor: 10 };

/** Reads `kept=30,fresh=70`, the name of one kind, or `mixed`. Throws `UsageError`. */
export function callerShares(given: string | undefined): CallerShares {
  if (given === undefined) return onlyFresh;
  if (given === 'mixed') return mixed;
  const shares: Partial<Record<CallerKindName, number>> = {};
  for (const part of given.split(',')) {
    const [kind = '', share = '1'] = part.trim().split('=');
    if (!isKind(kind)) {
      throw new UsageError(`there are no callers ${kind}; there are ${Object.keys(callerKinds).join(', ')}, and mixed`);
    }
    if (!/^\d{1,3}$/.test(share) || Number(share) === 0) {
      throw new UsageError(`${part.trim()} is no share: write ${kind}=30, a number from 1 to 999`);
    }
    shares[kind] = Number(share);
  }
  return shares;
}

const isKind = (name: string): name is CallerKindName => Object.hasOwn(callerKinds, name);
