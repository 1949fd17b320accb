import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../core/channel.ts';
import type { Failover } from '../core/service.ts';
import { functionName } from '../deployment/names.ts';
import type { FunctionRegistration } from '../loopback/aws/lambda/lambda-function.ts';
import type { Assembly } from '../loopback/cloudformation/assembly.ts';
import type { Schedule } from '../loopback/scheduler/scheduler.ts';
import { secretVariables } from './receivers/secrets.ts';

/**
 * What functions are told about their surroundings here, beside what their templates say. Only addresses: the handlers do not know
 * that this is not AWS.
 */
export function functionSurroundings(failover: Pick<Failover, 'name'>, channels: () => readonly Channel[]) {
  let aws = '';
  let served: readonly string[] = [];
  return {
    of: (registration: FunctionRegistration): FunctionRegistration => ({
      ...registration,
      env: {
        ...registration.env,
        AWS_ENDPOINT_URL: aws,
        // On AWS an extension beside the function reads them from parameters.
        ...secretVariables(channels(), aws),
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

/** The fast probe looks for a minute, and the next one goes on where it ends. */
export const isFastProbe = ({ target }: Schedule, failover: Pick<Failover, 'name'>): boolean =>
  target.arn.endsWith(`:${functionName(failover, 'fast-probe')}`);

/** The configuration's file, as the layer of the templates has it. */
const configurationFile = 'understudy.json';

/** The assets of the templates; instead of the layer with the configuration, a folder with the one that has this machine's addresses. */
export function assetsHere(assembly: Pick<Assembly, 'asset'>) {
  let present = assembly;
  let configuration = '';
  return {
    asset: (bucket: string, key: string): string => {
      const found = present.asset(bucket, key);
      return existsSync(join(found, configurationFile)) ? configuration : found;
    },
    /** Of another synthesis from now on. */
    use(next: Pick<Assembly, 'asset'>) {
      present = next;
    },
    /** In a folder of its own, because functions read it when they start: another configuration is another layer. */
    async configure(folder: string, failover: Failover): Promise<void> {
      configuration = await mkdtemp(join(folder, 'layer-'));
      await writeFile(join(configuration, configurationFile), JSON.stringify(failover));
    },
  };
}
