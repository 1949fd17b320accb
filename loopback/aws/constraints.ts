import { readFileSync } from 'node:fs';
import type { ServiceId } from './service.ts';

/** What a service model says of a value, and of what is in it. */
export interface Constraints {
  /** Of a number. */
  readonly from?: number;
  readonly to?: number;
  /** How many characters, bytes, items or entries. */
  readonly min?: number;
  readonly max?: number;
  /** Matches the whole text. */
  readonly pattern?: string;
  /** The values that there are, with `|` between. */
  readonly enum?: string;
  /** Whether the value is left out of what is said of it. */
  readonly sensitive?: boolean;
  readonly members?: Readonly<Record<string, Constraints>>;
  readonly items?: Constraints;
  readonly keys?: Constraints;
  readonly values?: Constraints;
}

export interface ConstraintTable {
  /** Where the models are from. */
  readonly source: string;
  readonly services: Readonly<Partial<Record<ServiceId, Readonly<Record<string, Constraints>>>>>;
}

/** Adds a sentence for each constraint that the value at this path breaks. */
export type Violations = (value: unknown, path: string, found: string[]) => void;

export const constraintTable: ConstraintTable = JSON.parse(
  readFileSync(new URL('./constraints.json', import.meta.url), 'utf8'),
);

/**
 * What a service checks itself, so that its answer is in the words, or the order of values, that AWS was recorded or documented to have. By
 * service, operation and path.
 */
const otherwise: ReadonlySet<string> = new Set([
  'states ListExecutions statusFilter',
  'cloudwatch SetAlarmState StateValue',
  'lambda Invoke InvocationType',
]);

const compiled = new Map<string, Violations>();

/** The constraints on an operation's input; made when it is called for the first time. */
export function constraintsOn(service: ServiceId, operation: string): Violations {
  const key = `${service} ${operation}`;
  let check = compiled.get(key);
  if (check === undefined) {
    const constraints = constraintTable.services[service]?.[operation];
    check = (constraints && compile(constraints, (path) => otherwise.has(`${key} ${path}`))) ?? nothing;
    compiled.set(key, check);
  }
  return check;
}

const nothing: Violations = () => {};

type Leave = (path: string) => boolean;

function compile(constraints: Constraints, leave: Leave, path = ''): Violations | undefined {
  const checks: Violations[] = [];
  const rules = leave(path) ? [] : rulesOf(constraints);
  if (rules.length > 0) checks.push(byRules(rules, constraints.sensitive === true));
  for (const [name, member] of Object.entries(constraints.members ?? {})) {
    const check = compile(member, leave, path === '' ? name : `${path}.${name}`);
    if (check !== undefined) checks.push(onMember(name, check));
  }
  if (constraints.items !== undefined) checks.push(...onItems(constraints.items, leave, `${path}[]`));
  if (constraints.keys !== undefined && !leave(`${path}{}`)) checks.push(onAll('Map keys', constraints.keys, keysOf));
  if (constraints.values !== undefined && !leave(`${path}{}`)) {
    checks.push(onAll('Map value', constraints.values, valuesOf));
  }
  if (checks.length === 0) return undefined;
  return (value, at, found) => {
    if (value === undefined || value === null) return;
    for (const check of checks) check(value, at, found);
  };
}

/** AWS names members with a small first letter. */
function onMember(name: string, check: Violations): Violations {
  const told = name.charAt(0).toLowerCase() + name.slice(1);
  return (value, at, found) =>
    check((value as Record<string, unknown>)[name], at === '' ? told : `${at}.${told}`, found);
}

/** Structures are looked into; of plain values AWS tells all the rules, and not which item breaks one. */
function onItems(items: Constraints, leave: Leave, path: string): Violations[] {
  if (items.members === undefined) return leave(path) ? [] : [onAll('Member', items, listOf)];
  const check = compile(items, leave, path);
  if (check === undefined) return [];
  return [
    (value, at, found) => {
      for (const [index, item] of listOf(value).entries()) check(item, `${at}.${index + 1}.member`, found);
    },
  ];
}

function onAll(what: string, constraints: Constraints, each: (value: unknown) => readonly unknown[]): Violations {
  const rules = rulesOf(constraints);
  const told = rules.map(({ sentence }) => sentence).join(', ');
  return (value, at, found) => {
    if (each(value).every((item) => rules.every((rule) => item === null || rule.holds(item)))) return;
    found.push(
      `Value '${shown(value)}' at '${at}' failed to satisfy constraint: ${what} must satisfy constraint: [${told}]`,
    );
  };
}

const byRules =
  (rules: readonly Rule[], isSecret: boolean): Violations =>
  (value, at, found) => {
    for (const { holds, sentence } of rules) {
      if (holds(value)) continue;
      const told = isSecret ? 'Value' : `Value '${shown(value)}'`;
      found.push(`${told} at '${at}' failed to satisfy constraint: ${sentence}`);
    }
  };

interface Rule {
  readonly sentence: string;
  holds(value: unknown): boolean;
}

function rulesOf({ from, to, min, max, pattern, enum: values }: Constraints): Rule[] {
  const rules: Rule[] = [];
  if (pattern !== undefined) {
    const whole = wholly(pattern);
    const holds = (value: unknown) => typeof value !== 'string' || whole.test(value);
    rules.push({ sentence: `Member must satisfy regular expression pattern: ${pattern}`, holds });
  }
  if (max !== undefined) rules.push(bound('length less', max, sizeOf, (size) => size <= max));
  if (min !== undefined) rules.push(bound('length greater', min, sizeOf, (size) => size >= min));
  if (to !== undefined) rules.push(bound('value less', to, Number, (number) => number <= to));
  if (from !== undefined) rules.push(bound('value greater', from, Number, (number) => number >= from));
  if (values !== undefined) {
    const known = new Set(values.split('|'));
    const holds = (value: unknown) => typeof value !== 'string' || known.has(value);
    rules.push({ sentence: `Member must satisfy enum value set: [${[...known].join(', ')}]`, holds });
  }
  return rules;
}

const bound = (
  which: string,
  limit: number,
  measure: (value: unknown) => number,
  within: (measured: number) => boolean,
): Rule => ({
  sentence: `Member must have ${which} than or equal to ${limit}`,
  holds: (value) => within(measure(value)),
});

/** A service model's patterns are Java's, and match a text from its beginning to its end. */
function wholly(pattern: string): RegExp {
  const source = `^(?:${pattern})$`;
  try {
    return new RegExp(source, 'su');
  } catch {
    // What is escaped without need is an error with `u`.
    return new RegExp(source, 's');
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return [...value].length;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const keysOf = (value: unknown): readonly unknown[] => Object.keys(value as object);
const valuesOf = (value: unknown): readonly unknown[] => Object.values(value as object);

/** The words for lists and structures are AWS's own Java's, which nobody here knows: JSON. */
const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
