import type { Instant } from './brand.ts';
import type { Evacuation, EvacuationDirection } from './evacuation.ts';
import { isSilent } from './evacuation.ts';
import { lasting } from './lasting.ts';

/** How far an evacuation is, in numbers; those of what nobody knows yet are null. */
export interface EvacuationStanding {
  readonly id: string;
  readonly direction: EvacuationDirection;
  readonly region: string;
  readonly by: string;
  readonly reason: string;
  readonly startedAt: Instant;
  readonly abortedBy: string | null;
  /** Services that it is about. */
  readonly of: number | null;
  /** Led out, or back. */
  readonly moved: number;
  /** Names of those that cannot. */
  readonly stays: readonly string[];
  readonly waiting: number | null;
  readonly turn: number | null;
  readonly turns: number | null;
  /** Runs at a time, and services that are led back at a time. */
  readonly atOnce: number | null;
  /** Its control region has not been heard of for too long; another one goes on with it. */
  readonly isSilent: boolean;
}

export function standingOf(evacuation: Evacuation, now: Instant): EvacuationStanding {
  const { id, direction, region, by, reason, startedAt, abortedBy, left, progress, atOnce } = evacuation;
  const of = progress?.of ?? null;
  const moved = direction === 'leave' ? left.length : Math.max(0, (of ?? left.length) - left.length);
  const stays = progress?.stays ?? [];
  return {
    id,
    direction,
    region,
    by,
    reason,
    startedAt,
    abortedBy,
    of,
    moved,
    stays,
    waiting: of === null ? null : Math.max(0, of - moved - stays.length),
    turn: progress?.turn ?? null,
    turns: progress?.turns ?? null,
    atOnce: atOnce ?? null,
    isSilent: isSilent(evacuation, now),
  };
}

/** What is being done, by whom and since when. */
export function evacuationHeadline(
  { direction, region, by, reason, startedAt }: EvacuationStanding,
  now: Instant,
): string {
  const what = direction === 'leave' ? `leads every service out of ${region}` : `brings services back to ${region}`;
  return `${by} ${what}, for ${lasting(now - startedAt)}: ${reason}`;
}

/** How far it is. */
export function evacuationProgressText(standing: EvacuationStanding): string {
  const { direction, moved, of, stays, waiting, turn, turns, atOnce, abortedBy } = standing;
  const where = direction === 'leave' ? 'out' : 'back';
  const many = stays.length > shownMax ? ` and ${stays.length - shownMax} more` : '';
  return [
    of === null ? `${moved} are ${where}` : `${moved} of ${of} are ${where}`,
    ...(waiting === null ? [] : [`${waiting} wait`]),
    ...(stays.length === 0 ? [] : [`${stays.length} stay (${stays.slice(0, shownMax).join(', ')}${many})`]),
    ...(turn === null || turn === 0 ? [] : [`${direction === 'leave' ? 'tier' : 'turn'} ${turn} of ${turns}`]),
    ...(atOnce === null ? [] : [`at most ${atOnce} at a time`]),
    ...(abortedBy === null ? [] : [`${abortedBy} has said stop: no further one begins`]),
    ...(standing.isSilent ? ['its control region is not heard of, and another one goes on with it'] : []),
  ].join('; ');
}

/** How a person stops it; null where one has. */
export const abortCommand = ({ direction, region, abortedBy }: EvacuationStanding): string | null =>
  abortedBy !== null ? null : `understudy ${direction === 'leave' ? 'evacuate' : 'return'} ${region} --abort`;

const shownMax = 5;
