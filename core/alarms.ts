import type { Instant, Region } from './brand.ts';
import { type AlarmReading, saying, unevaluable } from './evidence.ts';
import { onlyOf } from './source.ts';
import type { Sight } from './trouble.ts';
import type { Level } from './trouble-record.ts';

/** An alarm that says nothing of its region, and shall. */
export interface BrokenAlarm {
  readonly observer: Region;
  readonly region: Region;
  /** What CloudWatch says of its evaluation, or `INSUFFICIENT_DATA` where that lasts. */
  readonly because: string;
  /** Since when its state is what it is. */
  readonly since: Instant;
}

/**
 * Alarms that people have to see to: those that CloudWatch does not evaluate, and those that have had no data for `quietForMs`. Muted
 * actions are no such thing: CloudWatch goes on to evaluate a muted alarm and to publish its changes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarmmuterule.html
 */
export function brokenAlarms(alarms: readonly AlarmReading[], quietForMs: number, now: Instant): BrokenAlarm[] {
  const isQuiet = ({ state, since }: AlarmReading) => state === 'INSUFFICIENT_DATA' && now - since >= quietForMs;
  return [
    ...unevaluable(alarms).map(({ evaluation = '', ...alarm }) => brokenBy(alarm, evaluation)),
    ...saying(alarms)
      .filter(isQuiet)
      .map((alarm) => brokenBy(alarm, 'INSUFFICIENT_DATA')),
  ];
}

const brokenBy = ({ observer, region, since }: AlarmReading, because: string): BrokenAlarm => ({
  observer,
  region,
  because,
  since,
});

/**
 * What alarms say of themselves, for a trouble of their own. Worse where so few are left of a region that they could not start a run
 * by quorum. Null where it cannot be said that all is well again: `expected` alarms were to be read.
 */
export function alarmSight(
  alarms: readonly AlarmReading[],
  broken: readonly BrokenAlarm[],
  { expected, quorum }: { readonly expected: number; readonly quorum: number },
): Sight | null {
  const telling = saying(alarms).filter(({ state }) => state !== 'INSUFFICIENT_DATA');
  if (broken.length === 0) return telling.length < expected ? null : { kind: 'good' };
  const regions = broken.map(({ region }) => region);
  const left = (name: Region) => telling.filter(({ region }) => region === name).length;
  const level: Level = regions.some((name) => left(name) < quorum) ? 2 : 1;
  return { kind: 'bad', what: 'alarms', region: onlyOf(regions) ?? null, level };
}
