import { type Test, valueTest } from './pattern-operators.ts';
import { invalidPattern as invalid, isLeaf, isObject, type Leaf } from './pattern-value.ts';

/**
 * An event pattern, ready to match. Patterns are read whole before anything is matched: an operator that is not known
 * here is an InvalidEventPatternException, never a pattern that quietly matches nothing or everything.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export interface EventPattern {
  matches(event: object): boolean;
}

export function parseEventPattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (cause) {
    throw Object.assign(invalid(cause instanceof Error ? cause.message : String(cause)), { cause });
  }
  if (!isObject(pattern)) throw invalid('Filter is not an object');
  const alternatives = conjunctions(pattern, '');
  return {
    matches(event) {
      const fields = flatten(event, '', new Map());
      return alternatives.some((clauses) => satisfied(clauses, fields, new Map()));
    },
  };
}

/** One leaf of the event. Names are joined with dots, as EventBridge does before it matches. */
interface Field {
  readonly path: string;
  readonly value: Leaf;
  /** Which element of which array it came from: fields of different elements do not match together. */
  readonly elements: ReadonlyMap<string, number>;
}

/** A path and the tests of which one must hold for one of the path's values. */
interface Clause {
  readonly path: string;
  readonly tests: readonly Test[];
}

/** Whether each clause finds a value, all of them within the same elements of the event's arrays. */
function satisfied(
  clauses: readonly Clause[],
  fields: readonly Field[],
  elements: ReadonlyMap<string, number>,
): boolean {
  const [clause, ...others] = clauses;
  if (clause === undefined) return true;
  const candidates = fields.filter(({ path }) => path === clause.path);
  for (const test of clause.tests) {
    if (test.absent) {
      if (candidates.length === 0 && satisfied(others, fields, elements)) return true;
      continue;
    }
    for (const field of candidates) {
      if (!compatible(field.elements, elements) || !test.holds(field.value)) continue;
      if (satisfied(others, fields, new Map([...elements, ...field.elements]))) return true;
    }
  }
  return false;
}

function compatible(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return [...a].every(([path, index]) => (b.get(path) ?? index) === index);
}

function flatten(value: unknown, path: string, elements: ReadonlyMap<string, number>): readonly Field[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, index) => flatten(element, path, new Map([...elements, [path, index]])));
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, member]) => flatten(member, joined(path, name), elements));
  }
  return isLeaf(value) ? [{ path, value, elements }] : [];
}

/** The pattern as alternatives of clauses that must hold together; `$or` multiplies the alternatives. */
function conjunctions(pattern: Readonly<Record<string, unknown>>, path: string): readonly (readonly Clause[])[] {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed');
  return entries.reduce<readonly (readonly Clause[])[]>(
    (sofar, [name, value]) => {
      const choices = name === '$or' ? disjunction(value, path) : member(value, joined(path, name), name);
      return sofar.flatMap((clauses) => choices.map((more) => [...clauses, ...more]));
    },
    [[]],
  );
}

function disjunction(value: unknown, path: string): readonly (readonly Clause[])[] {
  if (!Array.isArray(value) || value.length < 2)
    throw invalid('There must have at least 2 Objects in $or relationship.');
  return value.flatMap((choice: unknown) => {
    if (!isObject(choice)) throw invalid('Only objects are allowed in $or relationship.');
    return conjunctions(choice, path);
  });
}

function member(value: unknown, path: string, name: string): readonly (readonly Clause[])[] {
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalid('Empty arrays are not allowed');
    return [[{ path, tests: value.map(valueTest) }]];
  }
  if (isObject(value)) return conjunctions(value, path);
  throw invalid(`"${name}" must be an object or an array`);
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
