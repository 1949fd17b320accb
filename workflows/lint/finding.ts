import type { StateMachine } from '../asl.ts';

/** Something in a machine that would hurt in the night. */
export interface Finding {
  readonly rule: string;
  /** Empty where it is about the machine as a whole. */
  readonly state: string;
  readonly message: string;
}

export interface LintContext {
  /** By name, those that the machine is to call: each of them, and no other. */
  readonly functions: Readonly<Record<string, string>>;
  /** Variables that may bound a loop. */
  readonly bounds: readonly string[];
}

export interface Rule {
  readonly name: string;
  check(machine: StateMachine, context: LintContext): Omit<Finding, 'rule'>[];
}
