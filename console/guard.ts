import { createHash, timingSafeEqual } from 'node:crypto';

/** What there is to know of a request before anything is done for it. Header values as Node has them. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site and Sec-Fetch-Mode: https://www.w3.org/TR/fetch-metadata/ */
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly contentType: string | undefined;
  readonly token: string | undefined;
}

export interface Refusal {
  readonly status: 400 | 401 | 403 | 415;
  readonly because: string;
}

/**
 * Why a request is refused; null where it is not. The console listens on loopback, and so does every page in this person's browser
 * that guesses the port. A name that another site leads to 127.0.0.1 is told by Host alone; another port of this machine is the
 * same site, so that cookies would be sent along, and is told by Origin; a program of another person's on this machine is told by
 * the token.
 */
export function refusalOf(
  asked: Asked,
  { port, token }: { readonly port: number; readonly token: string },
): Refusal | null {
  const { method, path, host, origin, fetchSite, fetchMode } = asked;
  if (host === undefined || !ownHosts(port).includes(host)) {
    return { status: 403, because: 'this console answers to 127.0.0.1, localhost and [::1] alone' };
  }
  // A link in a chat leads here from another site, and shows a page that knows nothing before it has the token.
  if (method === 'GET' && path === '/' && fetchMode === 'navigate') return null;
  if (origin !== undefined && origin !== `http://${host}`)
    return { status: 403, because: 'another origin may not ask' };
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return { status: 403, because: 'another site may not ask' };
  }
  if (path === '/') return null;
  if (!sameToken(asked.token, token)) {
    return { status: 401, because: 'the token is missing or another one: open the address that the command printed' };
  }
  if (method === 'GET') return null;
  if (origin === undefined && fetchSite === undefined) {
    return { status: 400, because: 'what changes something says where it comes from: Origin or Sec-Fetch-Site' };
  }
  if (!/^application\/json(;|$)/i.test(asked.contentType ?? '')) {
    return { status: 415, because: 'a body is application/json' };
  }
  return null;
}

const ownHosts = (port: number): string[] => ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);

/** In a time that says nothing of how much of it is right. */
function sameToken(given: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}
