import type { Region } from './brand.ts';
import { type HookAnswered, type HookMoment, hasActed } from './hook.ts';
import type { Ending, Mode } from './incident.ts';
import type { Plan } from './plan.ts';
import { type Hook, homeRegion, hooksAt, type Service } from './service.ts';

/** Hooks that are to be called now that a run is over, one after the other. */
export interface DueHooks {
  readonly when: Extract<HookMoment, 'after' | 'undo' | 'return'>;
  readonly from: Region;
  readonly to: Region;
  readonly flees?: boolean | undefined;
  /** The region that they are to take something from carries a share all the same. */
  readonly keepsShare?: boolean | undefined;
  readonly hooks: readonly Hook[];
}

/** What prepare hooks of a run have answered for one way. */
export interface Prepared extends Pick<Plan, 'from' | 'to' | 'flees'> {
  readonly answers: readonly HookAnswered[];
  /** Whether the target carried a share before the move. */
  readonly keepsShare?: boolean | undefined;
}

/** A way as far as it is known: of one that was decided, the lever's word before it and what was to be written. */
type Way = Pick<Plan, 'from' | 'to' | 'flees'> & Partial<Pick<Plan, 'prior' | 'steps'>>;

/** How a run ended, as far as hooks are concerned. */
export interface Over {
  readonly ending: Ending;
  readonly mode: Mode;
  /** The way that was decided last; null where none was. */
  readonly way: Way | null;
  /** What the last write to the lever came to; null where none was tried. */
  readonly shifted: string | null;
}

/** Whether there is anything to find out: no hook has a part in any other end. */
export function mayBeDue(service: Service, { ending, mode }: Pick<Over, 'ending' | 'mode'>): boolean {
  if (service.policy.shadow && mode !== 'rehearsal') return false;
  if (mode === 'rehearsal') return ending === 'rehearsed' && momentsLater.some((when) => hooksAt(service, when).length);
  return hooksAfter(service, ending).length > 0;
}

const momentsLater = ['after', 'undo', 'return'] as const;

const hooksAfter = (service: Service, ending: Ending): readonly Hook[] => {
  if (stands.has(ending)) return momentsLater.flatMap((when) => hooksAt(service, when));
  return isLeft.has(ending) ? [] : hooksAt(service, 'undo');
};

/**
 * What is due after a run. The move stands: `after` or `return`, and `undo` for another way that was prepared before. It does not: `undo` for
 * all that was prepared. Where nobody knows what the lever says, or somebody else has the service, nothing is set in motion. A rehearsal asks
 * everything that a move could come to.
 */
export function dueHooks(service: Service, over: Over, prepared: readonly Prepared[]): readonly DueHooks[] {
  if (!mayBeDue(service, over)) return [];
  const { way, ending, mode } = over;
  const later = way === null ? [] : [laterOf(service, way)];
  if (mode === 'rehearsal') return [...later, ...(way === null ? [] : [undoing(service, way, null)])].filter(hasHooks);
  if (stands.has(ending)) {
    const others = prepared.filter(({ to }) => to !== way?.to);
    return [...others.map((other) => undoing(service, other, other.answers)), ...later].filter(hasHooks);
  }
  if (ending === 'failed' && !isUnwritten(over)) return [];
  // Without prepare hooks there is something to undo only where something was written.
  const ways =
    prepared.length === 0 && ending === 'rolled-back' && way !== null
      ? [{ ...way, answers: null, keepsShare: carried(way) }]
      : prepared;
  return ways.map((each) => undoing(service, each, each.answers)).filter(hasHooks);
}

const hasHooks = ({ hooks }: DueHooks): boolean => hooks.length > 0;

/** Endings that leave traffic in the region that it was moved to. */
const stands: ReadonlySet<Ending> = new Set(['recovered', 'unproven']);

/** Endings after which the service is somebody else's, or a person has to look what there is to undo; or nothing was begun. */
const isLeft: ReadonlySet<Ending> = new Set(['fenced', 'rollback-failed', 'refused', 'shadowed', 'rehearsed']);

/** Only in the middle of a ramp a failed run leaves a part of the traffic where it moved it. */
const isUnwritten = ({ shifted }: Over): boolean =>
  shifted === null || ['refused', 'stale', 'moved-meanwhile'].includes(shifted);

function laterOf(service: Service, { from, to, flees, steps }: Way): DueHooks {
  const when = to === homeRegion(service) ? 'return' : 'after';
  const keepsShare = (steps?.at(-1)?.weights[from] ?? 0) > 0;
  return {
    when,
    from,
    to,
    ...(flees !== undefined && { flees }),
    ...(keepsShare && { keepsShare }),
    hooks: hooksAt(service, when),
  };
}

/** Whether the target is one of several that serve, and was before. */
export const carried = ({ to, prior }: Pick<Way, 'to' | 'prior'>): boolean => (prior?.weights[to] ?? 0) > 0;

/** Last first. A hook that prepares too undoes only what it may have done; null asks all of them. */
function undoing(
  service: Service,
  { from, to, flees, keepsShare }: Omit<Prepared, 'answers'>,
  answers: readonly HookAnswered[] | null,
): DueHooks {
  const acted = new Set((answers ?? []).filter(hasActed).map(({ hook }) => hook));
  const isDue = ({ name, when }: Hook) =>
    answers === null || (when.includes('prepare') ? acted.has(name) : acted.size > 0);
  return {
    when: 'undo',
    from,
    to,
    ...(flees !== undefined && { flees }),
    ...(keepsShare === true && { keepsShare }),
    hooks: hooksAt(service, 'undo').filter(isDue).reverse(),
  };
}

/** Names of the hooks that follow on such an end, as far as it can be said without the record: of `undo`, all that may have something to undo. */
export function followingHooks(service: Service, over: Omit<Over, 'shifted'>): readonly string[] {
  const { ending, mode, way } = over;
  if (mode === 'rehearsal' || !mayBeDue(service, over)) return [];
  if (stands.has(ending)) return way === null ? [] : laterOf(service, way).hooks.map(({ name }) => name);
  const isUndone = ending === 'rolled-back' || ending === 'vetoed';
  return isUndone
    ? hooksAt(service, 'undo')
        .map(({ name }) => name)
        .reverse()
    : [];
}
