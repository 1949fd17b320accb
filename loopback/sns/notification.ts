import { createHmac } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { messageFor, type PublishedMessage, type Subscription } from './topic.ts';

/** What SNS posts to an HTTP endpoint. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Where the links of a message lead: the sandbox's own address for confirming and unsubscribing. */
export interface Links {
  readonly base: string;
}

export function confirmationPost(
  { topicArn, token }: Subscription,
  { messageId, at }: { messageId: string; at: number },
  { base }: Links,
): Post {
  const content = {
    Type: 'SubscriptionConfirmation',
    MessageId: messageId,
    Token: token,
    TopicArn: topicArn,
    Message:
      `You have chosen to subscribe to the topic ${topicArn}.\n` +
      'To confirm the subscription, visit the SubscribeURL included in this message.',
    SubscribeURL: `${base}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    Timestamp: new Date(at).toISOString(),
  };
  return post(content.Type, { messageId, topicArn }, JSON.stringify(signed(content, base), null, 2));
}

export function notificationPost(subscription: Subscription, message: PublishedMessage, links: Links): Post {
  const { arn, raw } = subscription;
  const body = raw
    ? messageFor(subscription.protocol, message)
    : JSON.stringify(notification(subscription, message, links), null, 2);
  const { headers } = post('Notification', message, body);
  return {
    headers: {
      ...headers,
      'x-amz-sns-subscription-arn': arn,
      ...(raw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
    },
    body,
  };
}

/** What a Lambda function is invoked with. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function lambdaEvent(subscription: Subscription, message: PublishedMessage, links: Links): object {
  const { SigningCertURL, UnsubscribeURL, MessageAttributes, Subject, ...shared } = notification(
    subscription,
    message,
    links,
  );
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          ...shared,
          Subject: Subject ?? null,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: MessageAttributes ?? {},
        },
      },
    ],
  };
}

function notification(subscription: Subscription, message: PublishedMessage, { base }: Links) {
  const content = {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: message.topicArn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: messageFor(subscription.protocol, message),
    Timestamp: new Date(message.at).toISOString(),
  };
  const attributes = Object.entries(message.attributes).map(([name, value]) => [name, attribute(value)] as const);
  return {
    ...signed(content, base),
    UnsubscribeURL: `${base}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    ...(attributes.length > 0 ? { MessageAttributes: Object.fromEntries(attributes) } : {}),
  };
}

function attribute({ DataType, StringValue, BinaryValue }: MessageAttributeValue): object {
  const binary = BinaryValue && Buffer.from(BinaryValue).toString('base64');
  return { Type: DataType, Value: StringValue ?? binary };
}

function post(type: string, named: { messageId: string; topicArn: string }, body: string): Post {
  return {
    headers: {
      'x-amz-sns-message-type': type,
      'x-amz-sns-message-id': named.messageId,
      'x-amz-sns-topic-arn': named.topicArn,
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
    },
    body,
  };
}

/**
 * The members of a signature, in AWS's places. Nobody can verify it: it is no RSA signature, and the certificate's URL
 * answers 404. A receiver that verifies signatures must be told not to in the sandbox.
 */
function signed<T extends { Message: string; MessageId: string; Timestamp: string; TopicArn: string; Type: string }>(
  content: T,
  base: string,
) {
  const text = Object.entries(content)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}\n${String(value)}\n`)
    .join('');
  return {
    ...content,
    SignatureVersion: '1',
    Signature: createHmac('sha1', 'sandbox').update(text).digest('base64'),
    SigningCertURL: `${base}/SimpleNotificationService-sandbox.pem`,
  } as T & { Subject?: string; SignatureVersion: string; Signature: string; SigningCertURL: string };
}
