import type { Epoch, Instant, Region } from './brand.ts';
import type { Drill, DrillOrder } from './drill-record.ts';
import type { EvacuationCommand } from './evacuation.ts';
import type { Ending, Mode } from './incident.ts';
import type { Limit } from './limit.ts';
import type { Look } from './looks.ts';
import type { Unprotected } from './protection-record.ts';
import type { LedgerRecord, Question } from './record.ts';
import type { Routing } from './routing.ts';
import type { Policy } from './service.ts';
import type { Sight, TellingRules, TroubleNews } from './trouble.ts';
import type { HoldReason } from './verdict.ts';

export type LedgerCommand =
  | {
      readonly kind: 'acquire';
      readonly holder: string;
      readonly mode: Mode;
      readonly force: boolean;
      readonly policy: Pick<Policy, 'automatic' | 'cooldownMs' | 'leaseMs'>;
      /** What the lever says; null or absent where it was not read. A newer epoch than the record's is that of a hand. */
      readonly lever?: Routing | null;
      /** An epoch that has been given before though the record knows nothing of it. */
      readonly above?: Epoch;
      /** A holder whose execution was asked about, and runs no more: its lease keeps nobody out. */
      readonly ended?: string | null;
      /** The region that an event is about; absent for whoever has looked who serves. */
      readonly about?: Region | undefined;
      readonly drill?: DrillOrder | undefined;
    }
  /** Asked right before every write to traffic: still ours, still allowed? */
  | {
      readonly kind: 'renew';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly leaseMs: number;
      readonly force: boolean;
      /** Whether something is written or set in motion next: a run that was let in to look may not. */
      readonly toWrite?: boolean;
      /** The write to the lever that comes next, by the name that it has each time that it is tried; null where the last wrote nothing. */
      readonly attempt?: string | null;
      /** The drill of which that write is one. */
      readonly drill?: Omit<Drill, 'until' | 'outMs' | 'toldAt'> | undefined;
      /** What was just seen, written along. */
      readonly look?: Look | null | undefined;
      readonly serving?: readonly Region[] | undefined;
    }
  /** Keeps the lease while people are asked. */
  | {
      readonly kind: 'ask';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly leaseMs: number;
      readonly question: Question;
    }
  /** A person's yes to what is asked; how many are needed stands in the question. */
  | {
      readonly kind: 'approve';
      readonly incident: string;
      readonly from: Region;
      readonly to: Region;
      readonly by: string;
    }
  /** Nobody waits for an answer any more. */
  | { readonly kind: 'unask'; readonly incident: string }
  | {
      readonly kind: 'conclude';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly incident: string;
      readonly mode: Mode;
      readonly ending: Ending;
      readonly drill?: DrillOrder | undefined;
      /** Of a run that moved nothing. */
      readonly held?: HoldReason | undefined;
      /** Why it ended so, in a sentence. */
      readonly because?: string | undefined;
      /** Somebody of whom the ledger knows nothing wrote a newer epoch at the lever while this run moved. */
      readonly overtakenAtLever?: boolean;
      /** People were asked to approve the move, and did not: who declined, or null where nobody answered. */
      readonly unapproved?: { readonly by: string | null };
      /** The region that the traffic was moved to; null where it did not move. */
      readonly movedTo: Region | null;
      /** The region that the traffic left, and whether that is the service's home; the home where it is not said. */
      readonly movedFrom?: { readonly region: Region; readonly isHome: boolean };
      /** What the run saw last, and who has a share after it. */
      readonly look?: Look | null | undefined;
      readonly serving?: readonly Region[] | undefined;
    }
  /** Paused already, it changes the reason and the end alone, and nothing where neither is given. */
  | {
      readonly kind: 'pause';
      readonly by: string;
      readonly reason: string | null;
      readonly until?: Instant | undefined;
    }
  | { readonly kind: 'resume' }
  /** Takes a pause away whose end has come. */
  | { readonly kind: 'end-pause' }
  /** People are reminded of a pause. */
  | { readonly kind: 'remind-of-pause' }
  /** What was seen of the service, of its alarms, or of who calls a region that was left, and people have heard of where they had to. */
  | {
      readonly kind: 'sighted';
      /** The service, unless it says otherwise. */
      readonly of?: 'service' | 'alarms' | 'arrivals' | undefined;
      readonly incident: string;
      readonly sight: Sight;
      readonly rules: TellingRules;
      /** When it was decided whether people hear of it, and whether they did. */
      readonly at: Instant;
      readonly isTold: boolean;
    }
  /** A person says what was done past Understudy; `epoch` is the lever's, null where it has none. */
  | {
      readonly kind: 'record';
      readonly movedTo: Region;
      readonly epoch: Epoch | null;
      /** Who has a share, as the lever says; `movedTo` alone where it does not say. */
      readonly serving?: readonly Region[] | undefined;
    }
  /** A person keeps automation out of a region. */
  | {
      readonly kind: 'fence';
      readonly region: Region;
      readonly by: string;
      readonly reason: string;
      /** Until when it is meant to last; it holds on after that. */
      readonly until?: Instant | null | undefined;
    }
  /** A person lets automation move nothing towards a region, or anywhere where that is null, unless the one that serves is lost. */
  | {
      readonly kind: 'freeze';
      readonly region: Region | null;
      readonly by: string;
      readonly reason: string;
      readonly until: Instant;
    }
  | { readonly kind: 'thaw'; readonly region: Region | null }
  /** A person lets a region look ill to observers. */
  | {
      readonly kind: 'begin-detection';
      readonly id: string;
      readonly region: Region;
      readonly by: string;
      readonly reason: string;
      readonly until: Instant;
    }
  /** Its time is over, and nothing has moved. */
  | { readonly kind: 'end-detection'; readonly id: string }
  /** A planned drill was not let in. `id` is the same however often it is said. */
  | {
      readonly kind: 'skip-drill';
      readonly id: string;
      readonly plan: string;
      readonly gate: string;
      readonly because: string;
    }
  /** Of a service that was moved: these regions are proven standbys again. */
  | { readonly kind: 'reprotected'; readonly proven: readonly Pick<Unprotected, 'region' | 'since'>[] }
  /** What a readiness hook says against a region that was left. */
  | { readonly kind: 'waits-for'; readonly region: Region; readonly hook: string; readonly detail: string }
  /** A person says that a service that was moved stays there. */
  | { readonly kind: 'stay'; readonly by: string; readonly reason: string }
  /** People are told that a drill has not returned; `at` tells who asks. */
  | { readonly kind: 'tell-of-drill'; readonly incident: string; readonly at: Instant }
  /** People are told that the time of a fence is over. */
  | { readonly kind: 'tell-of-fence'; readonly region: Region }
  /** Of the fleet: a region is left, or gone back to. */
  | EvacuationCommand
  | { readonly kind: 'unfence'; readonly region: Region }
  /** The configuration knows these regions alone; what is kept of others is dropped. */
  | { readonly kind: 'forget'; readonly regions: readonly Region[] }
  | { readonly kind: 'acknowledge'; readonly incident: string | null };

