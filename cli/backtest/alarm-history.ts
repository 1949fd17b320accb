import * as z from 'zod';
import { ownerOfAlarm } from '../../config/names.ts';
import type { Instant, Region } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import type { Failover } from '../../core/service.ts';
import { UsageError } from '../command.ts';

export type AlarmState = AlarmReading['state'];

/** One of our alarms went from one state to another. */
export interface StateChange {
  readonly service: string;
  /** Null for the front door. */
  readonly region: Region | null;
  readonly observer: Region;
  readonly at: Instant;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

const timestamp = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no point in time')
  .transform((text) => Date.parse(text));

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html */
const historySchema = z.looseObject({
  AlarmHistoryItems: z.array(
    z.looseObject({
      AlarmName: z.string(),
      Timestamp: timestamp,
      HistoryItemType: z.string(),
      HistoryData: z.string().optional(),
    }),
  ),
});

const stateSchema = z.looseObject({ stateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']) });
const dataSchema = z.looseObject({ oldState: stateSchema, newState: stateSchema });

/**
 * What `aws cloudwatch describe-alarm-history` printed in an observer's region, as the changes of alarms that the
 * configuration knows, oldest first; whatever else stands there is left out. Throws `UsageError` with the place of a fault.
 */
export function stateChanges(printed: unknown, observer: Region, failover: Failover, source: string): StateChange[] {
  const parsed = historySchema.safeParse(printed);
  if (!parsed.success) throw fault(source, parsed.error);
  return parsed.data.AlarmHistoryItems.flatMap((item, index) => {
    const owner = ownerOfAlarm(failover, item.AlarmName);
    if (owner === null || item.HistoryItemType !== 'StateUpdate') return [];
    const place = `${source}: AlarmHistoryItems[${index}].HistoryData`;
    const data = dataSchema.safeParse(json(item.HistoryData, place));
    if (!data.success) throw fault(place, data.error);
    const { oldState, newState } = data.data;
    const change = { service: owner.service.name, region: owner.region, observer, at: item.Timestamp };
    return [{ ...change, from: oldState.stateValue, to: newState.stateValue }];
  }).sort((a, b) => a.at - b.at);
}

function json(text: string | undefined, place: string): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new UsageError(`${place} is no JSON; print the history with --output json and nothing cut off`);
  }
}

/** `alarms/us-east-2.json: AlarmHistoryItems[3].Timestamp: is no point in time`, for the first fault. */
export function fault(source: string, { issues: [issue] }: z.ZodError): UsageError {
  const path = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  return new UsageError(`${source}: ${path.replace(/^\./, '')}${path === '' ? '' : ': '}${issue?.message}`);
}
