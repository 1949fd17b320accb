import jsonata from 'jsonata';
import type { State } from '../asl.ts';
import { expressionOf } from '../asl.ts';

/** An expression in a state, and where: `Assign/verdict`, `Choices[1]/Condition`, `Catch[0]/Output`. */
export interface Placed {
  readonly place: string;
  readonly expression: string;
}

/** All expressions of a state, without those of the flows inside it. */
export function expressionsOf(state: State): Placed[] {
  const own = Object.entries(state).filter(([member]) => member !== 'Branches' && member !== 'ItemProcessor');
  return expressionsIn(Object.fromEntries(own), '');
}

/** All expressions in a part of a state. */
export function expressionsIn(value: unknown, place: string): Placed[] {
  if (typeof value === 'string') {
    const expression = expressionOf(value);
    return expression === null ? [] : [{ place, expression }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionsIn(item, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    expressionsIn(member, place === '' ? key : `${place}/${key}`),
  );
}

/** What an expression needs from outside. */
export interface Names {
  readonly variables: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** First members that are read of `$states`: `input`, `result` and so on. */
  readonly states: ReadonlySet<string>;
  /** Member names without anything in front, and `$` and `$$`, outside of what gives them a meaning. */
  readonly unqualified: ReadonlySet<string>;
}

/** In jsonata's own words; null where the expression parses. */
export function syntaxErrorOf(expression: string): string | null {
  try {
    jsonata(expression);
    return null;
  } catch (error) {
    return (error as { readonly message?: string }).message ?? String(error);
  }
}

/** Null where the expression does not parse. */
export function namesOf(expression: string): Names | null {
  const names = {
    variables: new Set<string>(),
    functions: new Set<string>(),
    states: new Set<string>(),
    unqualified: new Set<string>(),
  };
  let ast: Node;
  try {
    ast = jsonata(expression).ast() as unknown as Node;
  } catch {
    // Not hidden: the schema rule reports what does not parse, with jsonata's own words.
    return null;
  }
  walk(ast, new Set(), false, names);
  return names;
}

/** jsonata's syntax tree, as its parser makes it; its published type lacks most members. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly [member: string]: unknown;
}

type Found = { readonly [Kind in keyof Names]: Set<string> };

/**
 * `bound` are the names that the expression itself has given a meaning; `inContext` says whether `$` and bare names have
 * one: inside a path's later steps, a filter or a transform.
 */
function walk(node: Node, bound: Set<string>, inContext: boolean, found: Found): void {
  switch (node.type) {
    case 'variable':
      variable(String(node.value), bound, inContext, found);
      break;
    case 'name':
      if (!inContext) found.unqualified.add(String(node.value));
      others(node, bound, true, found);
      break;
    case 'function':
    case 'partial': {
      const callee = node['procedure'] as Node;
      if (callee.type !== 'variable') walk(callee, bound, inContext, found);
      else if (!bound.has(String(callee.value))) found.functions.add(String(callee.value));
      for (const argument of node['arguments'] as Node[]) walk(argument, bound, inContext, found);
      break;
    }
    case 'lambda': {
      const parameters = (node['arguments'] as Node[]).map(({ value }) => String(value));
      walk(node['body'] as Node, new Set([...bound, ...parameters]), inContext, found);
      break;
    }
    case 'block': {
      const inner = new Set(bound);
      for (const expression of node['expressions'] as Node[]) walk(expression, inner, inContext, found);
      break;
    }
    case 'bind': {
      const name = String((node['lhs'] as Node).value);
      // A function may call itself.
      const value = node['rhs'] as Node;
      walk(value, value.type === 'lambda' ? new Set([...bound, name]) : bound, inContext, found);
      bound.add(name);
      break;
    }
    case 'path':
      path(node, bound, inContext, found);
      break;
    default:
      others(node, bound, inContext, found);
  }
}

function variable(name: string, bound: ReadonlySet<string>, inContext: boolean, found: Found): void {
  if (name === '' || name === '$') {
    if (!inContext || name === '$') found.unqualified.add(`$${name}`);
  } else if (!bound.has(name)) found.variables.add(name);
}

function path(node: Node, bound: Set<string>, inContext: boolean, found: Found): void {
  const steps = node['steps'] as Node[];
  const [first, second] = steps;
  if (first?.type === 'variable' && first.value === 'states' && second?.type === 'name')
    found.states.add(String(second.value));
  const inner = new Set(bound);
  for (const [index, step] of steps.entries()) {
    walk(step, inner, inContext || index > 0, found);
    if (step.type === 'variable') others(step, inner, true, found);
    for (const binding of ['focus', 'index']) if (typeof step[binding] === 'string') inner.add(step[binding]);
  }
  const { steps: _, ...rest } = node;
  others(rest as Node, inner, true, found);
}

/** Everything else that hangs on a node: operands, filters, groupings, transforms. */
function others(node: Node, bound: Set<string>, inContext: boolean, found: Found): void {
  for (const [member, value] of Object.entries(node)) {
    const context = inContext || contextual.has(member) || node.type === 'transform' || node.type === 'apply';
    for (const child of nodesIn(value)) walk(child, bound, context, found);
  }
}

/** Members whose expressions are evaluated for each value of what stands before them. */
const contextual: ReadonlySet<string> = new Set(['stages', 'predicate', 'group', 'expr', 'terms']);

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  return 'type' in value && typeof value.type === 'string' ? [value as Node] : Object.values(value).flatMap(nodesIn);
}
