import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import type { Hook } from '../../core/service.ts';
import type { HookAnswer, Hooks } from '../ports.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { invoke } from './invoke.ts';
import { sentenceOf } from './vendor-error.ts';

/** One attempt: what a hook does may be worth doing only once, so the decision to call it again is not the SDK's. */
export function hookClient(region: string, reach: Partial<Reach> = {}): LambdaClient {
  const usual = { connectMs: 3_000, answerMs: null, attempts: 1 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new LambdaClient(settings));
}

/**
 * Calls customers' functions, each in the region that its ARN names, with the question as the payload. A hook answers
 * `{"kind":"ok"|"veto","detail":"…"}`; whatever else comes back, or nothing within its timeout, is `failed`.
 */
export function lambdaHooks({ clientIn, readyArn = '' }: HookFunctions): Hooks {
  const arnOf = ({ functionArn }: Hook): string => functionArn ?? readyArn;
  return {
    async call(hook, question) {
      try {
        const answer = await invoke(clientIn(regionOf(arnOf(hook)), hook), arnOf(hook), question, hook.timeoutMs);
        return hookAnswer(answer);
      } catch (error) {
        return { kind: 'failed', because: sentenceOf(error) };
      }
    },
    async permits(hook) {
      const command = new InvokeCommand({ FunctionName: arnOf(hook), InvocationType: 'DryRun' });
      await clientIn(regionOf(arnOf(hook)), hook).send(command, { abortSignal: AbortSignal.timeout(dryRunMs) });
    },
  };
}

export interface HookFunctions {
  readonly clientIn: (region: string, hook: Hook) => LambdaClient;
  /** The function of hooks that come with the deployment, in this control region. */
  readonly readyArn?: string;
}

/** Nothing runs: only permissions are looked at. */
const dryRunMs = 4_000;

/** What a hook came to say, whatever it answered. */
export function hookAnswer(answer: unknown): HookAnswer {
  const parsed = answerSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  return { kind: 'failed', because: `its answer is not one: ${z.prettifyError(parsed.error)}` };
}

/** What a customer's function says goes into evidence, records and messages, which have their limits. */
const detailMax = 500;

const answerSchema = z.object({
  kind: z.enum(['ok', 'veto']),
  // A veto of the wrong form is a veto all the same: what it says about itself is only shown.
  detail: z
    .unknown()
    .default('')
    .transform((detail) => textOf(detail).slice(0, detailMax)),
});

/** Of whatever came as JSON. */
const textOf = (detail: unknown): string => {
  if (detail === null) return '';
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
};

function regionOf(functionArn: string): string {
  const region = functionArn.split(':')[3];
  if (region === undefined || region === '') throw new Error(`the ARN of a hook names no region: ${functionArn}`);
  return region;
}
