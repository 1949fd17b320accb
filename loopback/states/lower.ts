import type { Bindings } from './bindings.ts';
import type { Json } from './json.ts';
import { isObject } from './json.ts';

/**
 * Nearly all expressions of a machine name a variable, compare, choose or join text. For these a closure gives what jsonata
 * gives, some fifty times as fast. Only what is certain is done here: `null` where an expression uses anything else, and
 * `Unsure` at run time where its values are of a kind that jsonata treats in a way of its own (arrays, objects compared,
 * errors). Whoever calls asks jsonata then, which stays the judge of every such case.
 */
export function lower(ast: unknown): Lowered | null {
  const node = ast as Node;
  const value = lowerNode(node);
  return value === null ? null : { functions: functionsIn(node), value };
}

export interface Lowered {
  /** Functions that it took for jsonata's own: a variable of the same name would hide them. */
  readonly functions: ReadonlySet<string>;
  readonly value: Closure;
}

/** `undefined` is jsonata's nothing. Throws `unsure`. */
type Closure = (bindings: Bindings) => Json | undefined;

/** Thrown where only jsonata knows. No stack: it is no error. */
export const unsure = Object.freeze({ unsure: true });

interface Node {
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
const isBare = (node: Node): boolean => {
  const members = membersOf[node.type];
  return members !== undefined && Object.entries(node).every(([member, is]) => is === undefined || members.has(member));
};

function lowerNode(node: Node): Closure | null {
  if (!isBare(node)) return null;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value': {
      const constant = node.value as Json;
      return () => constant;
    }
    case 'variable':
      return typeof node.value === 'string' && node.value !== '' ? variable(node.value) : null;
    case 'path':
      return path(node);
    case 'binary':
      return binary(node);
    case 'condition':
      return condition(node);
    case 'unary':
      return node.value === '{' ? objectOf(node) : null;
    case 'function':
      return call(node);
    case 'block':
      return block(node);
    default:
      return null;
  }
}

/** All of them, or none. */
function lowerAll(nodes: unknown): Closure[] | null {
  const lowered = (nodes as Node[]).map(lowerNode);
  return lowered.every((closure) => closure !== null) ? lowered : null;
}

/** What was not assigned may be a function of jsonata's own: `$error` is one. */
const variable =
  (name: string): Closure =>
  ({ states, variables }) => {
    if (name === 'states') return states() as Json;
    if (Object.hasOwn(variables, name)) return variables[name];
    throw unsure;
  };

/** `(…)` around a single expression. */
function block(node: Node): Closure | null {
  const [only, ...more] = node['expressions'] as Node[];
  return only === undefined || more.length > 0 ? null : lowerNode(only);
}

/** Arrays at a path's end are jsonata's. */
function path(node: Node): Closure | null {
  const toEnd = pathToEnd(node);
  return toEnd === null ? null : (bindings) => noArray(toEnd(bindings));
}

/** `$a.b[0].c` through objects, and the members of arrays of them: any other array on the way is jsonata's. */
function pathToEnd(node: Node): Closure | null {
  const [first, ...steps] = node['steps'] as Node[];
  const start = first?.type === 'variable' && isBare(node) ? lowerNode(first) : null;
  const onward = steps.map(stepOnward);
  if (start === null || !onward.every((step) => step !== null)) return null;
  return (bindings) => {
    let at = start(bindings);
    for (const step of onward) at = step(at);
    return at;
  };
}

/** `b`, or `b[0]`. */
function stepOnward({
  type,
  value,
  position,
  stages,
  ...more
}: Node): ((at: Json | undefined) => Json | undefined) | null {
  if (type !== 'name' || Object.values(more).some((member) => member !== undefined)) return null;
  const name = value as string;
  const member = (from: Json | undefined): Json | undefined => {
    const at = noArray(from);
    return isObject(at) && Object.hasOwn(at, name) ? (at[name] as Json) : undefined;
  };
  if (stages === undefined) return member;
  const [filter, ...others] = stages as Node[];
  const expression = filter?.['expr'] as Node | undefined;
  if (filter?.type !== 'filter' || others.length > 0 || expression?.type !== 'number' || !isBare(expression))
    return null;
  const index = expression.value;
  if (!isIndex(index)) return null;
  return (from) => {
    const items = member(from);
    if (!Array.isArray(items) || items.some(Array.isArray)) throw unsure;
    return items[index];
  };
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function noArray(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) throw unsure;
  return value;
}

function binary(node: Node): Closure | null {
  if (node.value === 'in') return isIn(node);
  const operator = operators[node.value as string];
  const sides = lowerAll([node['lhs'], node['rhs']]);
  if (operator === undefined || sides === null) return null;
  const [left, right] = sides as [Closure, Closure];
  return (bindings) => operator(left(bindings), right(bindings));
}

type Operator = (left: Json | undefined, right: Json | undefined) => Json | undefined;

const operators: Readonly<Record<string, Operator>> = {
  '=': (left, right) => left !== undefined && right !== undefined && isSame(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isSame(left, right),
  and: (left, right) => truth(left) && truth(right),
  or: (left, right) => truth(left) || truth(right),
  '&': (left, right) => text(left) + text(right),
  '<': compared((left, right) => left < right),
  '<=': compared((left, right) => left <= right),
  '>': compared((left, right) => left > right),
  '>=': compared((left, right) => left >= right),
  '+': computed((left, right) => left + right),
  '-': computed((left, right) => left - right),
  '*': computed((left, right) => left * right),
};

/** Whether an object is the same as another is jsonata's; that it is no text, and not null, is certain. */
function isSame(left: Json, right: Json): boolean {
  if (isObject(left) && isObject(right)) throw unsure;
  return noArray(left) === noArray(right);
}

/** What jsonata takes a value for where it wants a yes or a no. */
function truth(value: Json | undefined): boolean {
  if (typeof value === 'object' && value !== null) throw unsure;
  return Boolean(value);
}

function text(value: Json | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  throw unsure;
}

function compared(holds: (left: number | string, right: number | string) => boolean): Operator {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right);
    if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
    throw unsure;
  };
}

