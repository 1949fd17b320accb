import { functionName } from '../../deployment/names.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import { lambdaVantages, vantageClient } from '../adapters/vantages.lambda.ts';
import type { Vantages } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function vantages({ failover }: Wiring): Vantages {
  return lambdaVantages({ clientIn: byRegion(vantageClient), functionName: functionName(failover, 'vantage') });
}
