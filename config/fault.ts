/** Something wrong that no single member can tell, with where and what to do. */
export interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/** The path of a member of one service. */
export type At = (...path: (string | number)[]) => Fault['path'];

export function* repeated(values: readonly string[], path: (string | number)[]): Generator<Fault> {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) !== index) yield { path: [...path, index], message: `repeats ${value}` };
  }
}
