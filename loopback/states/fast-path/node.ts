import type { Bindings } from '../bindings.ts';
import type { Json } from '../json.ts';

/** `undefined` is jsonata's nothing. Throws `fallBackToJsonata`. */
export type Closure = (bindings: Bindings) => Json | undefined;

/** Thrown where only jsonata knows. No stack: it is no error. */
export const fallBackToJsonata = Object.freeze({ fallBack: true });

export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

/**
 * What a node of each type may consist of. jsonata hangs whatever stands behind an expression (a filter, a group, a name for
 * each item, `[]`) on that expression's own node, whatever its type is: a node with any other member is jsonata's.
 */
const membersOf: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    string: ['value'],
    number: ['value'],
    value: ['value'],
    variable: ['value'],
    path: ['steps'],
    binary: ['value', 'lhs', 'rhs'],
    condition: ['condition', 'then', 'else'],
    unary: ['value', 'lhs', 'expressions'],
    function: ['value', 'arguments', 'procedure'],
    block: ['expressions'],
  }).map(([type, members]) => [type, new Set(['type', 'position', ...members])]),
);

/** Whether nothing stands behind it. A call has a name for each item that is undefined where there is none. */
export const isBare = (node: Node): boolean => {
  const members = membersOf[node.type];
  return members !== undefined && Object.entries(node).every(([member, is]) => is === undefined || members.has(member));
};
