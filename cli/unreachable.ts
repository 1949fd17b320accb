/** AWS, or the sandbox that plays it, could not be reached or refused. The message says what was asked of whom. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`, { cause });
  }
}

/** Runs a call to AWS; whatever it throws becomes `Unreachable` with a sentence that says what was tried. */
export async function reaching<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw cause instanceof Unreachable ? cause : new Unreachable(what, cause);
  }
}
