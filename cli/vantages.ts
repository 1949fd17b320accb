import { functionName } from '../deployment/names.ts';
import { byRegion } from '../handlers/adapters/client-by-region.ts';
import { lambdaVantages, vantageClient } from '../handlers/adapters/vantages.lambda.ts';
import type { Vantages } from '../handlers/ports.ts';
import type { Connection } from './connection.ts';

/** The functions of the observers, which probe for runs, asked by a person. */
export function vantagesOf({ failover, endpoint }: Pick<Connection, 'failover' | 'endpoint'>): Vantages {
  const reach = endpoint === null ? {} : { endpoint };
  return lambdaVantages({
    clientIn: byRegion((region) => vantageClient(region, reach)),
    functionName: functionName(failover, 'vantage'),
  });
}
