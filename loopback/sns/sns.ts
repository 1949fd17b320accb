import { randomUUID } from 'node:crypto';
import type {
  ConfirmSubscriptionCommandInput,
  CreateTopicCommandInput,
  DeleteTopicCommandInput,
  GetTopicAttributesCommandInput,
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsCommandInput,
  ListTopicsCommandInput,
  PublishBatchCommandInput,
  PublishCommandInput,
  SubscribeCommandInput,
  UnsubscribeCommandInput,
} from '@aws-sdk/client-sns';
import { type Aws, AwsError, type AwsService, type Call } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { checkBatch, checkedArn, checkedSubscription } from './check.ts';
import { deliveries, type FailedDelivery } from './deliveries.ts';
import { retryPolicy } from './http-delivery.ts';
import { type Content, checkedContent, invalidParameter, mostBytes } from './message.ts';
import { mostPublished, type PublishedMessage, type Subscription, type Topic } from './topic.ts';

export interface SnsOptions {
  readonly clock: Clock;
  /** Of retries' jitter; 0 up to 1. */
  readonly random: () => number;
  /** Divides the waits between attempts of HTTP deliveries. */
  readonly tempo: number;
  /** How Lambda functions are reached. */
  readonly aws: () => Aws;
  readonly newId?: () => string;
}

export interface SnsService extends AwsService {
  readonly id: 'sns';
  /** The newest messages of a topic, oldest first; a thousand are kept. Empty where there is no such topic. */
  published(topicArn: string): readonly PublishedMessage[];
  /** Deliveries and confirmations that were given up, oldest first. */
  failedDeliveries(): readonly FailedDelivery[];
  /** Resolves when no delivery is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Standard topics, per region, with delivery to HTTP endpoints on loopback and to Lambda functions. No e-mail, SMS, SQS,
 * FIFO topics or filter policies. SubscribeURL and UnsubscribeURL lead to a port of its own, opened when it is first needed.
 */
export function snsService({ clock, random, tempo, aws, newId = randomUUID }: SnsOptions): SnsService {
  const topics = new Map<string, Topic>();
  const sending = deliveries({ clock, random, tempo, aws, newId, links: { confirm, unsubscribe } });

  const operations: AwsService['operations'] = {
    /** Creating a topic that exists answers with its ARN. */
    async CreateTopic(input: CreateTopicCommandInput, call) {
      const name = input.Name ?? '';
      if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Invalid parameter: Topic Name');
      for (const attribute of Object.keys(input.Attributes ?? {})) {
        if (attribute !== 'DisplayName') {
          throw invalidParameter(`Invalid parameter: Attributes Reason: ${attribute} is not played by the sandbox`);
        }
      }
      const arn = `arn:aws:sns:${call.region}:${call.account}:${name}`;
      if (!topics.has(arn)) {
        const attributes = new Map(Object.entries(input.Attributes ?? {}));
        topics.set(arn, { arn, attributes, published: [], subscriptions: new Map(), deleted: 0 });
      }
      return { TopicArn: arn };
    },

    /** A topic that does not exist is deleted without a word. */
    async DeleteTopic(input: DeleteTopicCommandInput, call) {
      topics.delete(checkedArn(input.TopicArn, call));
      return {};
    },

    async ListTopics(input: ListTopicsCommandInput, call) {
      const found = topicsOf(call).map(({ arn }) => ({ TopicArn: arn }));
      return listed('Topics', found, input.NextToken);
    },

    async GetTopicAttributes(input: GetTopicAttributesCommandInput, call) {
      const topic = topicOf(input.TopicArn, call);
      const subscriptions = [...topic.subscriptions.values()];
      const confirmed = subscriptions.filter((subscription) => subscription.confirmed).length;
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: call.account,
          DisplayName: topic.attributes.get('DisplayName') ?? '',
          SubscriptionsConfirmed: String(confirmed),
          SubscriptionsPending: String(subscriptions.length - confirmed),
          SubscriptionsDeleted: String(topic.deleted),
          EffectiveDeliveryPolicy: JSON.stringify({
            http: {
              defaultHealthyRetryPolicy: retryPolicy,
              disableSubscriptionOverrides: false,
              defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
            },
          }),
        },
      };
    },

