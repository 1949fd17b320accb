import { BlockList, isIP } from 'node:net';
import { AwsError } from '../aws/service.ts';

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

type Leaf = string | number | boolean | null;

/** A path and the tests of which one must hold for one of the path's values. */
interface Clause {
  readonly path: string;
  readonly tests: readonly Test[];
}

type Test = { readonly absent: true } | { readonly absent: false; readonly holds: (value: Leaf) => boolean };

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
    return [[{ path, tests: value.map(test) }]];
  }
  if (isObject(value)) return conjunctions(value, path);
  throw invalid(`"${name}" must be an object or an array`);
}

function test(wanted: unknown): Test {
  if (isLeaf(wanted)) return present((value) => value === wanted);
  if (!isObject(wanted)) throw invalid('Match value must be String, number, true, false, or null');
  const [entry, ...others] = Object.entries(wanted);
  if (entry === undefined) throw invalid('Empty objects are not allowed');
  if (others.length > 0) throw invalid('Only one key allowed in match expression');
  const [operator, operand] = entry;
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalid('exists match pattern must be either true or false.');
      return operand ? present(() => true) : { absent: true };
    case 'prefix':
    case 'suffix':
      return present(affix(operator, operand));
    case 'equals-ignore-case':
      return present(equalsIgnoreCase(text(operator, operand)));
    case 'wildcard':
      return present(wildcard(text(operator, operand)));
    case 'numeric':
      return present(numeric(operand));
    case 'cidr':
      // AWS's own message speaks of a prefix here.
      return present(cidr(text('prefix', operand)));
    case 'anything-but':
      return present(anythingBut(operand));
    default:
      throw invalid(`Unrecognized match type ${operator}`);
  }
}

type Predicate = (value: Leaf) => boolean;

function present(holds: Predicate): Test {
  return { absent: false, holds };
}

function affix(operator: 'prefix' | 'suffix', operand: unknown): Predicate {
  if (isObject(operand)) {
    const [entry, ...others] = Object.entries(operand);
    if (entry?.[0] !== 'equals-ignore-case' || others.length > 0) {
      throw invalid(`Unsupported ${operator} match pattern: only equals-ignore-case is allowed inside`);
    }
    const wanted = text('equals-ignore-case', entry[1]).toLowerCase();
    return ifText((value) => has(operator, value.toLowerCase(), wanted));
  }
  const wanted = text(operator, operand);
  return ifText((value) => has(operator, value, wanted));
}

function has(operator: 'prefix' | 'suffix', value: string, wanted: string): boolean {
  return operator === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
}

function equalsIgnoreCase(wanted: string): Predicate {
  const folded = wanted.toLowerCase();
  return ifText((value) => value.toLowerCase() === folded);
}

/** AWS refuses rules that are "too complex" without saying when; more than four wildcards are refused here. */
const mostWildcards = 4;

