import * as z from 'zod';
import { describeIssue, issueLines, pathText } from '../../config/issue-lines.ts';
import type { Instant } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { UsageError } from '../command.ts';
import { stampSchema } from '../instant.ts';

export type AlarmState = AlarmReading['state'];

/** One item of a history that tells a change of an alarm's state; `place` is where it stands. */
export interface HistoryItem {
  readonly alarm: string;
  readonly at: Instant;
  readonly place: string;
  /** From and to; throws `UsageError` where the item does not say. */
  readonly states: () => { readonly from: AlarmState; readonly to: AlarmState };
}

/** What one call of DescribeAlarmHistory gave. */
export interface HistoryPage {
  readonly items: readonly HistoryItem[];
  /** Whether there is more, which is not in it. */
  readonly isCut: boolean;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html */
const itemSchema = z.looseObject({
  AlarmName: z.string(),
  Timestamp: stampSchema,
  HistoryItemType: z.string(),
  HistoryData: z.string().nullish(),
});

const pageSchema = z.looseObject({
  AlarmHistoryItems: z.array(itemSchema),
  NextToken: z.string().nullish(),
});

const stateSchema = z.looseObject({ stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']) });
const dataSchema = z.looseObject({ oldState: stateSchema, newState: stateSchema });

const askedAgain = 'print it with: aws cloudwatch describe-alarm-history --history-item-type StateUpdate --output json';

/**
 * What people have of a history: one answer of the call, a list of answers (`jq -s`), or the items alone (`--query
 * AlarmHistoryItems`). Throws `UsageError` with the place of the first fault.
 */
export function historyPages(printed: unknown, source: string): readonly HistoryPage[] {
  if (!Array.isArray(printed)) return [page(printed, source)];
  const isPage = (value: unknown) => typeof value === 'object' && value !== null && 'AlarmHistoryItems' in value;
  if (printed.length > 0 && printed.every(isPage)) return printed.map((each, i) => page(each, `${source}: [${i}]`));
  return [{ items: itemsOf(checked(z.array(itemSchema), printed, source), `${source}: `), isCut: false }];
}

function page(printed: unknown, source: string): HistoryPage {
  const { AlarmHistoryItems, NextToken } = checked(pageSchema, printed, source);
  return { items: itemsOf(AlarmHistoryItems, `${source}: AlarmHistoryItems`), isCut: (NextToken ?? '') !== '' };
}

const itemsOf = (items: readonly z.output<typeof itemSchema>[], place: string): HistoryItem[] =>
  items.flatMap(({ AlarmName, Timestamp, HistoryItemType, HistoryData }, index) =>
    HistoryItemType === 'StateUpdate'
      ? [
          {
            alarm: AlarmName,
            at: Timestamp,
            place: `${place}[${index}]`,
            states: () => statesIn(HistoryData ?? '', `${place}[${index}].HistoryData`),
          },
        ]
      : [],
  );

function statesIn(data: string, place: string): { from: AlarmState; to: AlarmState } {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new UsageError(`${place} is no JSON, or was cut off; ${askedAgain}`);
  }
  const { oldState, newState } = checked(dataSchema, value, place);
  return { from: oldState.stateValue, to: newState.stateValue };
}

/** Throws `UsageError` with the first fault, its place, and what to do. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, source: string): z.output<Schema> {
  return checkedInput(schema, value, source, askedAgain);
}

/** `alarms/us-east-2.json: AlarmHistoryItems[3].Timestamp must be a point in time …; what to do`. */
export function checkedInput<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
  remedy: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true, error: describeIssue });
  if (parsed.success) return parsed.data;
  const [line = 'is not what it must be'] = issueLines(parsed.error.issues, (path) => pathText(path, 'it'));
  throw new UsageError(`${source}: ${line}; ${remedy}`);
}