function computed(result: (left: number, right: number) => number): Operator {
  return (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') throw unsure;
    const value = result(left, right);
    if (!Number.isSafeInteger(value)) throw unsure;
    return value;
  };
}

/** A value that `===` compares as jsonata does. */
function simple(value: Json): Json {
  if (typeof value === 'object' && value !== null) throw unsure;
  return value;
}

function isIn(node: Node): Closure | null {
  const items = listed([node['rhs'] as Node]);
  const left = lowerNode(node['lhs'] as Node);
  if (items === null || left === null) return null;
  return (bindings) => {
    const wanted = left(bindings);
    // All of them are looked at, whatever the first says: an error in the last one is jsonata's to tell.
    const found = items.map((item) => item(bindings));
    if (wanted === undefined) return false;
    // An item that is not there is no item, and is not null.
    return found.some((item) => item !== undefined && simple(item) === simple(wanted));
  };
}

function condition(node: Node): Closure | null {
  const parts = lowerAll([node['condition'], node['then'], ...(node['else'] === undefined ? [] : [node['else']])]);
  if (parts === null) return null;
  const [holds, then, otherwise] = parts as [Closure, Closure, Closure | undefined];
  return (bindings) => (truth(holds(bindings)) ? then(bindings) : otherwise?.(bindings));
}

function objectOf(node: Node): Closure | null {
  const pairs = node['lhs'] as [Node, Node][];
  const values = lowerAll(pairs.map(([, value]) => value));
  if (values === null || pairs.some(([key]) => key.type !== 'string' || !isBare(key))) return null;
  const keys = pairs.map(([key]) => key.value as string);
  // The same key twice is an error of jsonata's.
  if (new Set(keys).size !== keys.length) return null;
  return (bindings) => {
    const object: { [key: string]: Json } = {};
    for (const [index, value] of values.entries()) {
      const found = value(bindings);
      if (found !== undefined) object[keys[index] as string] = found;
    }
    return object;
  };
}

function call(node: Node): Closure | null {
  const procedure = node['procedure'] as Node;
  const { type, value: name } = procedure;
  if (type !== 'variable' || !isBare(procedure) || node.value !== '(') return null;
  const given = node['arguments'] as Node[];
  if (name === 'merge') return merge(given);
  if (name === 'sum') return sum(given);
  if (name === 'count') return count(given);
  const one = given.length === 1 ? functions[name as string] : undefined;
  const argument = given[0] === undefined ? null : lowerNode(given[0]);
  if (one === undefined || argument === null) return null;
  return (bindings) => one(argument(bindings));
}

/** Of one argument; what is not there stays so. */
const functions: Readonly<Record<string, (value: Json | undefined) => Json | undefined>> = {
  exists: (value) => value !== undefined,
  string: (value) => {
    if (typeof value !== 'string') throw unsure;
    return value;
  },
  number: (value) => {
    if (typeof value !== 'number') throw unsure;
    return value;
  },
  toMillis: (value) => {
    if (typeof value !== 'string' || !fullInstant.test(value)) throw unsure;
    const millis = Date.parse(value);
    if (Number.isNaN(millis)) throw unsure;
    return millis;
  },
  fromMillis: (value) => {
    // Four-digit years: outside of them the two ways of writing differ.
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 253_402_300_799_999) throw unsure;
    return new Date(value).toISOString();
  },
};

const fullInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function listed(given: readonly Node[]): Closure[] | null {
  const [list, ...more] = given;
  if (list === undefined || more.length > 0 || list.type !== 'unary' || list.value !== '[') return null;
  if (!isBare(list)) return null;
  return lowerAll(list['expressions']);
}

function merge(given: readonly Node[]): Closure | null {
  const parts = listed(given);
  if (parts === null) return null;
  return (bindings) => {
    const merged: { [key: string]: Json } = {};
    for (const part of parts) {
      const value = part(bindings);
      if (!isObject(value)) throw unsure;
      Object.assign(merged, value);
    }
    return merged;
  };
}

function sum(given: readonly Node[]): Closure | null {
  const parts = listed(given);
  if (parts === null) return null;
  return (bindings) => {
    let total = 0;
    for (const part of parts) {
      const value = part(bindings);
      if (!Number.isSafeInteger(value)) throw unsure;
      total += value as number;
    }
    return total;
  };
}

/** Of what a path leads to; arrays within the array are jsonata's. */
function count([list, ...more]: readonly Node[]): Closure | null {
  const items = list?.type === 'path' && more.length === 0 ? pathToEnd(list) : null;
  if (items === null) return null;
  return (bindings) => {
    const found = items(bindings);
    if (!Array.isArray(found) || found.some(Array.isArray)) throw unsure;
    return found.length;
  };
}

function functionsIn(node: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const item of node) functionsIn(item, names);
  else if (isObject(node)) {
    const procedure = node['procedure'] as Node | undefined;
    if (node['type'] === 'function' && procedure?.type === 'variable') names.add(procedure.value as string);
    for (const member of Object.values(node)) functionsIn(member, names);
  }
  return names;
}
