import type { SubscribeCommandInput } from '@aws-sdk/client-sns';
import { AwsError, type Call } from '../aws/service.ts';
import { invalidParameter } from './message.ts';
import type { Subscription } from './topic.ts';

/** A topic of another region is not there: its ARN is a wrong parameter, as AWS says. */
export function checkedArn(arn: string | undefined, { region }: Call, name = 'TopicArn'): string {
  const parts = (arn ?? '').split(':');
  if (parts.length < 6) {
    throw invalidParameter(
      `Invalid parameter: ${name} Reason: An ARN must have at least 6 elements, not ${parts.length}`,
    );
  }
  if (parts[2] !== 'sns' || parts[3] !== region) throw invalidParameter(`Invalid parameter: ${name}`);
  return arn ?? '';
}

export function checkedSubscription(input: SubscribeCommandInput): Pick<Subscription, 'protocol' | 'endpoint' | 'raw'> {
  const { Protocol: protocol, Endpoint: endpoint = '', Attributes: attributes = {} } = input;
  for (const name of Object.keys(attributes)) {
    if (name !== 'RawMessageDelivery') {
      throw invalidParameter(`Invalid parameter: Attributes Reason: ${name} is not played by the sandbox`);
    }
  }
  const raw = attributes['RawMessageDelivery'] === 'true';
  switch (protocol) {
    case 'http':
    case 'https':
      checkLoopback(protocol, endpoint);
      return { protocol, endpoint, raw };
    case 'lambda':
      if (!/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:.+$/.test(endpoint)) {
        throw invalidParameter('Invalid parameter: Lambda endpoint ARN');
      }
      if (raw) throw invalidParameter('Invalid parameter: Attributes Reason: Lambda takes no raw messages');
      return { protocol, endpoint, raw };
    default:
      throw invalidParameter(
        `Invalid parameter: Protocol Reason: ${protocol ?? ''} is not played by the sandbox: http, https and lambda are`,
      );
  }
}

/** The sandbox speaks to nobody outside this machine. */
function checkLoopback(protocol: string, endpoint: string): void {
  if (!URL.canParse(endpoint)) throw invalidParameter('Invalid parameter: Endpoint');
  const url = new URL(endpoint);
  if (url.protocol !== `${protocol}:`) {
    throw invalidParameter('Invalid parameter: Endpoint must match the specified protocol');
  }
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) {
    throw invalidParameter(`Invalid parameter: Endpoint Reason: ${url.hostname} is not on loopback`);
  }
}

export function checkBatch(ids: readonly string[]): void {
  if (ids.length === 0) throw new AwsError('EmptyBatchRequestException', 'The batch request contains no entries.');
  if (ids.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequestException',
      'The batch request contains more entries than permissible.',
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinctException',
      'Two or more batch entries in the request have the same Id.',
    );
  }
}
