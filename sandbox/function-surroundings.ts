import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Failover } from '../core/service.ts';
import { functionName } from '../deployment/names.ts';
import type { FunctionRegistration } from '../loopback/aws/lambda/lambda-function.ts';
import type { Assembly } from '../loopback/cloudformation/assembly.ts';

/**
 * What functions are told about their surroundings here, beside what their templates say. Only addresses: the handlers do not know
 * that this is not AWS.
 */
export function functionSurroundings(failover: Pick<Failover, 'name' | 'notify'>) {
  const { slackWebhookEnv } = failover.notify;
  let aws = '';
  let served: readonly string[] = [];
  return {
    of: (registration: FunctionRegistration): FunctionRegistration => ({
      ...registration,
      env: {
        ...registration.env,
        AWS_ENDPOINT_URL: aws,
        // On AWS an extension beside the function reads it from a parameter.
        ...(slackWebhookEnv !== undefined && { [slackWebhookEnv]: `${aws}/_sandbox/slack` }),
      },
      // A vantage looks at nothing else, whatever it is asked.
      ...(registration.name === functionName(failover, 'vantage') && { reaches: served }),
    }),
    reachAws(url: string) {
      aws = url;
    },
    reachServed(addresses: readonly string[]) {
      served = addresses;
    },
  };
}

/** The configuration's file, as the layer of the templates has it. */
const configurationFile = 'understudy.json';

/** The assets of the templates; instead of the layer with the configuration, the folder of the one with this machine's addresses. */
export const assetsHere =
  ({ asset }: Pick<Assembly, 'asset'>, folder: string): Assembly['asset'] =>
  (bucket, key) => {
    const found = asset(bucket, key);
    return existsSync(join(found, configurationFile)) ? folder : found;
  };
