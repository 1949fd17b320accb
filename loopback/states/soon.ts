/** A value that is there, or will be: most are there, and a promise for each would cost more than they do. */
export type Soon<T> = T | Promise<T>;

/** Goes on with the value, at once where it is there. */
export const follow = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  value instanceof Promise ? value.then(next) : next(value);
