import type { Instant, Region } from './brand.ts';
import { type AlarmReading, saying } from './evidence.ts';
import type { LedgerRecord } from './record.ts';

/**
 * Observers that have seen a region green for so long without a break: by an alarm that says something, with no bad answer to the
 * same observer in any look since, and since the last move, for before that nobody depended on it.
 */
export function greenObservers(
  alarms: readonly AlarmReading[],
  { looks, lastMoveAt }: Pick<LedgerRecord, 'looks' | 'lastMoveAt'>,
  region: Region,
  greenForMs: number,
  now: Instant,
): readonly Region[] {
  return saying(alarms)
    .filter((alarm) => {
      if (alarm.region !== region || alarm.state !== 'OK') return false;
      const badAts = looks
        .filter((memory) => memory.observer === alarm.observer && memory.region === region)
        .map(({ badAt }) => badAt ?? alarm.since);
      return now - Math.max(alarm.since, ...badAts, lastMoveAt ?? alarm.since) >= greenForMs;
    })
    .map(({ observer }) => observer);
}
