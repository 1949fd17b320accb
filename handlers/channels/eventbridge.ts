import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { awsClient, type Reach } from '../adapters/client-settings.ts';
import { sentenceOf } from '../adapters/vendor-error.ts';
import { NotificationFailed } from '../errors.ts';
import type { Notifier } from '../ports.ts';
import { type EventData, eventOf } from './event.ts';

export interface EventBridgeOptions {
  /** As reports name it. */
  readonly channel: string;
  readonly client: EventBridgeClient;
  /** Name of the bus, in the client's region. */
  readonly bus: string;
  readonly deployment: EventData['deployment'];
}

/** The `source` of every event: rules match it, and `understudy.*` in `detail-type`. */
export const eventSource = 'understudy';

export function eventBridgeClient(region: string, reach: Partial<Reach> = {}): EventBridgeClient {
  const usual = { connectMs: 1_000, answerMs: 1_500, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new EventBridgeClient(settings));
}

/** Puts the event of every message on a bus, what nobody has to hear of included: rules choose. */
export function eventBridgeNotifier({ channel, client, bus, deployment }: EventBridgeOptions): Notifier {
  return {
    channel,
    takes: () => true,
    async send(message) {
      const { type, timestamp, data } = eventOf(message, deployment);
      const entry = {
        EventBusName: bus,
        Source: eventSource,
        DetailType: type,
        Time: new Date(timestamp),
        Detail: JSON.stringify(data),
      };
      const answer = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((cause: unknown) => {
        throw new NotificationFailed(`EventBridge did not take the event: ${sentenceOf(cause)}`, { cause });
      });
      // The call succeeds whatever becomes of its entries. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
      const [refused] = answer.Entries?.filter(({ ErrorCode }) => ErrorCode !== undefined) ?? [];
      if (refused !== undefined || answer.FailedEntryCount !== 0) {
        const because = refused?.ErrorCode ?? 'no reason given';
        throw new NotificationFailed(`EventBridge did not take the event: ${because}`);
      }
    },
  };
}
