import { randomUUID } from 'node:crypto';
import type { PutEventsCommandInput, TestEventPatternCommandInput } from '@aws-sdk/client-eventbridge';
import type { Aws, AwsService } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import { deliveries } from './deliveries.ts';
import type { DeadLetter } from './delivery.ts';
import type { Disturbance } from './disturbance.ts';
import { type Emit, type EventEnvelope, eventTime } from './event.ts';
import { parseEventPattern } from './event-pattern.ts';
import { eventEntry } from './put-events.ts';
import { invalid, isDefaultBus } from './rule.ts';
import { ruleBook } from './rule-book.ts';
import { ruleOperations } from './rule-operations.ts';
import { forwarded } from './target.ts';
import { parsedEvent } from './tested-event.ts';

export interface EventsOptions {
  readonly clock: Clock;
  /** Of retries' jitter; 0 up to 1. */
  readonly random: () => number;
  /** Divides the rates of schedules, events' ages and the waits between retries. */
  readonly tempo: number;
  /** How targets are reached. */
  readonly aws: () => Aws;
  readonly account: string;
  readonly newId?: () => string;
  /** Where dead letters go whose target names a queue. */
  readonly queues?: Pick<Queues, 'send'>;
}

export interface EventsService extends AwsService {
  readonly id: 'events';
  /** How services put events of `aws.` on the default bus of a region. */
  readonly emit: Emit;
  /** Every rule, with how many events it sent on. */
  rules(): readonly { readonly name: string; readonly region: string; readonly sent: number }[];
  /** Disturbs the next delivery that it applies to. */
  disturb(disturbance: Disturbance): void;
  /** Deliveries that were given up, oldest first, whether or not a target names a queue. */
  deadLetters(): readonly DeadLetter[];
  /** Resolves when every delivery under way has arrived or was given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The default bus of every region: rules with patterns or rates, and at-least-once delivery to their targets. */
export function eventsService(options: EventsOptions): EventsService {
  const { clock, random, tempo, aws, account, newId = randomUUID, queues } = options;
  const sending = deliveries({ clock, random, tempo, aws, ...(queues && { queues }) });
  const book = ruleBook({ clock, tempo, account, newId, sending });

  const operations: AwsService['operations'] = {
    ...ruleOperations(book),

    async PutEvents(input: PutEventsCommandInput & { [forwarded]?: EventEnvelope }, call) {
      const event = input[forwarded];
      if (event !== undefined) {
        book.ingest(call.region, event, { forwarded: true });
        return { FailedEntryCount: 0, Entries: [{ EventId: event.id }] };
      }
      const entries = input.Entries ?? [];
      if (entries.length < 1 || entries.length > 10) throw invalid('PutEvents takes 1 to 10 entries.');
      const now = clock.now();
      const checked = entries.map((entry) => eventEntry(entry, { ...call, id: newId(), now }));
      const size = checked.reduce((total, entry) => total + entry.bytes, 0);
      if (size > mostEntryBytes) throw invalid('Total size of the entries in the request is over the limit.');
      const answers = checked.map((entry, index) => {
        if (entry.kind === 'refused') return { ErrorCode: entry.code, ErrorMessage: entry.message };
        // An event for a bus that is not there is taken and dropped without a word: so AWS was recorded to do it.
        if (isDefaultBus(entries[index]?.EventBusName)) book.ingest(call.region, entry.event);
        return { EventId: entry.event.id };
      });
      return { FailedEntryCount: checked.filter(({ kind }) => kind === 'refused').length, Entries: answers };
    },

    async TestEventPattern(input: TestEventPatternCommandInput) {
      const pattern = parseEventPattern(input.EventPattern ?? '');
      return { Result: pattern.matches(parsedEvent(input.Event ?? '')) };
    },
  };

  const service: EventsService = {
    id: 'events',
    operations,

    emit(region, event) {
      book.ingest(region, {
        version: '0',
        id: newId(),
        'detail-type': event.detailType,
        source: event.source,
        account,
        time: eventTime(event.at),
        region,
        resources: event.resources,
        // A copy, as on a wire: nobody changes an event that was sent.
        detail: JSON.parse(JSON.stringify(event.detail)) as Record<string, unknown>,
      });
    },

    rules: () => book.all().map(({ name, region, sent }) => ({ name, region, sent })),

    disturb: sending.disturb,

    deadLetters: sending.dead,

    settled: sending.settled,

    async close() {
      book.close();
      await sending.close();
    },
  };
  return service;
}

/** 256 KiB for all entries of a request. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const mostEntryBytes = 256 * 1024;
