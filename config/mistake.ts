/** Something wrong that no single member can tell, with where and what to do. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The path of a member of one service. */
export type At = (...path: (string | number)[]) => Mistake['path'];

/** A mistake for every value that stands earlier too. They are the members of a list, or those of `keys`; `member` is theirs. */
export function* repeated(
  values: readonly string[],
  path: Mistake['path'],
  keys: readonly string[] = [],
  member?: string,
): Generator<Mistake> {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue;
    const at = [...path, keys[index] ?? index, ...(member === undefined ? [] : [member])];
    yield { path: at, message: `repeats ${value}` };
  }
}
