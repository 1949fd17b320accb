/** AWS, or the sandbox that plays it, could not be reached or refused. The message says what was asked of whom. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  /** Whether another region may answer: nobody did here, or a server that is broken. A refusal would be the same there. */
  readonly isOutage: boolean;

  constructor(what: string, cause: unknown) {
    super(`${what}: ${reasonOf(cause)}`, { cause });
    this.isOutage = isOutage(cause);
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

/** In a person's words where there are better ones than the library's. */
function reasonOf(cause: unknown): string {
  const inner = innermost(cause);
  const { name, message } = inner instanceof Error ? inner : new Error(String(inner));
  if (codeOf(inner) === 'ECONNREFUSED') {
    const { address, port } = inner as { address?: string; port?: number };
    return `nothing listens at ${address}:${port} (connection refused); is it up, and is that the right address?`;
  }
  if (unresolved.has(codeOf(inner))) return `its name does not resolve (${message}); is the address right?`;
  if (timeouts.has(name) || codeOf(inner) === 'ETIMEDOUT') return `no answer in time (${message})`;
  if (name === 'CredentialsProviderError')
    return 'there are no AWS credentials: set AWS_PROFILE, or sign in; for a sandbox set AWS_ENDPOINT_URL or --endpoint';
  return `${name}: ${message}`;
}

function isOutage(cause: unknown): boolean {
  const inner = innermost(cause);
  const status = (cause as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode ?? 0;
  return status >= 500 || codeOf(inner) !== '' || (inner instanceof Error && timeouts.has(inner.name));
}

/** `fetch` and connections by several addresses wrap what went wrong; AWS's own errors carry no code of the system. */
function innermost(cause: unknown): unknown {
  if (cause instanceof AggregateError && cause.errors.length > 0) return innermost(cause.errors[0]);
  if (cause instanceof TypeError && cause.cause !== undefined) return innermost(cause.cause);
  return cause;
}

/** What the system calls it, such as `ECONNREFUSED`; empty where it is not the system's. */
function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(E[A-Z]+|EAI_[A-Z]+)$/.test(code) ? code : '';
}

const unresolved = new Set(['ENOTFOUND', 'EAI_AGAIN']);

const timeouts = new Set(['TimeoutError', 'AbortError', 'RequestTimeout']);
