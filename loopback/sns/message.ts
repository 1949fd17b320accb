import type { MessageAttributeValue, PublishCommandInput } from '@aws-sdk/client-sns';
import { AwsError } from '../aws/service.ts';
import type { PublishedMessage } from './topic.ts';

export type Content = Pick<PublishedMessage, 'subject' | 'messages' | 'attributes'> & { readonly bytes: number };

type Published = Pick<PublishCommandInput, 'Message' | 'Subject' | 'MessageStructure' | 'MessageAttributes'>;

/** 256 KiB with its attributes. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const mostBytes = 256 * 1024;

/** What a publisher gave, checked. How long it is, is for the caller to judge: a batch counts together. */
export function checkedContent(input: Published): Content {
  const { Message: message, Subject: subject, MessageAttributes: attributes = {} } = input;
  if (!message) throw invalidParameter('Invalid parameter: Empty message');
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter('Invalid parameter: Subject');
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
  return {
    subject,
    messages: messagesByProtocol(message, input.MessageStructure),
    attributes,
    bytes: Buffer.byteLength(message) + attributeBytes(attributes),
  };
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** Printable ASCII that begins with no space, no line breaks, at most 100 characters. */
function isSubject(subject: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject);
}

function messagesByProtocol(message: string, structure: string | undefined): PublishedMessage['messages'] {
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalidParameter('Invalid parameter: MessageStructure');
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (cause) {
    const error = invalidParameter('Invalid parameter: Message Structure - JSON message body failed to parse');
    throw Object.assign(error, { cause });
  }
  const entries = Object.entries(parsed ?? {}).filter(([, value]) => typeof value === 'string') as [string, string][];
  const byProtocol = Object.fromEntries(entries);
  const fallback = byProtocol['default'];
  if (fallback === undefined) {
    throw invalidParameter('Invalid parameter: Message Structure - No default entry in JSON message body');
  }
  return { ...byProtocol, default: fallback };
}

function checkAttribute(
  name: string,
  { DataType: type, StringValue: text, BinaryValue: binary }: MessageAttributeValue,
) {
  const kind = type?.split('.')[0];
  if (kind !== 'String' && kind !== 'Number' && kind !== 'Binary') {
    throw invalidValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  if (kind === 'Binary' ? !binary?.length : !text) {
    throw invalidValue(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  if (kind === 'Number' && Number.isNaN(Number(text))) {
    throw invalidValue(`Could not cast message attribute '${name}' value to number.`);
  }
}

function attributeBytes(attributes: Readonly<Record<string, MessageAttributeValue>>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.length ?? 0),
    0,
  );
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
