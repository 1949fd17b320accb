import { Cron } from 'croner';
import { AwsError } from '../aws/service.ts';

/** When a schedule by the calendar is due: the first moment after `after`, or null where there is none any more. */
export type Occurrences = (after: number) => number | null;

/**
 * `cron(0 10 ? * TUE#2 *)` or `at(2026-12-01T10:00:00)` in a time zone. A moment that a clock put forward leaves out is skipped, and one
 * that a clock put back has twice is due once. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function occurrences(expression: string, timeZone: string): Occurrences {
  if (!isTimeZone(timeZone)) throw invalid('Parameter ScheduleExpressionTimezone is not valid.');
  const [, once = ''] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression) ?? [];
  if (once !== '') return of(once, timeZone);
  const [, fields = ''] = /^cron\((.+)\)$/.exec(expression) ?? [];
  return of(pattern(fields), timeZone);
}

function of(text: string, timezone: string): Occurrences {
  const cron = made(text, timezone);
  return (after) => {
    for (let next = cron.nextRun(new Date(after)); next !== null; next = cron.nextRun(next)) {
      // In the hour that a clock leaves out it answers with one after it.
      if (cron.isOnce() || cron.match(next)) return next.getTime();
    }
    return null;
  };
}

function made(text: string, timezone: string) {
  try {
    const cron = new Cron(text, { timezone, mode: '7-part', alternativeWeekdays: true, sloppyRanges: true });
    return {
      nextRun: (after: Date) => cron.nextRun(after),
      match: (at: Date) => cron.match(at),
      isOnce: () => cron.getPattern() === undefined,
    };
  } catch {
    throw notValid();
  }
}

/**
 * Six fields, of which one of the two for days is `?`; weekdays count from 1, a Sunday. `L` alone for a weekday is the last of the week.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
function pattern(text: string): string {
  const fields = text.trim().split(/\s+/);
  const [minutes, hours, days, months, weekdays = '', years] = fields;
  if (fields.length !== 6 || (days === '?') === (weekdays === '?')) throw notValid();
  if (fields.some((field) => !/^[A-Z0-9*?,/#-]+$/.test(field))) throw notValid();
  return ['0', minutes, hours, days, months, weekdays === 'L' ? '7' : weekdays, years].join(' ');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

const notValid = () => invalid('Parameter ScheduleExpression is not valid.');

const invalid = (message: string) => new AwsError('ValidationException', message);
