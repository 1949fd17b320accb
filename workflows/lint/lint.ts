import type { StateMachine } from '../asl.ts';
import type { Finding, LintContext, Rule } from './finding.ts';
import { assignedVariables } from './rules/assigned-variables.ts';
import { boundedCycles } from './rules/bounded-cycles.ts';
import { catchAll } from './rules/catch-all.ts';
import { choiceDefault } from './rules/choice-default.ts';
import { heartbeat } from './rules/heartbeat.ts';
import { knownFunctions } from './rules/known-functions.ts';
import { noEval } from './rules/no-eval.ts';
import { noJsonPath } from './rules/no-jsonpath.ts';
import { qualifiedNames } from './rules/qualified-names.ts';
import { reachable } from './rules/reachable.ts';
import { registeredSteps } from './rules/registered-steps.ts';
import { schema } from './rules/schema.ts';
import { statesAll } from './rules/states-all.ts';
import { statesMembers } from './rules/states-members.ts';
import { taskRetry } from './rules/task-retry.ts';
import { taskTimeout } from './rules/task-timeout.ts';
import { totalConditions } from './rules/total-conditions.ts';

/** What a machine must pass before it is deployed: what Step Functions would refuse, then what it would let us walk into. */
export const rules: readonly Rule[] = [
  schema,
  statesAll,
  heartbeat,
  knownFunctions,
  noEval,
  qualifiedNames,
  statesMembers,
  assignedVariables,
  noJsonPath,
  taskTimeout,
  taskRetry,
  catchAll,
  choiceDefault,
  totalConditions,
  reachable,
  boundedCycles,
  registeredSteps,
];

export function lint(machine: StateMachine, context: LintContext): Finding[] {
  return rules.flatMap(({ name, check }) => check(machine, context).map((finding) => ({ rule: name, ...finding })));
}
