import type { Instant, Region } from './brand.ts';
import { type CalendarPeriod, type CalendarWindow, isWithin } from './calendar.ts';
import { type PlannedFreeze, plannedFreezes } from './freeze.ts';
import { lasting } from './lasting.ts';
import { zoned } from './zoned.ts';

/** Drills that begin by themselves, on a schedule, and with more to stop them than those of a person. */
export interface DrillPlan {
  /** Part of the names of its schedules; told in the record and in messages. */
  readonly name: string;
  /** Names of the services that practise, each with a schedule of its own. */
  readonly services?: readonly string[] | undefined;
  /** Instead of names: every service of this tier, which is the first where a service names none. */
  readonly tier?: number | undefined;
  /** `rate(30 days)` or `cron(0 10 ? * TUE#2 *)`, as EventBridge Scheduler takes them. */
  readonly schedule: string;
  /** IANA's name, like `Europe/Berlin`, in which schedule, windows and dates are read. */
  readonly timeZone: string;
  /** How much of the traffic; less than 100 where the lever knows weights. */
  readonly percent: number;
  /** How long it stays away. */
  readonly holdMs: number;
  /** A drill begins within one of them, and is to be back by its end; at any time where there is none. */
  readonly allowedWindows: readonly CalendarWindow[];
  /** Days, like `2026-12-24`, on which none begins. */
  readonly blockedDates: readonly string[];
  /** While one of these is red, or cannot be read, no drill begins. */
  readonly blockingAlarms: readonly DrillAlarm[];
  /** As blocking ones; and while traffic is away a red one ends the drill at once, as FAILED. */
  readonly outcomeAlarms: readonly DrillAlarm[];
}

/** A CloudWatch alarm of yours. */
export interface DrillAlarm {
  /** Of a metric alarm in the account of the deployment. */
  readonly name: string;
  /** Where it stands. */
  readonly in: Region;
}

/** What of a service tells whether it practises. */
interface Practising {
  readonly name: string;
  readonly tier?: number | undefined;
}

/** How one alarm of a plan stands. `UNKNOWN`: there is none, it cannot be evaluated, or CloudWatch does not say. */
export interface DrillAlarmReading extends DrillAlarm {
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'UNKNOWN';
}

export const practises = ({ services, tier }: DrillPlan, service: Practising): boolean =>
  services === undefined ? (service.tier ?? 1) === tier : services.includes(service.name);

/** The one of this name that is for the service. */
export const planOf = (
  plans: readonly DrillPlan[],
  name: string | null | undefined,
  service: Practising,
): DrillPlan | null => plans.find((plan) => plan.name === name && practises(plan, service)) ?? null;

/** Why a planned drill is skipped that may not begin now, before anything is looked at. */
export type PlanRefusal = 'drill-late' | 'drill-blocked-date' | 'drill-outside-window' | 'drill-frozen';

/** What the calendar of a configuration says. */
interface Calendar {
  readonly calendar: readonly CalendarPeriod[];
  readonly freezes: readonly PlannedFreeze[];
}

/** Null where the calendar has nothing against it. `plannedFor` is when the schedule was due. */
export function calendarRefusal(
  plan: DrillPlan,
  service: Practising,
  all: Calendar,
  plannedFor: Instant,
  now: Instant,
): { readonly refusal: PlanRefusal; readonly because: string } | null {
  const { name, timeZone, blockedDates, allowedWindows, holdMs } = plan;
  if (now - plannedFor > lateAfterMs) {
    return {
      refusal: 'drill-late',
      because: `it was due at ${new Date(plannedFor).toISOString()}, ${lasting(now - plannedFor)} ago: a drill begins in its time or not at all`,
    };
  }
  const { date, weekday } = zoned(now, timeZone);
  if (blockedDates.includes(date)) {
    return { refusal: 'drill-blocked-date', because: `the plan ${name} has ${date} as a blocked date` };
  }
  const [freeze] = plannedFreezes(all, service, now);
  if (freeze !== undefined) {
    return { refusal: 'drill-frozen', because: `${freeze.by} has a change freeze: ${freeze.reason}` };
  }
  // The same window comes again each day or week: between two of them it is over, however short that is.
  const minutes = Array.from({ length: Math.ceil(holdMs / minuteMs) }, (_, nth) => now + nth * minuteMs);
  const holds = (window: CalendarWindow) =>
    [...minutes, now + holdMs - 1].every((at) => isWithin([window], timeZone, at));
  if (allowedWindows.length === 0 || allowedWindows.some(holds)) return null;
  return {
    refusal: 'drill-outside-window',
    because: `${new Date(now).toISOString()}, ${weekday} in ${timeZone}, and ${lasting(holdMs)} from then, is within no window of the plan ${name}`,
  };
}

/** Windows begin and end with one. */
const minuteMs = 60_000;

/** Scheduler is precise to a minute, and tries for one more. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const lateAfterMs = 5 * 60_000;

/** What keeps a drill from being begun: red, or nobody knows. Null where nothing does. */
export function alarmsAgainst(readings: readonly DrillAlarmReading[]): string | null {
  const against = readings.filter(({ state }) => state === 'ALARM' || state === 'UNKNOWN');
  return against.length === 0 ? null : alarmsText(against);
}

/** What ends a drill that is under way: what is red for certain. Null where nothing is. */
export function redText(readings: readonly DrillAlarmReading[]): string | null {
  const red = readings.filter(({ state }) => state === 'ALARM');
  return red.length === 0 ? null : alarmsText(red);
}

const alarmsText = (readings: readonly DrillAlarmReading[]): string =>
  readings.map(({ name, in: where, state }) => `${name} in ${where} is ${stateText[state]}`).join(', ');

const stateText: Readonly<Record<DrillAlarmReading['state'], string>> = {
  OK: 'well',
  ALARM: 'red',
  INSUFFICIENT_DATA: 'without data',
  UNKNOWN: 'not to be read',
};
