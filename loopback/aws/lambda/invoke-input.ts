import { AwsError } from '../service.ts';
import { payloadMaxBytes } from './lambda-function.ts';

export interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: string;
  readonly LogType?: string;
  readonly ClientContext?: string;
  readonly Payload?: Uint8Array | string;
  readonly Qualifier?: string;
}

/** What an asynchronous invocation may be given. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const eventMaxBytes = 1024 * 1024;

/** A name, a partial ARN (`account:function:name`) or an ARN, each with or without a version. */
export function parseFunctionName(
  text: string,
  callRegion: string,
): { name: string; region: string; version: string | undefined } {
  const match =
    /^(?:arn:aws[\w-]*:lambda:(?<region>[a-z0-9-]+):)?(?:\d{12}:)?(?:function:)?(?<name>[A-Za-z0-9_-]{1,64})(?::(?<version>[$\w-]+))?$/.exec(
      text,
    );
  const { name, region = callRegion, version } = match?.groups ?? {};
  if (name === undefined)
    throw new AwsError('ValidationException', `Value '${text}' at 'functionName' is not a function's name or ARN`);
  return { name, region, version };
}

export function readEvent({ Payload, InvocationType }: InvokeInput): string {
  const text =
    Payload === undefined ? '' : typeof Payload === 'string' ? Payload : Buffer.from(Payload).toString('utf8');
  const limit = InvocationType === 'Event' ? eventMaxBytes : payloadMaxBytes;
  if (Buffer.byteLength(text) > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the Invoke operation`,
      {
        status: 413,
        members: { Type: 'User' },
      },
    );
  }
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const error = new AwsError('InvalidRequestContentException', 'Could not parse request body into json', {
      members: { Type: 'User' },
    });
    throw Object.assign(error, { cause });
  }
}

/** The last 4 KB of the log, in base64. */
export function tail(lines: readonly string[]): string {
  return Buffer.from(lines.join('\n')).subarray(-4096).toString('base64');
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}
