import jsonata from 'jsonata';
import type { Bindings } from './bindings.ts';
import { limitEvaluation } from './evaluation-limit.ts';
import { fastPathOf } from './fast-path/fast-path.ts';
import { fallBackToJsonata } from './fast-path/node.ts';
import type { Json } from './json.ts';
import { isObject, NotJson, plainJson, typeName } from './json.ts';
import { follow, type Soon } from './soon.ts';

/** An expression failed; `complaint` continues the sentence “The JSONata expression '…' specified for the field '…'”. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly source: string;
  readonly field: string;
  readonly complaint: string;

  constructor(source: string, field: string, complaint: string) {
    super(`The JSONata expression '${source}' specified for the field '${field}' ${complaint}`);
    this.source = source;
    this.field = field;
    this.complaint = complaint;
  }
}

/** A part of a definition in which strings may be expressions: `Output`, `Arguments`, `Assign`, `Seconds` and so on. */
export interface Template {
  /** There where nothing in it is an expression: the value as it stands. */
  readonly constant?: Json;
  evaluate(bindings: Bindings): Soon<Json>;
}

const wrapped = /^\{%([\s\S]*)%\}$/;

export const isExpression = (text: string): boolean => wrapped.test(text);

/** The JSONata between `{%` and `%}`. */
export const sourceOf = (text: string): string => (wrapped.exec(text)?.[1] ?? '').trim();

/** Compiles every expression once; `field` names the place in causes, as `Output/a[0]/b`. */
export function compileTemplate(raw: Json, field: string): Template {
  if (typeof raw === 'string' && isExpression(raw)) return compileExpression(sourceOf(raw), field);
  if (Array.isArray(raw)) return compileArray(raw, field);
  if (isObject(raw)) return compileObject(raw as Readonly<Record<string, Json>>, field);
  return { constant: raw, evaluate: () => raw };
}

function compileExpression(source: string, field: string): Template {
  const compiled = jsonata(source);
  limitEvaluation(compiled);
  const names = namesIn(compiled.ast());
  const writes = mayWrite(compiled.ast());
  const fastPath = fastPathOf(compiled.ast());
  const byJsonata = async (bindings: Bindings): Promise<Json> => {
    let result: unknown;
    try {
      const values = valuesOf(names, bindings);
      result = await compiled.evaluate(undefined, writes ? ownCopy(values) : values);
    } catch (error) {
      throw new ExpressionError(source, field, `threw an error during evaluation${wordsOf(error)}`);
    }
    return copy(result, source, field);
  };
  if (fastPath === null) return { evaluate: byJsonata };
  const called = [...fastPath.functions];
  return {
    evaluate(bindings) {
      if (called.some((name) => Object.hasOwn(bindings.variables, name))) return byJsonata(bindings);
      let result: Json | undefined;
      try {
        result = fastPath.value(bindings);
      } catch (error) {
        if (error === fallBackToJsonata) return byJsonata(bindings);
        throw error;
      }
      return result === undefined ? byJsonata(bindings) : result;
    },
  };
}

/**
 * Whether jsonata 2 may write into the values that it is given: it does where it groups an empty list, and where it transforms
 * what a pattern names absolutely. Every other field of the state, and the states after it, see the same values.
 */
function mayWrite(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(mayWrite);
  if (!isObject(node)) return false;
  return node['type'] === 'transform' || 'group' in node || Object.values(node).some(mayWrite);
}

/** Functions are handed over as they are. */
const ownCopy = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'function' ? value : structuredClone(value)]),
  );

/** The variables and functions that an expression mentions: only these are handed to it. */
function namesIn(ast: unknown, names = new Set<string>()): Set<string> {
  if (Array.isArray(ast)) for (const node of ast) namesIn(node, names);
  else if (isObject(ast)) {
    if (ast['type'] === 'variable' && typeof ast['value'] === 'string') names.add(ast['value']);
    for (const [key, node] of Object.entries(ast)) if (key !== 'type') namesIn(node, names);
  }
  return names;
}

function valuesOf(names: ReadonlySet<string>, { states, variables, functions }: Bindings): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const name of names) {
    if (name === 'states') values[name] = states();
    else if (Object.hasOwn(variables, name)) values[name] = variables[name];
    else if (Object.hasOwn(functions, name)) values[name] = functions[name];
  }
  return values;
}

/** The service writes `. CODE: words` after a coded error of jsonata, `: words` after any other. */
function wordsOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? `. ${code}: ${message}` : `: ${message}`;
}

function copy(result: unknown, source: string, field: string): Json {
  let plain: Json | undefined;
  try {
    plain = plainJson(result);
  } catch (error) {
    if (error instanceof NotJson) throw new ExpressionError(source, field, 'returned an unsupported result type.');
    throw error;
  }
  if (plain === undefined) throw new ExpressionError(source, field, 'returned nothing (undefined).');
  return plain;
}

function compileArray(raw: readonly Json[], field: string): Template {
  const parts = raw.map((item, index) => compileTemplate(item, `${field}[${index}]`));
  if (parts.every(isConstant)) return { constant: raw, evaluate: () => raw };
  return {
    evaluate: (bindings) => evaluateAll(parts, bindings),
  };
}

function compileObject(raw: Readonly<Record<string, Json>>, field: string): Template {
  const keys = Object.keys(raw);
  const parts = Object.entries(raw).map(([key, member]) => compileTemplate(member, `${field}/${key}`));
  if (parts.every(isConstant)) return { constant: raw, evaluate: () => raw };
  const named = (values: readonly Json[]): Json => {
    const object: { [key: string]: Json } = {};
    for (let index = 0; index < keys.length; index++) object[keys[index] as string] = values[index] as Json;
    return object;
  };
  return { evaluate: (bindings) => follow(evaluateAll(parts, bindings), named) };
}

/** One after the other: the first that fails is the one that is told. */
function evaluateAll(parts: readonly Template[], bindings: Bindings, values: Json[] = []): Soon<Json[]> {
  while (values.length < parts.length) {
    const value = (parts[values.length] as Template).evaluate(bindings);
    if (value instanceof Promise) return value.then((is) => evaluateAll(parts, bindings, [...values, is]));
    values.push(value);
  }
  return values;
}

const isConstant = (template: Template): boolean => template.constant !== undefined;

/** An expression's result that a field cannot take: the words that the service has for it. */
export function unexpectedType(raw: Json, field: string, expected: string, value: Json): ExpressionError {
  const source = typeof raw === 'string' ? sourceOf(raw) : JSON.stringify(raw);
  return new ExpressionError(
    source,
    field,
    `returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
  );
}
