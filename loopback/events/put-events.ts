import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type EventEnvelope, eventTime } from './event.ts';

/** An entry of PutEvents: an event, or the error that stands in its place in the answer. */
export type EventEntry = { readonly bytes: number } & (
  | { readonly kind: 'event'; readonly event: EventEnvelope }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
);

export function eventEntry(
  entry: PutEventsRequestEntry,
  { id, now, region, account }: { id: string; now: number; region: string; account: string },
): EventEntry {
  const bytes = entryBytes(entry);
  const refused = (code: string, message: string) => ({ kind: 'refused', bytes, code, message }) as const;
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return refused('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
  }
  const { Source: source = '', DetailType: detailType = '', Detail: text = '' } = entry;
  // Else anybody could make a failover believe in an alarm.
  if (source.startsWith('aws.')) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  const detail = parsedDetail(text);
  if (detail === null) return refused('MalformedDetail', 'Detail is malformed.');
  return {
    kind: 'event',
    bytes,
    event: {
      version: '0',
      id,
      'detail-type': detailType,
      source,
      account,
      time: eventTime(entry.Time?.getTime() ?? now),
      region,
      resources: entry.Resources ?? [],
      detail,
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-event-size */
function entryBytes(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const total = texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
  return total + (entry.Time === undefined ? 0 : 14);
}

function parsedDetail(text: string): Record<string, unknown> | null {
  try {
    const detail: unknown = JSON.parse(text);
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? (detail as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
