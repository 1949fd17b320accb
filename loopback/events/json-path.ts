/** The paths that targets use: `$`, `$.detail.state.value`, `$.resources[0]`, `$.detail['instance-id']`. */
export type JsonPath = readonly (string | number)[];

/** Null where it is no such path: filters, wildcards and `..` are not. */
export function parseJsonPath(text: string): JsonPath | null {
  if (!/^\$(?:\.[^.[\]*?()@\s]+|\[\d+\]|\['[^']+'\])*$/.test(text)) return null;
  return [...text.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)].map(([, name, index, quoted]) =>
    index === undefined ? (name ?? quoted ?? '') : Number(index),
  );
}

/** Undefined where the value has no such part. */
export function at(path: JsonPath, value: unknown): unknown {
  return path.reduce<unknown>((part, step) => {
    if (typeof part !== 'object' || part === null) return undefined;
    return Object.hasOwn(part, step) ? (part as Record<string | number, unknown>)[step] : undefined;
  }, value);
}
