import type { Epoch, Instant, Region } from './brand.ts';
import type { DrillOrder } from './drill-record.ts';

/** How a run was asked for. `rehearsal` runs every step and writes nothing to a lever; `drill` moves traffic for a while, and back. */
export const modes = ['automatic', 'manual', 'rehearsal', 'drill'] as const;

export type Mode = (typeof modes)[number];

/** What a run is asked to do, after its event was parsed. */
export interface Request {
  readonly service: string;
  readonly mode: Mode;
  /** The region to leave; the active one where it is not said. */
  readonly from?: Region | undefined;
  /** The region to move to; the best ranked fit one where it is not said. */
  readonly to?: Region | undefined;
  readonly reason: string;
  readonly requestedBy: string;
  /** Passes a pause and asks nobody for approval; never skips what protects callers (a fit target, the epoch). */
  readonly force: boolean;
  /** When the cause was seen: the event's own time, not its arrival. */
  readonly causedAt: Instant;
  /** Of a run of mode `drill`, and of no other. */
  readonly drill?: DrillOrder | undefined;
}

/** One admitted attempt to move a service. */
export interface Incident extends Request {
  /** `service#epoch`. */
  readonly id: string;
  readonly epoch: Epoch;
  /** The execution that holds the lease. */
  readonly holder: string;
  readonly admittedAt: Instant;
}

/** How a run ended. Every run ends in one of these, and each is told to people once. */
export const endings = [
  'recovered',
  'rehearsed',
  'held',
  'shadowed',
  'refused',
  'vetoed',
  'declined',
  /** Nobody answered by the deadline, and the policy says not to move then. */
  'unanswered',
  'fenced',
  'rolled-back',
  /** Moved, not proven, and left so: the region that it left is down, and the one that it moved to answers. */
  'unproven',
  'rollback-failed',
  'failed',
] as const;

export type Ending = (typeof endings)[number];

/** Whether it is what whoever asked for the run wanted. */
export const isGoodEnding = (ending: string): boolean => ending === 'recovered' || ending === 'rehearsed';

/** What became of a question to people. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly by: string | null;
  /** `deadline`: nobody answered, and the policy has said what that means. */
  readonly decision: 'approved' | 'declined' | 'deadline';
  /** What it was about: `us-east-1 to us-west-2`. */
  readonly way?: string | null | undefined;
}

/** `orders#7` as it may stand in a file name. */
export function fileName(incidentId: string): string {
  return incidentId.replaceAll(/[^A-Za-z0-9._-]/g, '-');
}

/** Characters of a reason that a person gives: it stands in messages, in the ledger's record and in evidence, which are bounded. */
export const reasonMax = 500;
