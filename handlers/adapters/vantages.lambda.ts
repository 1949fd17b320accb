import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import type { Region } from '../../core/brand.ts';
import type { Observation } from '../../core/observation.ts';
import { burstMs } from '../../core/policy.ts';
import { aimOf, type VantageEvent, vantageResultSchema } from '../../synthetics/vantage-contract.ts';
import { ObserverUnavailable } from '../errors.ts';
import type { Vantages } from '../ports.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { invoke } from './invoke.ts';
import { sentenceOf } from './vendor-error.ts';

export { targetsMax } from '../../synthetics/vantage-contract.ts';

export interface LambdaVantagesOptions {
  readonly clientIn: (region: string) => LambdaClient;
  readonly functionName: string;
  /** What the call may take beyond the burst itself: the way there, and a cold start. */
  readonly overheadMs?: number;
}

/** A lost region refuses or swallows connections: it is given up soon. How long an answer may take depends on the burst. */
export function vantageClient(region: string, reach: Partial<Reach> = {}): LambdaClient {
  const usual = { connectMs: 1_500, answerMs: null, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new LambdaClient(settings));
}

/** Asks the vantage function of the observer's region. */
export function lambdaVantages({ clientIn, functionName, overheadMs = 4_000 }: LambdaVantagesOptions): Vantages {
  return {
    async burst(observer, aims, burst) {
      const question: VantageEvent = { targets: aims.map(aimOf), burst };
      // Probes start on time whether or not the one before was answered, all targets in parallel.
      const lastsMs = burstMs(burst) + Math.max(...question.targets.map(({ timeoutMs }) => timeoutMs));
      try {
        const answer = await invoke(clientIn(observer), functionName, question, lastsMs + overheadMs);
        return observationsIn(answer, observer);
      } catch (cause) {
        throw new ObserverUnavailable(`${observer}: ${sentenceOf(cause)}`, { cause });
      }
    },
  };
}

function observationsIn(answer: unknown, observer: Region): readonly Observation[] {
  const parsed = vantageResultSchema.safeParse(answer);
  if (!parsed.success) throw new Error(`its answer is not a vantage's: ${z.prettifyError(parsed.error)}`);
  const result = parsed.data;
  const stranger = result.observations.find((observation) => observation.observer !== observer);
  if (result.observer !== observer || stranger !== undefined) {
    throw new Error(`answered as ${stranger?.observer ?? result.observer}`);
  }
  return result.observations;
}
