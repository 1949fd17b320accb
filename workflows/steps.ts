import type { StepName } from '../config/names.ts';

/**
 * The steps of the failover machine, one Lambda function each, in the order of a run. Their functions are named by
 * `functionName` and `functionArn` of config/names.ts: `understudy-admit` and so on.
 */
export const steps = [
  'admit',
  'assess',
  'decide',
  'approve',
  'announce',
  'prepare',
  'shift',
  'verify',
  'rollback',
  'conclude',
] as const satisfies readonly StepName[];

/** The function of every step, by ARN or by a placeholder such as `${AdmitFunctionArn}`. */
export type StepFunctions = Readonly<Record<StepName, string>>;

/** The compiler refuses this where `steps` lacks one. */
export function stepFunctions(arnOf: (step: StepName) => string): StepFunctions {
  return Object.fromEntries(steps.map((step) => [step, arnOf(step)])) as Record<(typeof steps)[number], string>;
}
