import { bounded } from '../adapters/bounded.ts';
import { ConfigurationError, NotificationFailed } from '../errors.ts';
import type { Wait } from '../ports.ts';

export interface Letter {
  /** A secret where the channel says so: it is in no error. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface PostOptions {
  /** As errors name it: `Slack`. */
  readonly who: string;
  readonly wait: Wait;
  /** For one message: reading its secrets, both attempts and the pause between them. */
  readonly timeoutMs?: number | undefined;
  /** The longest `Retry-After` that is waited for; a longer one fails at once. */
  readonly retryAfterMaxMs?: number | undefined;
}

/**
 * Posts JSON to somebody else's server, twice where it says when to come again. Rejects with `NotificationFailed`, in which there is
 * neither address nor body, because both may hold secrets.
 */
export async function post(
  { who, wait, timeoutMs = 5_000, retryAfterMaxMs = 3_000 }: PostOptions,
  letter: () => Promise<Letter>,
): Promise<void> {
  const status = await bounded(timeoutMs, undefined, async (signal, leftMs) => {
    const written = await letter();
    const response = await sent(written, signal);
    const retryAfterMs = response.status === 429 ? retryAfterOf(response) : null;
    await discard(response);
    if (retryAfterMs === null || retryAfterMs > Math.min(retryAfterMaxMs, leftMs())) return response.status;
    await wait(retryAfterMs);
    const again = await sent(written, signal);
    await discard(again);
    return again.status;
  }).catch((error: unknown) => {
    throw isTold(error) ? error : unreachable(who, error);
  });
  if (status < 200 || status >= 300) {
    throw new NotificationFailed(`${who} answered with status ${status}`, { isFinal: isFinal(status) });
  }
}

/** What the same request is answered with again. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

const isTold = (error: unknown): boolean => error instanceof NotificationFailed || error instanceof ConfigurationError;

function sent({ url, headers, body }: Letter, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    // Wherever a redirect leads, it was not configured.
    redirect: 'manual',
    signal,
  });
}

/** Without the cause: fetch's errors may quote the URL. */
function unreachable(who: string, error: unknown): NotificationFailed {
  return new NotificationFailed(`${who} could not be reached (${codeOf(error)})`);
}

/** In seconds; a date is left to the caller's own pause. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterOf(response: Response): number | null {
  const header = response.headers.get('retry-after');
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

/** Frees the connection; what the answer says beside its status helps nobody. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel();
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause: unknown = error.cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
