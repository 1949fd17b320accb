declare const brand: unique symbol;

/** A value that the compiler keeps apart from others of the same shape. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An AWS region name such as `us-east-1`, or one that the sandbox plays. */
export type Region = Brand<string, 'Region'>;

/** The fencing token of a service. It only grows; a write with an older one changes nothing. */
export type Epoch = Brand<number, 'Epoch'>;

/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const region = (name: string): Region => name as Region;
export const epoch = (value: number): Epoch => value as Epoch;

/** Closes a `switch` over a union: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** An invariant that holds in production too; the message says which one. */
export function invariant(holds: boolean, which: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${which}`);
}
