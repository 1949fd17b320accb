import { isWorthAnother, wasNotPerformed } from '../handlers/adapters/vendor-error.ts';
import { LedgerUnavailable } from '../handlers/errors.ts';

/** AWS, or the sandbox that plays it, could not be reached or refused. The message says what was asked of whom. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  /** Whether another region may say something else. */
  readonly isTheRegions: boolean;
  /** Whether what was asked for is known not to have been done. */
  readonly wasNotPerformed: boolean;

  constructor(what: string, cause: unknown) {
    super(`${what}: ${reasonOf(cause)}`, { cause });
    this.isTheRegions = isTheRegions(cause);
    this.wasNotPerformed = wasNotPerformed(innermost(cause));
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

/**
 * Whether the error may be one region's own: nobody answered, a server is broken or busy, or it takes neither our signature
 * nor our permission, or has not what the others have. What is wrong with the call itself is wrong everywhere.
 */
export function isTheRegions(cause: unknown): boolean {
  const inner = innermost(cause);
  if (isWorthAnother(inner) || codeOf(inner) !== '') return true;
  return inner instanceof Error && (timeouts.has(inner.name) || refusals.has(inner.name));
}

/** A clock, a permission by region, a region that the account has not opted in to, a replica or a machine that is gone. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'OptInRequired',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'ResourceNotFoundException',
  'SignatureDoesNotMatch',
  'StateMachineDoesNotExist',
  'UnrecognizedClientException',
]);

/** `fetch` and connections by several addresses wrap what went wrong; AWS's own errors carry no code of the system. */
function innermost(cause: unknown): unknown {
  if (cause instanceof AggregateError && cause.errors.length > 0) return innermost(cause.errors[0]);
  if ((cause instanceof TypeError || cause instanceof LedgerUnavailable) && cause.cause !== undefined) {
    return innermost(cause.cause);
  }
  return cause;
}

/** What the system calls it, such as `ECONNREFUSED`; empty where it is not the system's. */
function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(E[A-Z]+|EAI_[A-Z]+)$/.test(code) ? code : '';
}

const unresolved = new Set(['ENOTFOUND', 'EAI_AGAIN']);

const timeouts = new Set(['TimeoutError', 'AbortError', 'RequestTimeout']);