function wildcard(pattern: string): Predicate {
  const doubled = /(?<!\\)(?:\\\\)*\*(?=\*)/.exec(pattern);
  if (doubled) throw invalid(`Consecutive wildcard characters at pos ${doubled.index + doubled[0].length}`);
  const escaped = /(?<!\\)(?:\\\\)*(?=\\(?![*\\]))/.exec(pattern);
  if (escaped) throw invalid(`Invalid escape character at pos ${escaped.index + escaped[0].length}`);
  const parts = [...pattern.matchAll(/\\[*\\]|[\s\S]/g)].map(([part]) => part);
  if (parts.filter((part) => part === '*').length > mostWildcards) {
    throw invalid(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
  const source = parts.map((part) => {
    if (part === '*') return '[\\s\\S]*';
    return (part.length > 1 ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  const compiled = new RegExp(`^${source.join('')}$`);
  return ifText((value) => compiled.test(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

/** `[">", 0, "<=", 5]`: one comparison, or a lower bound and then an upper one. */
function numeric(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw invalid('Value of numeric must be an array.');
  const [first, bound, second, upper, ...excess] = operand as unknown[];
  const lower = comparison(first, bound);
  if (second === undefined) return (value) => typeof value === 'number' && lower(value);
  if (!['>', '>='].includes(String(first))) throw invalid('Too many elements in numeric expression');
  if (!['<', '<='].includes(String(second))) throw invalid(`Bad numeric range operator: ${String(second)}`);
  if (excess.length > 0) throw invalid('Too many terms in numeric range expression');
  if (typeof upper === 'number' && typeof bound === 'number' && upper <= bound)
    throw invalid('Bottom must be less than top');
  const below = comparison(second, upper);
  return (value) => typeof value === 'number' && lower(value) && below(value);
}

function comparison(operator: unknown, bound: unknown): (value: number) => boolean {
  const compare = comparisons[String(operator)];
  if (typeof operator !== 'string' || compare === undefined) {
    throw invalid(`Unrecognized numeric range operator: ${String(operator)}`);
  }
  if (typeof bound !== 'number') throw invalid(`Value of ${operator} must be numeric`);
  if (Math.abs(bound) > 5e9) throw invalid('Value must be between -5.0E9 and 5.0E9, inclusive');
  return (value) => compare(value, bound);
}

function cidr(block: string): Predicate {
  const [network = '', bits = '', ...excess] = block.split('/');
  if (bits === '' || excess.length > 0) throw invalid("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw invalid('Malformed CIDR, mask bits must be an integer');
  const version = isIP(network);
  if (version === 0) throw invalid(`Nonstandard IP address: ${network}`);
  // One address is no network: event-ruler takes it as a text.
  const bitsMax = version === 4 ? 32 : 128;
  if (Number(bits) >= bitsMax) throw invalid(`IPv${version} mask bits must be < ${bitsMax}`);
  const list = new BlockList();
  list.addSubnet(network, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return ifText((value) => isIP(value) === version && list.check(value, version === 4 ? 'ipv4' : 'ipv6'));
}

function anythingBut(operand: unknown): Predicate {
  if (Array.isArray(operand)) {
    if (operand.length === 0) throw invalid('Empty arrays are not allowed');
    for (const one of operand) {
      if (typeof one !== 'string' && typeof one !== 'number') {
        throw invalid('Inside anything but list, start|null|boolean is not supported.');
      }
    }
    if (new Set(operand.map((one) => typeof one)).size > 1) {
      throw invalid('Inside anything but list, either all values are number or string, mixed type is not supported');
    }
    return (value) => !operand.includes(value);
  }
  if (typeof operand === 'string' || typeof operand === 'number') return (value) => value !== operand;
  const [entry, ...others] = isObject(operand) ? Object.entries(operand) : [];
  if (entry === undefined) throw invalid('Value of anything-but must be an array or single string/number value.');
  if (others.length > 0) throw invalid('Only one key allowed in match expression');
  const forbidden = forbiddenTexts(...entry);
  return (value) => !forbidden.some((matches) => matches(value));
}

function forbiddenTexts(operator: string, operand: unknown): readonly Predicate[] {
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operands.length === 0) throw invalid('Empty arrays are not allowed');
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return operands.map((one) => {
        if (isObject(one)) throw invalid('Value of anything-but must be an array or single string/number value.');
        if (typeof one !== 'string') throw invalid('prefix/suffix match pattern must be a string');
        if (one === '') throw invalid('Null prefix/suffix not allowed');
        return affix(operator, one);
      });
    case 'equals-ignore-case':
      return operands.map((one) => {
        if (typeof one !== 'string') {
          throw invalid('Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.');
        }
        return equalsIgnoreCase(one);
      });
    case 'wildcard':
      return operands.map((one) => wildcard(text('wildcard', one)));
    default:
      throw invalid(`Unsupported anything-but pattern: ${operator}`);
  }
}

function ifText(holds: (value: string) => boolean): Predicate {
  return (value) => typeof value === 'string' && holds(value);
}

function text(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw invalid(`${operator} match pattern must be a string`);
  return operand;
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
