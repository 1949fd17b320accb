import type { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import { AwsError, type AwsService, type Call } from '../../loopback/aws/service.ts';

/** What may happen to a call on its way, by its operation. Throws where it, or its answer, is lost. */
export interface Way {
  /** Before AWS has it. */
  readonly there: (operation: string, input: Readonly<Record<string, unknown>>) => Promise<void>;
  /** After AWS has performed it. */
  readonly back?: (operation: string) => Promise<void>;
}

interface Command {
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * An SDK client without its wire: the adapter's commands reach the sandbox's service in this process, so that the order of
 * effects is the test's to choose. Errors have the names that the SDK gives them.
 */
export function clientOver(
  service: AwsService,
  way: Way,
  endpoint = 0,
): CloudFrontKeyValueStoreClient & Route53RecoveryClusterClient {
  const send = async (command: Command): Promise<object> => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const perform = service.operations[operation];
    if (perform === undefined) throw new Error(`${service.id} has no ${operation}`);
    const call: Call = {
      service: service.id,
      operation,
      region: 'us-west-2',
      account: '123456789012',
      requestId: 'r',
      endpoint,
    };
    await way.there(operation, command.input);
    let answer: object;
    try {
      answer = await perform(command.input, call);
    } catch (error) {
      if (error instanceof AwsError) throw Object.assign(new Error(error.message), { name: error.code });
      throw error;
    }
    await way.back?.(operation);
    return answer;
  };
  return { send } as never;
}
