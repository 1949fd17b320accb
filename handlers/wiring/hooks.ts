import { byRegion } from '../adapters/client-by-region.ts';
import { hookClient, lambdaHooks } from '../adapters/hooks.lambda.ts';
import type { Hooks } from '../ports.ts';

export function hooks(): Hooks {
  return lambdaHooks({ clientIn: byRegion(hookClient) });
}
