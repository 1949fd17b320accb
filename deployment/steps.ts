import type { HookMoment } from '../core/hook.ts';
import { type StepName, steps } from './names.ts';

/** The function of every step, by ARN or by a placeholder such as `${AdmitFunctionArn}`. */
export type StepFunctions = Readonly<Record<StepName, string>>;

export function stepFunctions(arnOf: (step: StepName) => string): StepFunctions {
  return Object.fromEntries(steps.map((step) => [step, arnOf(step)])) as Record<StepName, string>;
}

/** How long the function of the evacuation may run at a time; its Task gives up later, as those of steps do. */
export const evacuateSeconds = 120;

/** Which hooks a function calls, and no others. */
export const hookMomentsOf: Readonly<Partial<Record<string, readonly HookMoment[]>>> = {
  assess: ['readiness'],
  // Of a region that was left: whether it is a standby again.
  reconcile: ['readiness'],
  prepare: ['prepare'],
  settle: ['after', 'undo', 'return'],
};

/**
 * How long the function of a step may run; the call of a Task takes longer by a cold start. Each is stopped before its
 * Task gives up on it: what nobody waits for any more must not act. Shift and Rollback are stopped the longest before, for
 * a write that came after the rollback behind it would undo that.
 */
export const functionTimeoutSeconds: Readonly<Record<StepName, number>> = {
  admit: 9,
  assess: 40,
  decide: 9,
  approve: 25,
  announce: 9,
  prepare: 890,
  shift: 15,
  verify: 25,
  rollback: 35,
  conclude: 28,
  settle: 890,
};