    /** A Lambda function is subscribed at once; an HTTP endpoint has to answer its confirmation first. */
    async Subscribe(input: SubscribeCommandInput, call) {
      const topic = topicOf(input.TopicArn, call);
      const { protocol, endpoint, raw } = checkedSubscription(input);
      const existing = [...topic.subscriptions.values()].find(
        (subscription) => subscription.protocol === protocol && subscription.endpoint === endpoint,
      );
      const subscription = existing ?? {
        arn: `${topic.arn}:${newId()}`,
        topicArn: topic.arn,
        owner: call.account,
        protocol,
        endpoint,
        raw,
        token: newId().replaceAll('-', '').repeat(2),
        confirmed: protocol === 'lambda',
      };
      topic.subscriptions.set(subscription.arn, subscription);
      if (!subscription.confirmed) sending.askForConfirmation(subscription);
      const shown = subscription.confirmed || input.ReturnSubscriptionArn === true;
      return { SubscriptionArn: shown ? subscription.arn : 'pending confirmation' };
    },

    async ConfirmSubscription(input: ConfirmSubscriptionCommandInput, call) {
      return { SubscriptionArn: confirm(topicOf(input.TopicArn, call).arn, input.Token ?? '') };
    },

    async Unsubscribe(input: UnsubscribeCommandInput, call) {
      unsubscribe(checkedArn(input.SubscriptionArn, call, 'SubscriptionArn'));
      return {};
    },

    async ListSubscriptions(input: ListSubscriptionsCommandInput, call) {
      const found = topicsOf(call).flatMap(({ subscriptions }) => [...subscriptions.values()].map(described));
      return listed('Subscriptions', found, input.NextToken);
    },

    async ListSubscriptionsByTopic(input: ListSubscriptionsByTopicCommandInput, call) {
      const { subscriptions } = topicOf(input.TopicArn, call);
      return listed('Subscriptions', [...subscriptions.values()].map(described), input.NextToken);
    },

    async Publish(input: PublishCommandInput, call) {
      if (input.PhoneNumber !== undefined) {
        throw invalidParameter('Invalid parameter: PhoneNumber Reason: SMS is not played by the sandbox');
      }
      const content = checkedContent(input);
      if (content.bytes > mostBytes) throw invalidParameter('Invalid parameter: Message too long');
      return { MessageId: publish(topicOf(input.TopicArn ?? input.TargetArn, call), content) };
    },

    async PublishBatch(input: PublishBatchCommandInput, call) {
      const topic = topicOf(input.TopicArn, call);
      const entries = input.PublishBatchRequestEntries ?? [];
      checkBatch(entries.map(({ Id }) => Id ?? ''));
      const contents = entries.map((entry) => ({ id: entry.Id, content: checkedContent(entry) }));
      if (contents.reduce((sum, { content }) => sum + content.bytes, 0) > mostBytes) {
        throw new AwsError(
          'BatchRequestTooLongException',
          'The length of all the messages put together is more than the limit.',
        );
      }
      const sent = contents.map(({ id, content }) => ({ Id: id, MessageId: publish(topic, content) }));
      return { Successful: sent, Failed: [] };
    },
  };

  const service: SnsService = {
    id: 'sns',
    operations,

    published: (topicArn) => [...(topics.get(topicArn)?.published ?? [])],

    failedDeliveries: sending.failed,

    settled: sending.settled,

    close: sending.close,
  };
  return service;

  function publish(topic: Topic, { subject, messages, attributes }: Content): string {
    const message = { messageId: newId(), topicArn: topic.arn, subject, messages, attributes, at: clock.now() };
    topic.published.push(message);
    if (topic.published.length > mostPublished) topic.published.shift();
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.confirmed) sending.send(subscription, message);
    }
    return message.messageId;
  }

  function confirm(topicArn: string, token: string): string {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw invalidParameter('Invalid parameter: Topic');
    const subscription = [...topic.subscriptions.values()].find((pending) => pending.token === token);
    if (subscription === undefined) throw invalidParameter('Invalid parameter: Token');
    subscription.confirmed = true;
    return subscription.arn;
  }

  function unsubscribe(arn: string): void {
    const topic = topics.get(arn.slice(0, arn.lastIndexOf(':')));
    if (topic?.subscriptions.delete(arn)) topic.deleted++;
  }

  function topicsOf({ region }: Call): Topic[] {
    return [...topics.values()]
      .filter(({ arn }) => arn.split(':')[3] === region)
      .toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  function topicOf(arn: string | undefined, call: Call): Topic {
    const topic = topics.get(checkedArn(arn, call));
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', { status: 404 });
    return topic;
  }
}

function described(subscription: Subscription): object {
  const { confirmed, arn, owner, protocol, endpoint, topicArn } = subscription;
  return {
    SubscriptionArn: confirmed ? arn : 'PendingConfirmation',
    Owner: owner,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  };
}

/** Lists come a hundred at a time. */
function listed(name: string, all: readonly object[], token: string | undefined): object {
  const start = Number(token ?? 0);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter('Invalid parameter: NextToken');
  const next = start + 100 < all.length ? { NextToken: String(start + 100) } : {};
  return { [name]: all.slice(start, start + 100), ...next };
}
