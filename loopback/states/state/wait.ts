import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import { runtimeError } from '../failure.ts';
import type { Json } from '../json.ts';
import type { State } from '../machine.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export interface WaitFor {
  readonly field: 'Seconds' | 'Timestamp';
  readonly raw: Json;
  readonly template: Template;
}

export const wait = (name: string, waitFor: WaitFor, leaving: Leaving): State => ({
  name,
  async run(thread, input) {
    const visit = new Visit(thread, 'Wait', name, input);
    visit.enter();
    const { clock } = thread.run.ports;
    const until = await untilMs(visit, waitFor, clock.now());
    const ms = until - clock.now();
    if (ms > longestMs) throw runtimeError(visit.sentence('Wait state delay is too long.'));
    if (ms > 0) await thread.outside((signal) => clock.wait(ms, signal));
    return visit.leave(leaving, input);
  },
});

/** What the service was seen to refuse beyond: 2^31 seconds. */
const longestMs = 2 ** 31 * 1000;

async function untilMs(visit: Visit, { field, raw, template }: WaitFor, now: number): Promise<number> {
  const value = await visit.evaluate(template);
  if (field === 'Timestamp') {
    if (typeof value !== 'string')
      throw visit.evaluationFailed(unexpectedType(raw, field, 'string', value).message, field);
    const instant = parseTimestamp(value);
    if (instant !== null) return instant;
    throw visit.evaluationFailed(
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`,
      field,
    );
  }
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw visit.evaluationFailed(unexpectedType(raw, field, 'integer', value).message, field);
  }
  if (value < 0) throw visit.evaluationFailed(`The Seconds field has a negative value: ${value}`, field);
  return now + value * 1000;
}

const timestamp = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds, or `null` where the text is no ISO-8601 date and time with `T` and an offset, or no such day exists. */
export function parseTimestamp(text: string): number | null {
  const [, year, month, day] = timestamp.exec(text) ?? [];
  // 30 February would be read as 2 March.
  if (Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null;
  const instant = year === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
