import type { Instant, Region } from '../../core/brand.ts';
import type { Entry } from '../../core/entry.ts';
import type { HookQuestion } from '../../core/hook.ts';
import type { Mode } from '../../core/incident.ts';
import type { Message } from '../../core/messages.ts';
import type { Observation } from '../../core/observation.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Weights } from '../../core/routing.ts';
import type { StepName } from '../../deployment/names.ts';
import type { Fault } from '../faults/catalogue.ts';
import type { Act } from '../plan.ts';

/** What an onlooker sees who stands outside of the product: the only thing that invariants are checked against. */
export type Happening =
  | { readonly kind: 'fault'; readonly fault: Fault; readonly state: 'begins' | 'ends' }
  | { readonly kind: 'act'; readonly act: Act; readonly outcome: string }
  | { readonly kind: 'started'; readonly run: RunId; readonly region: Region; readonly because: string }
  /** An execution that ended already is started once more, under its old name. */
  | { readonly kind: 'redriven'; readonly run: RunId }
  | { readonly kind: 'invoked'; readonly run: RunId; readonly step: StepName; readonly nth: number }
  | { readonly kind: 'returned'; readonly run: RunId; readonly step: StepName; readonly answer: string }
  /** A run was not let in. */
  | { readonly kind: 'refused'; readonly run: RunId; readonly reason: string }
  /** A vantage's answer, at the moment at which it was given. */
  | {
      readonly kind: 'looked';
      readonly run: RunId;
      readonly observer: Region;
      readonly observations: readonly Observation[];
    }
  /** Alarms on what users see, as a run read them: the regions of which one is red. */
  | { readonly kind: 'heard-users'; readonly run: RunId; readonly red: readonly Region[] }
  /** The stored record changed. `by` is null where a person did it, or the world. */
  | {
      readonly kind: 'ledger';
      readonly before: LedgerRecord | null;
      readonly after: LedgerRecord;
      readonly by: Writer | null;
    }
  | { readonly kind: 'recorded'; readonly entry: Entry }
  /** A hook was asked, by the customer's own account. */
  | {
      readonly kind: 'hook';
      readonly run: RunId;
      readonly question: HookQuestion;
      readonly says: 'ok' | 'veto' | 'nothing' | 'nonsense' | 'error';
    }
  | LeverWrite
  | { readonly kind: 'told'; readonly channel: string; readonly message: Message; readonly run: RunId | null }
  /** A message was tried to be sent, and nobody got it. */
  | { readonly kind: 'not-told'; readonly channel: string; readonly message: Message; readonly run: RunId | null }
  | { readonly kind: 'paged'; readonly run: RunId; readonly arrived: boolean }
  /** As `paged`, where nobody is woken: the run was never admitted. */
  | { readonly kind: 'noted'; readonly run: RunId; readonly arrived: boolean }
  | {
      readonly kind: 'ended';
      readonly run: RunId;
      readonly region: Region;
      readonly status: string;
      readonly state: string | null;
      readonly error: string | null;
    };

/** An execution's ARN. */
export type RunId = string;

/** Whose hand was on something. */
export interface Writer {
  readonly run: RunId;
  readonly step: StepName;
  readonly mode: Mode | null;
  /** The epoch of the incident for which it acts. */
  readonly epoch: number | null;
}

/** Weights or epoch of the lever changed, at the store itself. */
export interface LeverWrite {
  readonly kind: 'lever';
  readonly before: LeverState;
  readonly after: LeverState;
  /** The epoch that this write carried; null where the lever knows none. */
  readonly under: number | null;
  /** From when on whoever asks the lever is told of it. */
  readonly readableFrom: Instant;
  readonly by: Writer | null;
  /** When the request left; it may have been under way for long. */
  readonly sentAt: Instant;
}

export interface LeverState {
  readonly epoch: number | null;
  readonly weights: Weights;
}

/** With the moment at which it was seen. */
export type Seen<K extends Happening['kind'] = Happening['kind']> = { readonly at: Instant } & Extract<
  Happening,
  { kind: K }
>;

export type Onlooker = (seen: Seen) => void;
