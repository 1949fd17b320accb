import jsonata from 'jsonata';
import { expressionOf } from '../../asl.ts';
import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/**
 * A Choice has no Catch, so its conditions must be true or false whatever the variables hold: equality, membership, logic
 * and existence are, whatever stands on their sides; an order only between numbers that the machine itself counts.
 */
export const totalConditions: Rule = {
  name: 'total-conditions',
  check: (machine, { bounds }) =>
    allStates(machine).flatMap(([state, definition]) => {
      if (definition.Type !== 'Choice') return [];
      return definition.Choices.flatMap(({ Condition }, index) => {
        const expression = expressionOf(Condition);
        if (expression === null) return [{ state, message: `Choices[${index}]/Condition is no expression` }];
        if (isTotal(jsonata(expression).ast() as unknown as Node, bounds)) return [];
        return [{ state, message: `Choices[${index}]/Condition may yield something else than true or false` }];
      });
    }),
};

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

function isTotal(node: Node, bounds: readonly string[]): boolean {
  const [left, right] = [node['lhs'] as Node, node['rhs'] as Node];
  if (node.type === 'block') return (node['expressions'] as Node[]).every((inner) => isTotal(inner, bounds));
  if (node.type === 'function') {
    return ['not', 'exists', 'boolean'].includes(String((node['procedure'] as Node).value));
  }
  if (node.type !== 'binary') return false;
  switch (node.value) {
    case 'and':
    case 'or':
      return isLogic(left, bounds) && isLogic(right, bounds);
    case '=':
    case '!=':
    case 'in':
      return true;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return isNumber(left, bounds) && isNumber(right, bounds);
    default:
      return false;
  }
}

/** An operand of `and` and `or`, which take anything for true or false that does not throw. */
const isLogic = (node: Node, bounds: readonly string[]): boolean =>
  node.type === 'variable' || node.type === 'path' || isTotal(node, bounds);

function isNumber(node: Node, bounds: readonly string[]): boolean {
  switch (node.type) {
    case 'number':
      return true;
    case 'variable':
      return bounds.includes(String(node.value));
    case 'function':
      return (node['procedure'] as Node).value === 'count';
    case 'binary':
      return (
        ['+', '-', '*'].includes(String(node.value)) &&
        isNumber(node['lhs'] as Node, bounds) &&
        isNumber(node['rhs'] as Node, bounds)
      );
    default:
      return false;
  }
}
