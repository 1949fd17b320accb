import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import { functions } from './functions.ts';
import { type Closure, fallBackToJsonata, isBare, type Node } from './node.ts';
import { noArray, operators, simple, truth } from './operators.ts';

/**
 * Nearly all expressions of a machine name a variable, compare, choose or join text. For these a closure gives what jsonata
 * gives, some fifty times as fast. Only what is certain is done here: `null` where an expression uses anything else, and
 * `fallBackToJsonata` at run time where its values are of a kind that jsonata treats in a way of its own (arrays, objects compared,
 * errors). Whoever calls asks jsonata then, which stays the judge of every such case.
 */
export function fastPathOf(ast: unknown): FastPath | null {
  const node = ast as Node;
  const value = closureOf(node);
  return value === null ? null : { functions: functionsIn(node), value };
}

export interface FastPath {
  /** Functions that it took for jsonata's own: a variable of the same name would hide them. */
  readonly functions: ReadonlySet<string>;
  readonly value: Closure;
}

function closureOf(node: Node): Closure | null {
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
function closuresOf(nodes: unknown): Closure[] | null {
  const closures = (nodes as Node[]).map(closureOf);
  return closures.every((closure) => closure !== null) ? closures : null;
}

/** What was not assigned may be a function of jsonata's own: `$error` is one. */
const variable =
  (name: string): Closure =>
  ({ states, variables }) => {
    if (name === 'states') return states() as Json;
    if (Object.hasOwn(variables, name)) return variables[name];
    throw fallBackToJsonata;
  };

/** `(…)` around a single expression. */
function block(node: Node): Closure | null {
  const [only, ...more] = node['expressions'] as Node[];
  return only === undefined || more.length > 0 ? null : closureOf(only);
}

/** Arrays at a path's end are jsonata's. */
function path(node: Node): Closure | null {
  const toEnd = pathToEnd(node);
  return toEnd === null ? null : (bindings) => noArray(toEnd(bindings));
}

/** `$a.b[0].c` through objects, and the members of arrays of them: any other array on the way is jsonata's. */
function pathToEnd(node: Node): Closure | null {
  const [first, ...steps] = node['steps'] as Node[];
  const start = first?.type === 'variable' && isBare(node) ? closureOf(first) : null;
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
    if (!Array.isArray(items) || items.some(Array.isArray)) throw fallBackToJsonata;
    return items[index];
  };
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function binary(node: Node): Closure | null {
  if (node.value === 'in') return isIn(node);
  const operator = operators[node.value as string];
  const sides = closuresOf([node['lhs'], node['rhs']]);
  if (operator === undefined || sides === null) return null;
  const [left, right] = sides as [Closure, Closure];
  return (bindings) => operator(left(bindings), right(bindings));
}

function isIn(node: Node): Closure | null {
  const items = listed([node['rhs'] as Node]);
  const left = closureOf(node['lhs'] as Node);
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
  const parts = closuresOf([node['condition'], node['then'], ...(node['else'] === undefined ? [] : [node['else']])]);
  if (parts === null) return null;
  const [holds, then, otherwise] = parts as [Closure, Closure, Closure | undefined];
  return (bindings) => (truth(holds(bindings)) ? then(bindings) : otherwise?.(bindings));
}

function objectOf(node: Node): Closure | null {
  const pairs = node['lhs'] as [Node, Node][];
  const values = closuresOf(pairs.map(([, value]) => value));
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
  const argument = given[0] === undefined ? null : closureOf(given[0]);
  if (one === undefined || argument === null) return null;
  return (bindings) => one(argument(bindings));
}

function listed(given: readonly Node[]): Closure[] | null {
  const [list, ...more] = given;
  if (list === undefined || more.length > 0 || list.type !== 'unary' || list.value !== '[') return null;
  if (!isBare(list)) return null;
  return closuresOf(list['expressions']);
}

function merge(given: readonly Node[]): Closure | null {
  const parts = listed(given);
  if (parts === null) return null;
  return (bindings) => {
    const merged: { [key: string]: Json } = {};
    for (const part of parts) {
      const value = part(bindings);
      if (!isObject(value)) throw fallBackToJsonata;
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
      if (!Number.isSafeInteger(value)) throw fallBackToJsonata;
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
    if (!Array.isArray(found) || found.some(Array.isArray)) throw fallBackToJsonata;
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
