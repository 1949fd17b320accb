import { type Epoch, epoch, type Instant, type Region } from './brand.ts';
import type { Drill, PastDrill, SeenGate } from './drill-record.ts';
import type { Evacuation } from './evacuation.ts';
import type { HeldFreeze } from './freeze.ts';
import type { Mode } from './incident.ts';
import type { Memory } from './memory.ts';
import type { Stay, Unprotected } from './protection-record.ts';
import { homeRegion, regionNames, type Service } from './service.ts';
import type { Trouble } from './trouble-record.ts';

/** One item per service: who may write, and what automation is allowed to do. */
export interface LedgerRecord {
  readonly service: string;
  readonly epoch: Epoch;
  readonly lease: Lease | null;
  /** False after an automatic move until a person acknowledges it. */
  readonly armed: boolean;
  readonly paused: Pause | null;
  /** Where the last concluded move led; null until the first. The lever, not this, says who serves. */
  readonly activeRegion: Region | null;
  /**
   * Who led the service to where it is: `person` as soon as one had a hand in it since it left home, because what a person did,
   * automation does not undo. Null until the first move.
   */
  readonly movedBy: 'automation' | 'person' | null;
  /** Regions that automation moves nothing into until a person opens them. */
  readonly fences: readonly Fence[];
  /** Change freezes by a person's word, those that are over among them. */
  readonly freezes: readonly HeldFreeze[];
  /** When automation last moved the service, tried to, or would have (in shadow): the cooldown counts from here. */
  readonly lastMoveAt: Instant | null;
  /** The incident that waits for a person's acknowledgement. */
  readonly unacknowledged: string | null;
  /** What looks have shown, of this run and of earlier ones. */
  readonly looks: readonly Memory[];
  /** The look that was remembered last. */
  readonly lookedAt: Instant | null;
  /** Regions with a share when a run last knew, the greatest first; null until one did. */
  readonly serving: readonly Region[] | null;
  /** What people have heard of the service not being well; null where it always was. */
  readonly trouble: Trouble | null;
  /** What people have heard of its alarms that CloudWatch cannot evaluate; null where they always could be. */
  readonly alarmTrouble: Trouble | null;
  /** What waits for a person's answer. */
  readonly question: Question | null;
  /** Who has approved what was asked last, kept while the run that asked goes on; null where nobody was asked. */
  readonly consents: Consents | null;
  /** The last time that a move was asked for and not approved; null after one was. */
  readonly unapproved: Unapproved | null;
  /** The region that the last move led away from; null until one did. */
  readonly left: Left | null;
  /** Regions that were left and are no proven standbys again. */
  readonly unprotected: readonly Unprotected[];
  /** A person's word that it stays where it is; null where nobody said so. */
  readonly stays: Stay | null;
  /** What people have heard of callers who stay at that region; null where none ever did. */
  readonly arrivalTrouble: Trouble | null;
  /** Of the fleet's record alone: the last evacuation of a region, or the return to it. */
  readonly evacuation: Evacuation | null;
  /** Traffic that is away for practice; null where none is. */
  readonly drill: Drill | null;
  /** The drill that was over last, whatever became of it. */
  readonly lastDrill: PastDrill | null;
  /** A region that looks ill to observers for practice, until something has moved; null where none does. */
  readonly detection: Detection | null;
  /** When the last one that succeeded was over. */
  readonly drilledAt: Instant | null;
  /** What drills have seen refuse, each once, the latest last. */
  readonly seenGates: readonly SeenGate[];
}

/** A detection drill that waits for the chain from canary to move. */
export interface Detection {
  readonly id: string;
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
  readonly startedAt: Instant;
  /** When the flags that observers see run out. */
  readonly until: Instant;
}

export interface Left {
  readonly region: Region;
  readonly at: Instant;
  /** The run that moved; null where that was done past Understudy. */
  readonly incident: string | null;
}

/** A region that automation moves nothing into, and does not go home to, until a person opens it. */
export interface Fence {
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
  /** Until when it was meant to last; after that people are told, and it holds on: opening a region leads callers there. */
  readonly until?: Instant | null | undefined;
  /** When people were told that its time is over. */
  readonly toldAt?: Instant | null | undefined;
}

/** The record of all services together: regions that people fence for all of them, and the evacuation of one. */
export const FLEET = '*';

