import type { StepFunctions } from '../../deployment/steps.ts';
import type { StateMachine } from '../asl.ts';

/** Something in a machine that would hurt in the night. */
export interface Finding {
  readonly rule: string;
  /** Empty where it is about the machine as a whole. */
  readonly state: string;
  readonly message: string;
}

export interface LintContext {
  readonly functions: StepFunctions;
  /** Variables that may bound a loop. */
  readonly bounds: readonly string[];
}

export interface Rule {
  readonly name: string;
  check(machine: StateMachine, context: LintContext): Omit<Finding, 'rule'>[];
}
