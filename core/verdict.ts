import type { DiagnosisName } from './diagnosis.ts';
import type { RedSince } from './evidence.ts';
import type { Limit } from './limit.ts';
import type { Look } from './looks.ts';
import type { Plan } from './plan.ts';
import type { Approval } from './service.ts';

export type Verdict = Move | Hold;

export interface Move {
  readonly kind: 'move';
  readonly diagnosis: DiagnosisName;
  readonly plan: Plan;
  /** One sentence for people. */
  readonly because: string;
  /** Null where nobody has to be asked. */
  readonly approval: Extract<Approval, { required: true }> | null;
  /** What the look showed that this rests on, for the ledger to remember. */
  readonly look?: Look | null | undefined;
}

export interface Hold {
  readonly kind: 'hold';
  readonly diagnosis: DiagnosisName | null;
  readonly reason: HoldReason;
  readonly because: string;
  /** What would have to be different for a move. */
  readonly wouldChange: string;
  /** Look again after this long, where time alone may bring the answer; null ends the run. */
  readonly recheckAfterMs: number | null;
  /** For the next look of the same run: who has seen what red, and since when. */
  readonly redSince: readonly RedSince[];
  /** As in a move. */
  readonly look?: Look | null | undefined;
}

export type HoldReason =
  | Limit
  /** The run was let in to look alone, and what limited it has been lifted since: the next one may move. */
  | 'look-only'
  /** A newer incident took over. */
  | 'fenced'
  /** The lever holds a newer epoch than this run: it was moved past Understudy since the run was admitted. */
  | 'lever-ahead'
  | 'evidence-stale'
  | 'routing-unreadable'
  | 'nobody-serves'
  | 'source-not-active'
  | 'already-there'
  | 'source-healthy'
  | 'path-broken'
  | 'observers-blind'
  | 'all-regions-down'
  | 'everything-down'
  | 'front-door-down'
  /** Probes find the region well, and an alarm on what users see does not. */
  | 'users-disagree'
  | 'dwell'
  /** Some of its answers are bad, fewer than the policy leaves a region for. */
  | 'brown-out'
  | 'failback-not-automatic'
  /** An automatic way home undoes automatic moves alone. */
  | 'moved-by-a-person'
  | 'home-not-green-long-enough'
  | 'unknown-target'
  | 'target-bad'
  | 'target-unknown'
  | 'target-fenced'
  /** Under a change freeze, while somebody sees the region that serves well. */
  | 'target-frozen'
  | 'target-not-ready'
  | 'no-fit-target'
  | 'shadow'
  /** A drill is begun only where all is well. */
  | 'not-well'
  /** An alarm of the drill's plan is red, or cannot be read. */
  | 'drill-alarms'
  /** A drill's way back, and the lever is no longer as the drill has written it. */
  | 'drill-moved';

/** What stands against a move. */
export interface Objection {
  readonly reason: HoldReason;
  readonly because: string;
  /** What would have to be different for a move. */
  readonly wouldChange: string;
  /** When time alone will have lifted it, where that is known. */
  readonly afterMs?: number;
}