export type LedgerOutcome =
  | {
      readonly kind: 'done';
      readonly record: LedgerRecord;
      /** Of a sight: what people hear of it, told by whoever got this answer and by nobody else. */
      readonly news?: TroubleNews | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly because: string; readonly record: LedgerRecord };

/** Why the ledger says no. */
export type Refusal =
  | Limit
  | 'held'
  | 'fenced'
  | 'lease-lost'
  /** The run was held up, or resumed, long after its lease ran out. */
  | 'expired'
  /** A run that was let in to look would write. */
  | 'look-only'
  | 'not-fenced'
  | 'not-frozen'
  /** Another evacuation is under way. */
  | 'evacuating'
  /** None is under way, or another one. */
  | 'not-evacuating'
  /** Traffic of the service is away for practice already. */
  | 'drilling'
  /** There is nothing to lead back. */
  | 'drill-over'
  /** Whether there is something to lead back nobody knows: the record was lost. */
  | 'drill-unknown'
  /** Nothing of the kind waits for a person's answer. */
  | 'not-asked'
  /** Somebody else has done it, or it is not due. */
  | 'nothing-to-do'
  | 'nothing-to-acknowledge';

export type CommandOf<K extends LedgerCommand['kind']> = Extract<LedgerCommand, { kind: K }>;

export const nothingToDo = (record: LedgerRecord): LedgerOutcome =>
  refused(record, 'nothing-to-do', `nothing of ${record.service} is to be changed`);

export const done = (record: LedgerRecord): LedgerOutcome => ({ kind: 'done', record });

export const refused = (record: LedgerRecord, refusal: Refusal, because: string): LedgerOutcome => ({
  kind: 'refused',
  refusal,
  because,
  record,
});
