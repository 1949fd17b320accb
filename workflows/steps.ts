import { type StepName, steps } from '../config/names.ts';

/** The function of every step, by ARN or by a placeholder such as `${AdmitFunctionArn}`. */
export type StepFunctions = Readonly<Record<StepName, string>>;

export function stepFunctions(arnOf: (step: StepName) => string): StepFunctions {
  return Object.fromEntries(steps.map((step) => [step, arnOf(step)])) as Record<StepName, string>;
}
