import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Message } from '../../core/messages.ts';
import { awsClient, type Reach } from '../adapters/client-settings.ts';
import { sentenceOf } from '../adapters/vendor-error.ts';
import { NotificationFailed } from '../errors.ts';
import type { Notifier } from '../ports.ts';
import { chatNotification } from './chat-service.ts';
import { plainText } from './plain-text.ts';

export interface SnsNotifierOptions {
  readonly client: SNSClient;
  /** Topic ARN by severity, in the client's region: one that needs no other region to tell people. */
  readonly topics: Readonly<Record<Message['severity'], string>>;
  /** Whether what subscribes by HTTPS is a chat channel of Amazon Q Developer, which takes nothing but its own form. */
  readonly chat?: boolean;
}

export function snsClient(region: string, reach: Partial<Reach> = {}): SNSClient {
  const usual = { connectMs: 1_000, answerMs: 1_500, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new SNSClient(settings));
}

/** Publishes as plain text, to a chat channel in its own form. Subscriptions can filter by the attributes `service`, `severity`, `audience` and `thread`. */
export function snsNotifier({ client, topics, chat = false }: SnsNotifierOptions): Notifier {
  return {
    channel: 'sns',
    takes: () => true,
    async send(message) {
      const { service, severity, audience, thread } = message;
      const attributes = { service, severity, audience, thread };
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topics[severity],
            Subject: subjectOf(message),
            // A channel drops what is not in its form, and so what nobody has to hear of.
            ...(chat && audience === 'people'
              ? {
                  MessageStructure: 'json',
                  Message: JSON.stringify({ default: textOf(message), https: chatNotification(message) }),
                }
              : { Message: textOf(message) }),
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
            ),
          }),
        );
      } catch (cause) {
        throw new NotificationFailed(`SNS did not take the message: ${sentenceOf(cause)}`, { cause });
      }
    },
  };
}

/** SNS refuses any other subject, and a refused message is worse than a marred one. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function subjectOf({ subject, severity }: Message): string {
  const ascii = subject.replaceAll(/[^\x20-\x7e]/g, '?').replace(/^[^A-Za-z0-9]+/, '');
  return (ascii || severity).slice(0, 100);
}

/** At most 256 KB, of which this is a part that no multi-byte text can break. */
function textOf(message: Message): string {
  return plainText(message).slice(0, 60_000);
}
