import { AwsError } from './service.ts';

export type ControlState = 'On' | 'Off';

/** https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.safety-rules.html */
export type SafetyRule = AssertionRule | GatingRule;

interface RuleBase {
  readonly arn: string;
  readonly name: string;
  readonly type: 'ATLEAST' | 'AND' | 'OR';
  /** How many controls must be on, for `ATLEAST`. */
  readonly threshold?: number;
  readonly inverted?: boolean;
  /** After a change nothing that the rule covers may change for this long; the cluster's default where it is not said. */
  readonly waitPeriodMs?: number;
}

/** After a change of any of the asserted controls, they must satisfy the rule. */
export interface AssertionRule extends RuleBase {
  readonly kind: 'assertion';
  readonly assertedControls: readonly string[];
}

/** The target controls may change only while the gating controls satisfy the rule. */
export interface GatingRule extends RuleBase {
  readonly kind: 'gating';
  readonly gatingControls: readonly string[];
  readonly targetControls: readonly string[];
}

/** The controls that may change only as the rule says. */
export const coveredBy = (rule: SafetyRule): readonly string[] =>
  rule.kind === 'assertion' ? rule.assertedControls : rule.targetControls;

/** Whether controls that count for the rule are on as it wants them. */
export function satisfies(rule: SafetyRule, states: readonly ControlState[]): boolean {
  const on = states.filter((state) => state === 'On').length;
  const needed = { ATLEAST: rule.threshold ?? 1, AND: states.length, OR: 1 }[rule.type];
  return on >= needed !== (rule.inverted === true);
}

export function conflict(rule: SafetyRule, account: string): AwsError {
  return new AwsError(
    'ConflictException',
    `The safety rule ${rule.name} does not allow this change in account ${account}.`,
    {
      status: 409,
      members: { resourceId: rule.arn, resourceType: 'SAFETY_RULE' },
    },
  );
}
