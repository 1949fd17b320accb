import type { MessageAttributeValue } from '@aws-sdk/client-sns';

/** A message as it was published, for those who look on from inside the process. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  /** The message of each protocol, where MessageStructure is json; else only the default. */
  readonly messages: Readonly<Record<string, string>> & { readonly default: string };
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly at: number;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly owner: string;
  readonly protocol: 'http' | 'https' | 'lambda';
  readonly endpoint: string;
  readonly raw: boolean;
  /** What the endpoint proves itself with. */
  readonly token: string;
  confirmed: boolean;
}

export interface Topic {
  readonly arn: string;
  readonly attributes: Map<string, string>;
  readonly published: PublishedMessage[];
  readonly subscriptions: Map<string, Subscription>;
  deleted: number;
}

/** Kept per topic; older ones are forgotten. */
export const mostPublished = 1000;

export function messageFor(protocol: string, { messages }: PublishedMessage): string {
  return messages[protocol] ?? messages.default;
}
