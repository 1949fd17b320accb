import type { Instant, Region } from './brand.ts';
import type { PastDrill } from './drill-record.ts';
import type { Evidence } from './evidence.ts';
import type { HookAnswered, HookMoment } from './hook.ts';
import type { Ending, Incident, Request } from './incident.ts';
import type { Routing, Weights } from './routing.ts';
import type { Verdict } from './verdict.ts';

/**
 * One line of the append-only record: what was seen, decided, done or refused. The incident's report is made from
 * these alone.
 */
export interface Entry {
  /** Unique per service, and the same when the same step is retried: appending it twice changes nothing. */
  readonly id: string;
  readonly service: string;
  /** `service#epoch`, or null where no incident was admitted. */
  readonly incident: string | null;
  readonly at: Instant;
  /** One sentence for people. */
  readonly text: string;
  readonly what: Happening;
}

export type Happening =
  | { readonly kind: 'admitted'; readonly incident: Incident }
  | { readonly kind: 'refused'; readonly request: Request | null; readonly reason: string }
  | { readonly kind: 'decided'; readonly verdict: Verdict; readonly evidence: Evidence }
  | {
      readonly kind: 'announced';
      readonly deliveries: readonly Delivery[];
      /** Absent where it was written before messages had one, and people were told. */
      readonly audience?: 'people' | 'record' | undefined;
    }
  | {
      readonly kind: 'approval';
      readonly decision: 'approved' | 'declined' | 'deadline';
      readonly by: string | null;
      /** Of one of several people: how many had to approve still after that. Absent where it is the run's answer. */
      readonly more?: number | undefined;
    }
  /** A button in a chat channel was pressed; what the run was answered is an approval of its own. */
  | {
      readonly kind: 'pressed';
      readonly channel: string;
      /** As the chat service has it. */
      readonly user: string;
      /** Null for somebody whom the configuration does not name. */
      readonly person: string | null;
      readonly approved: boolean;
      readonly became: PressOutcome;
    }
  | {
      readonly kind: 'prepared';
      readonly answers: readonly HookAnswered[];
      /** Absent where it was written before it said so. */
      readonly from?: Region | undefined;
      readonly to?: Region | undefined;
      readonly flees?: boolean | undefined;
      /** Whether the target carried a share before the move. */
      readonly keepsShare?: boolean | undefined;
    }
  /** The move waits for this hook. */
  | { readonly kind: 'hook-asked'; readonly hook: string; readonly when: HookMoment }
  /** What hooks answered after the run was over. */
  | {
      readonly kind: 'settled';
      readonly when: HookMoment;
      readonly from: Region;
      readonly to: Region;
      readonly answers: readonly HookAnswered[];
    }
  | {
      readonly kind: 'shifted';
      readonly percent: number;
      readonly weights: Weights;
      readonly outcome: string;
      readonly wrote: boolean;
    }
  | { readonly kind: 'verified'; readonly state: 'verified' | 'pending' | 'failed'; readonly detail: string }
  | {
      readonly kind: 'rolled-back';
      readonly restored: boolean;
      readonly routing: Routing | null;
      readonly detail: string;
    }
  | {
      readonly kind: 'concluded';
      readonly ending: Ending;
      readonly deliveries: readonly Delivery[];
      readonly durationMs: number;
      readonly error: string | null;
      /** Absent where it was written before it said so. */
      readonly audience?: 'people' | 'record' | undefined;
    }
  /** Of the incident that began it: how a drill came out. */
  | { readonly kind: 'drilled'; readonly past: PastDrill }
  /** Of the fleet: what a person's fence or evacuation of a region did. */
  | {
      readonly kind: 'region';
      readonly region: Region;
      readonly did: RegionAct;
      readonly by: string;
      /** Those concerned. */
      readonly services: readonly string[];
    }
  /** People were told of callers at the region that was left, or that there are none any more: `requestsPerMinute` is 0 then. */
  | {
      readonly kind: 'arrived';
      readonly region: Region;
      readonly requestsPerMinute: number;
      /** Null where nothing counts writes. */
      readonly writesPerMinute: number | null;
      readonly isSplit: boolean;
    }
  /** Regions that were left are proven standbys again, so long after the first of them was left. */
  | { readonly kind: 'reprotected'; readonly regions: readonly Region[]; readonly forMs: number }
  | {
      readonly kind: 'operator';
      readonly command: OperatorCommandName;
      readonly by: string;
      readonly reason: string;
    };

/**
 * `named`: these cannot leave, known before anything was written. `wrote`: the override of regions. `proved`, `unproven`, `undone`: of
 * these the edges say so, do not, or were led back because they do not. `ran`: each had a run of its own. `ended`: nothing more is done.
 */
export const regionActs = ['named', 'wrote', 'proved', 'unproven', 'undone', 'ran', 'ended'] as const;

export type RegionAct = (typeof regionActs)[number];

/** One of several approvals · told to the run · nothing waited for it · pressed by somebody who may not answer. */
export const pressOutcomes = ['counted', 'taken', 'not-asked', 'stranger'] as const;

export type PressOutcome = (typeof pressOutcomes)[number];

/** What a person may tell the ledger. */
export const operatorCommands = [
  'pause',
  'resume',
  'acknowledge',
  'record',
  'fence',
  'unfence',
  'freeze',
  'thaw',
  'stay',
  'abort-evacuation',
] as const;

export type OperatorCommandName = (typeof operatorCommands)[number];

/** The answer to one question of a run: whoever writes it first, says when. */
export const approvalEntryId = (incident: string, way: string | null): string =>
  way === null ? `${incident}/approval` : `${incident}/approval/${way.replaceAll(' ', '-')}`;

/** The approval of one person where a question needs several. */
export const consentEntryId = (incident: string, way: string, nth: number): string =>
  `${approvalEntryId(incident, way)}/${nth}`;

/** Whether one entry is of a person who had a part in the answer that the other one is of. */
export const isConsentOf = (id: string, answerId: string): boolean =>
  id.startsWith(`${answerId}/`) && /\/\d+$/.test(id);

/** Whether people were told, by channel. */
export interface Delivery {
  readonly channel: string;
  readonly delivered: boolean;
  readonly attempts: number;
  /** Why not, without secrets; null where it was delivered. */
  readonly because: string | null;
}
