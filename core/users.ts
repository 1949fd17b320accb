import { type Instant, type Region, unreachable } from './brand.ts';
import { lasting } from './lasting.ts';
import type { UserAlarm } from './user-alarms.ts';

/** How one alarm on what users see stands. */
export interface UserReading {
  /** Whose users see it. */
  readonly region: Region;
  readonly alarm: string;
  /** Where it stands. */
  readonly in: Region;
  readonly says: UserAlarm['says'];
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** When it entered this state. */
  readonly since: Instant;
  /** As of an alarm of ours: what is wrong with its evaluation. `NOT_FOUND` where there is no such alarm. */
  readonly evaluation?: string | undefined;
  /** Whether somebody has disabled its actions: an alarm that people have put aside says nothing here either. */
  readonly muted: boolean;
}

/** Why a red alarm has no vote; an outage is seen by probes within minutes, and what is red for longer is no news of one. */
const voteMaxAgeMs = 3_600_000;

const isRed = ({ state, evaluation, muted }: UserReading): boolean =>
  state === 'ALARM' && evaluation === undefined && !muted;

/** Alarms that say that users of the region are not well, by the name of each. */
export const usersRed = (users: readonly UserReading[], name: Region): UserReading[] =>
  users.filter((reading) => reading.region === name && reading.says !== 'veto' && isRed(reading));

/** Of red ones those that may stand for an observer: younger than an hour. */
export const votingNow = (red: readonly UserReading[], now: Instant): UserReading[] =>
  red.filter(({ since }) => now - since < voteMaxAgeMs);

/** Alarms that keep automation from moving into the region. */
export const usersVetoing = (users: readonly UserReading[], name: Region): UserReading[] =>
  users.filter((reading) => reading.region === name && reading.says !== 'vote' && isRed(reading));

/**
 * Alarms that complete a quorum; none where they do not. However many they are, they stand for one observer: the others of the quorum
 * must see the region bad themselves, and be more than those that see it good.
 */
export function completing(
  { good, bad }: { readonly good: readonly Region[]; readonly bad: readonly Region[] },
  voting: readonly UserReading[],
  quorum: number,
): readonly UserReading[] {
  return bad.length > 0 && bad.length === quorum - 1 && bad.length > good.length ? voting : [];
}

/** `checkout-5xx in us-east-1, slo-burn in us-west-2`. */
export const usersText = (users: readonly Pick<UserReading, 'alarm' | 'in'>[]): string =>
  users.map((reading) => `${reading.alarm} in ${reading.in}`).join(', ');

/** One alarm as status and console say it: `us-east-1 not well by checkout-5xx in us-east-1, red for 2 min 0 s`. */
export function userText(reading: UserReading, now: Instant): string {
  const { region, alarm, state, since, evaluation, muted } = reading;
  const which = `${alarm} in ${reading.in} (${reading.says})`;
  if (evaluation !== undefined) return `nothing of ${region} by ${which}, which cannot be evaluated: ${evaluation}`;
  if (muted) return `nothing of ${region} by ${which}: somebody disabled its actions`;
  switch (state) {
    case 'OK':
      return `${region} is well by ${which}`;
    case 'INSUFFICIENT_DATA':
      return `nothing of ${region} by ${which}, which has no data`;
    case 'ALARM':
      return `${region} is NOT well by ${which}, red for ${lasting(now - since)}`;
    default:
      return unreachable(state);
  }
}
