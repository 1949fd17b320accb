import type { Message } from '../../core/messages.ts';

/** Of the form below. A member may be added under the same version; one that is taken away or means something else is a new version. */
export const eventVersion = 1;

/** What a program is told of a message: the body of a webhook, and the detail of an event on a bus. */
export interface MessageEvent {
  readonly type: EventType;
  /** ISO 8601, in UTC. */
  readonly timestamp: string;
  readonly data: EventData;
}

/** By the kind of message. */
export const eventTypes = {
  announcement: 'understudy.move.announced',
  question: 'understudy.approval.requested',
  conclusion: 'understudy.run.concluded',
  notice: 'understudy.notice',
} as const satisfies Readonly<Record<Message['kind'], string>>;

export type EventType = (typeof eventTypes)[Message['kind']];

/** The message, with the deployment that it comes from. Texts are for people; what a program decides by has a member of its own. */
export interface EventData extends Omit<Message, 'kind' | 'at'> {
  readonly version: typeof eventVersion;
  readonly deployment: { readonly name: string; readonly account: string };
}

export function eventOf(message: Message, { name, account }: EventData['deployment']): MessageEvent {
  const { kind, at, ...said } = message;
  return {
    type: eventTypes[kind],
    timestamp: new Date(at).toISOString(),
    data: { version: eventVersion, deployment: { name, account }, ...said },
  };
}
