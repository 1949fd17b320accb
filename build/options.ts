import type * as z from 'zod';
import type { InterfaceComments, MemberComments } from './member-comments.ts';

/** A member that a configuration may have, with what the schema and core know of it. */
export interface Option {
  readonly name: string;
  readonly comment: string;
  /** Whether it may be left out. */
  readonly isOptional: boolean;
  /** What holds where it is left out; undefined where nothing does. */
  readonly otherwise: unknown;
  /** Each with its reason where the schema has one. */
  readonly bounds: readonly string[];
  readonly value: Value;
}

export type Value =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'json' | 'null' }
  | { readonly kind: 'constants'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'list' | 'record'; readonly of: Value }
  | { readonly kind: 'any-of'; readonly values: readonly Value[] }
  | { readonly kind: 'object'; readonly options: readonly Option[] };

/** Throws where core says nothing of a member, or does not know it. */
export function optionsOf(schema: z.ZodType, type: string, comments: MemberComments): readonly Option[] {
  const { value } = readSchema(schema, type, comments, type);
  if (value.kind !== 'object') throw new Error(`${type} is no object`);
  return value.options;
}

interface Read {
  readonly value: Value;
  readonly isOptional: boolean;
  readonly otherwise: unknown;
  readonly bounds: readonly string[];
}

// Zod types its definitions by class; the tree is walked by what they say of themselves.
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly values?: readonly (string | number | boolean)[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly defaultValue?: unknown;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly error?: (issue: object) => unknown;
}

interface Check {
  readonly check: string;
  readonly value?: number | bigint;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly error?: (issue: object) => unknown;
}

function readSchema(schema: z.ZodType, type: string, comments: MemberComments, path: string): Read {
  const definition = schema._zod.def as unknown as Definition;
  const inner = (of: z.ZodType | undefined): Read => {
    if (of === undefined) throw new Error(`${path}: the schema has a ${definition.type} of nothing`);
    return readSchema(of, type, comments, path);
  };
  const read = (value: Value, below: readonly string[] = []): Read => ({
    value,
    isOptional: false,
    otherwise: undefined,
    bounds: [...below, ...boundsOf(definition)],
  });
  switch (definition.type) {
    case 'string':
      return read({ kind: 'text' });
    case 'number':
      return read({ kind: 'number' });
    case 'boolean':
      return read({ kind: 'boolean' });
    case 'null':
      return read({ kind: 'null' });
    case 'lazy':
    case 'json':
      return read({ kind: 'json' });
    case 'enum':
      return read({ kind: 'constants', values: Object.values(definition.entries ?? {}) });
    case 'literal':
      return read({ kind: 'constants', values: definition.values ?? [] });
    case 'optional':
      return { ...inner(definition.innerType), isOptional: true };
    case 'default':
    case 'prefault':
      return { ...inner(definition.innerType), isOptional: true, otherwise: definition.defaultValue };
    case 'nullable': {
      const of = inner(definition.innerType);
      return { ...of, value: { kind: 'any-of', values: [of.value, { kind: 'null' }] } };
    }
    case 'pipe':
      return inner(definition.in);
    case 'array': {
      const { value, bounds } = inner(definition.element);
      return read({ kind: 'list', of: value }, bounds.map(ofEach));
    }
    case 'record': {
      const { value, bounds } = inner(definition.valueType);
      return read({ kind: 'record', of: value }, bounds.map(ofEach));
    }
    case 'union': {
      const options = (definition.options ?? []).map(inner);
      return read({ kind: 'any-of', values: options.map(({ value }) => value) });
    }
    case 'object':
      return read({ kind: 'object', options: membersOf(definition.shape ?? {}, type, comments, path) });
    default:
      throw new Error(`${path}: the page of options does not know what a schema of the type ${definition.type} takes`);
  }
}

const ofEach = (bound: string) => `each: ${bound}`;

function membersOf(
  shape: Readonly<Record<string, z.ZodType>>,
  type: string,
  comments: MemberComments,
  path: string,
): readonly Option[] {
  const known = comments.variants(type).find((variant) => fits(variant, shape));
  if (known === undefined)
    throw new Error(`${path}: no ${type} of core has the members ${Object.keys(shape).join(', ')}`);
  return Object.entries(shape).map(([name, schema]) => {
    const at = `${path}.${name}`;
    const { comment, type } = known.get(name) ?? { comment: null, type: '' };
    if (comment === null) throw new Error(`${at}: core says nothing of it`);
    return { name, comment, ...readSchema(schema, type, comments, at) };
  });
}

/** The variant of a union with the same members, and the same constant where it has one. */
function fits(variant: InterfaceComments, shape: Readonly<Record<string, z.ZodType>>): boolean {
  return Object.entries(shape).every(([name, schema]) => {
    const member = variant.get(name);
    const { type, values = [] } = schema._zod.def as unknown as Definition;
    return member !== undefined && (type !== 'literal' || values.length > 1 || member.type === printed(values[0]));
  });
}

export const printed = (constant: unknown): string =>
  typeof constant === 'string' ? `'${constant}'` : String(constant);

/** A format is checked by the type itself, which then has the message. */
function boundsOf({ checks = [], ...own }: Definition): string[] {
  const all = [own as unknown as Check, ...checks.map(({ _zod: { def } }) => def)];
  return all.flatMap((check) => boundOf(check, own.type === 'string' ? 'letters' : 'members') ?? []);
}

function boundOf({ check, value, inclusive, minimum, maximum, error }: Check, unit: string): string | null {
  const message = error?.({ input: undefined });
  if (message === 'must not be negative') return null;
  const told = askedFor(message);
  switch (check) {
    case 'greater_than':
      return told ?? (inclusive === true ? `at least ${value}` : `more than ${value}`);
    case 'less_than':
      return told ?? `at most ${value}`;
    case 'min_length':
      return told ?? `at least ${minimum} ${unit}`;
    case 'max_length':
      return told ?? `at most ${maximum} ${unit}`;
    case 'string_format':
    case 'custom':
      return told;
    default:
      return null;
  }
}

/** What a message of the schema asks for: `must be at least 2: one witness is no quorum`, `is no X; write it like Y`. */
function askedFor(message: unknown): string | null {
  if (typeof message !== 'string') return null;
  if (message.startsWith('must ')) return message.replace(/^must be /, '');
  const [, what, example] = /^is no ([^;]*)(?:; write (?:it like )?(.*))?$/.exec(message) ?? [];
  if (what === undefined) return null;
  return example === undefined ? what : `${what}, like ${example}`;
}
