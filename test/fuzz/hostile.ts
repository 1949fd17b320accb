import fc from 'fast-check';

/** What an attacker would try first: other types, huge and odd numbers, names that objects have already, deep and long things. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, maxDepth: 3 }) },
  fc.constantFrom<unknown>(
    Number.MAX_SAFE_INTEGER + 2,
    1e308,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    'x'.repeat(20_000),
    { __proto__: null, toString: 0 },
    { toJSON: 0 },
    JSON.parse('{"__proto__":{"polluted":1}}'),
    [[[[[[[[[[]]]]]]]]]],
  ),
);

/** The value with one member, however deep, replaced by anything, taken away, or joined by one more. */
export function mutated(value: object): fc.Arbitrary<unknown> {
  const paths = pathsIn(value);
  return fc
    .tuple(fc.constantFrom(...paths), hostile, fc.constantFrom('replace', 'remove', 'add'))
    .map(([path, thing, how]) => change(value, path, thing, how));
}

function pathsIn(value: unknown): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([name, member]) => pathsIn(member).map((path) => [name, ...path]))];
}

function change(value: unknown, [name, ...rest]: readonly string[], thing: unknown, how: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  if (name === undefined) return how === 'add' && isObject ? { ...value, 'another member': thing } : thing;
  if (!isObject) return thing;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  const member = (value as Record<string, unknown>)[name];
  if (how === 'remove' && rest.length === 0) delete (copy as Record<string, unknown>)[name];
  else (copy as Record<string, unknown>)[name] = change(member, rest, thing, how);
  return copy;
}
