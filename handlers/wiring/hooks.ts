import type { LambdaClient } from '@aws-sdk/client-lambda';
import { functionArn } from '../../deployment/names.ts';
import { credentialsOf } from '../adapters/assumed-role.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import { hookClient, lambdaHooks } from '../adapters/hooks.lambda.ts';
import type { Hooks } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function hooks({ failover, region: own }: Wiring): Hooks {
  const clients = new Map<string, (region: string) => LambdaClient>();
  return lambdaHooks({
    readyArn: functionArn(failover, own, 'hooks'),
    clientIn(region, { assume }) {
      const key = JSON.stringify(assume ?? null);
      const credentials = credentialsOf(assume, own);
      const inRegion = clients.get(key) ?? byRegion((where) => hookClient(where, { credentials }));
      clients.set(key, inRegion);
      return inRegion(region);
    },
  });
}