export interface Lease {
  /** The execution that holds it. */
  readonly holder: string;
  readonly expiresAt: Instant;
  /** When it was taken; absent where that was before leases said so. */
  readonly since?: Instant | undefined;
  readonly mode: Mode;
  /** What for: what may write nothing keeps nobody out who may move the service. */
  readonly purpose: Purpose;
  /** The write to the lever that its holder set out on last; null before the first. */
  readonly attempt: Attempt | null;
}

/** A write to the lever that a run set out on. Only one that was set out on before may stand there already. */
export interface Attempt {
  /** Names the step of the plan and the evidence: the same each time that the write is tried. */
  readonly of: string;
  readonly again: boolean;
}

/**
 * What a run may do with its lease. `look`: automation that may not move gathers evidence and tells people; `rehearsal`: every step
 * without a write. Neither is ever in the way of a run that may move.
 */
export type Purpose = 'move' | 'look' | 'rehearsal';

export interface Pause {
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
  /** When it ends by itself; null for one that was written before pauses had an end. */
  readonly until: Instant | null;
  /** When people were last reminded of it. */
  readonly remindedAt: Instant | null;
}

/** Asked of people by a run that waits. */
export interface Question {
  readonly incident: string;
  readonly from: Region;
  readonly to: Region;
  readonly askedAt: Instant;
  readonly deadline: Instant;
  readonly onDeadline: 'proceed' | 'abort';
  /** Different people who must approve; one where it is not said. One who declines is enough. */
  readonly people?: number | undefined;
}

/** Approvals of one question: of a service, an epoch and a way. */
export interface Consents {
  readonly incident: string;
  readonly from: Region;
  readonly to: Region;
  /** Of different people, the oldest first. */
  readonly given: readonly Consent[];
}

export interface Consent {
  /** As AWS, or an approver's name in the configuration, says it. */
  readonly by: string;
  readonly at: Instant;
}

export interface Unapproved {
  /** Who declined; null where nobody answered. */
  readonly by: string | null;
  readonly at: Instant;
  /** Questions in a row that nobody answered. */
  readonly unanswered: number;
}

export function freshRecord(service: string): LedgerRecord {
  return {
    service,
    epoch: epoch(0),
    lease: null,
    armed: true,
    paused: null,
    activeRegion: null,
    movedBy: null,
    fences: [],
    freezes: [],
    lastMoveAt: null,
    unacknowledged: null,
    looks: [],
    lookedAt: null,
    serving: null,
    trouble: null,
    alarmTrouble: null,
    question: null,
    consents: null,
    unapproved: null,
    left: null,
    unprotected: [],
    stays: null,
    arrivalTrouble: null,
    evacuation: null,
    drill: null,
    lastDrill: null,
    detection: null,
    drilledAt: null,
    seenGates: [],
  };
}

/** The lease, while it holds. */
export const heldLease = ({ lease }: Pick<LedgerRecord, 'lease'>, now: Instant): Lease | null =>
  lease !== null && lease.expiresAt > now ? lease : null;

/** The incident of the record's epoch: the last one that was admitted. */
export const lastIncident = ({ service, epoch }: Pick<LedgerRecord, 'service' | 'epoch'>): string =>
  `${service}#${epoch}`;

/** The question of the run that asked and still holds the lease. */
export const askedQuestion = (record: LedgerRecord, now: Instant): Question | null =>
  record.question?.incident === lastIncident(record) && heldLease(record, now) !== null ? record.question : null;

/** Who has a share as far as the ledger knows: what a run saw last, and the home region before there was one. */
export function lastServing(
  { serving, activeRegion }: Pick<LedgerRecord, 'serving' | 'activeRegion'>,
  service: Service,
): readonly Region[] {
  const known = [...(serving ?? []), ...(activeRegion === null ? [] : [activeRegion])];
  const ours = [...new Set(known)].filter((region) => regionNames(service).includes(region));
  return ours.length > 0 ? ours : [homeRegion(service)];
}

/** What waits for a person's answer now: the run that asked still holds the lease, and its deadline has not passed. */
export function pendingQuestion(record: LedgerRecord, now: Instant): Question | null {
  const question = askedQuestion(record, now);
  return question !== null && now < question.deadline ? question : null;
}
