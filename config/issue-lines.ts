import type * as z from 'zod';

/**
 * What is wrong with an input, one line a mistake, each with the path to it. A value is quoted only where it is a number, true or
 * false: text may be a secret. `say` is how a path is told.
 */
export function issueLines(issues: readonly z.core.$ZodIssue[], say: Say = pathText): string[] {
  return issues.filter((issue) => !isEcho(issue, issues)).flatMap((issue) => linesOf(issue, say));
}

type Say = (path: readonly PropertyKey[]) => string;

/** The words for what a schema has none of its own for: give it to `safeParse`, together with `reportInput`. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeName(issue.expected)}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'too_small':
      return bound(issue.origin, issue.inclusive === true ? 'at least' : 'more than', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === true ? 'at most' : 'less than', issue.maximum);
    case 'invalid_union':
      return Array.isArray(issue['options']) ? oneOf(issue['options']) : 'is none of what may stand here';
    default:
      return 'is not what may stand here';
  }
}

const oneOf = (values: readonly unknown[]) =>
  `must be ${values.length === 1 ? '' : 'one of '}${values.map((value) => JSON.stringify(value)).join(', ')}`;

/** `services[0].lever.origins["us-east-1"]`, as one would write it. */
export function pathText(path: readonly PropertyKey[], whole = 'the configuration'): string {
  if (path.length === 0) return whole;
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = String(part);
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return `[${JSON.stringify(name)}]`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

/** A length of what is no list, a range of what is no number: the type says it already. */
function isEcho(issue: z.core.$ZodIssue, all: readonly z.core.$ZodIssue[]): boolean {
  if (isOfType(issue)) return false;
  return all.some((other) => isOfType(other) && pathText(other.path) === pathText(issue.path));
}

const isOfType = ({ code }: z.core.$ZodIssue) => code === 'invalid_type' || code === 'invalid_union';

function linesOf(issue: z.core.$ZodIssue, say: Say): string[] {
  const path = say(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => `${say([...issue.path, key])} is unknown; remove it or look for a typing error`);
    case 'invalid_type':
    case 'invalid_value':
      return [`${path} ${issue.message} and is ${found(issue.input)}`];
    case 'invalid_union': {
      const meant = meantBranch(issue);
      if (meant !== null)
        return meant.flatMap((inner) => linesOf({ ...inner, path: [...issue.path, ...inner.path] }, say));
      return [`${path} ${issue.message} and is ${found(discriminated(issue))}${dottedInstead(issue)}`];
    }
    default:
      return [`${path} ${issue.message}`];
  }
}

/** The one form of a union whose members are those of the input, where there is one: what is wrong is within. */
function meantBranch({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const [meant, ...others] = errors.filter((branch) =>
    branch.every(({ code, path }) => code !== 'unrecognized_keys' && path.length > 0),
  );
  return meant === undefined || others.length > 0 ? null : meant;
}

/** What tells the members of a union apart is a member of the input, and the path leads to it. */
function discriminated({
  input,
  discriminator,
}: z.core.$ZodIssueInvalidUnion & { readonly discriminator?: unknown }): unknown {
  if (typeof discriminator !== 'string' || typeof input !== 'object' || input === null) return input;
  return Object.getOwnPropertyDescriptor(input, discriminator)?.value;
}

/** `healthy.body: { db: { status: 'up' } }`, as the answer looks, is written `'db.status': 'up'`. */
function dottedInstead({ path, input }: z.core.$ZodIssue): string {
  const [owner, name] = path.slice(-2);
  if (owner !== 'body' || typeof input !== 'object' || input === null) return '';
  const dotted = leavesOf(input, String(name)).slice(0, 5);
  return dotted.length === 0
    ? '; name its members by their dotted path'
    : `; name its members by their dotted path: ${dotted.map((leaf) => JSON.stringify(leaf)).join(', ')}`;
}

function leavesOf(value: unknown, path: string, depth = 0): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  if (depth > 8) return [];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, `${path}.${name}`, depth + 1));
}

function found(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `the number ${value}` : String(value);
    case 'boolean':
      return String(value);
    case 'string':
      return value === '' ? 'empty text' : 'a string';
    case 'object':
      return 'an object';
    default:
      return `a ${typeof value}`;
  }
}

function typeName(expected: string): string {
  switch (expected) {
    case 'int':
      return 'a whole number';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false, a boolean';
    case 'record':
    case 'object':
      return 'an object';
    default:
      return `a ${expected}`;
  }
}

function bound(origin: string, how: string, limit: unknown): string {
  if (origin === 'array') return `must list ${how} ${limit}`;
  if (origin === 'string')
    return limit === 1 && how === 'at least' ? 'must not be empty' : `must have ${how} ${limit} characters`;
  return `must be ${how} ${limit}`;
}
