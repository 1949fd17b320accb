import type { TokenRequest } from '../core/access.ts';
import type { Answer } from '../core/observation.ts';
import { membersOf } from './members.ts';
import type { ProbeRequest } from './probe.ts';

interface TokenPorts {
  readonly now: () => number;
  readonly probe: (request: ProbeRequest) => Promise<Answer>;
  readonly secretOf: (request: TokenRequest) => Promise<string>;
}

/** Asked for again so long before it ends. */
const earlyMs = 30_000;
/** Where a server does not say how long. */
const usualSeconds = 300;
const timeoutMs = 2_500;

export interface Tokens {
  /** Rejects with a sentence that names the endpoint, and never with what it said. */
  token(request: TokenRequest): Promise<string>;
  forget(request: TokenRequest): void;
}

/** Bearer tokens by client credentials, kept until shortly before they end. https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export function tokenCache(ports: TokenPorts): Tokens {
  const kept = new Map<string, { readonly token: string; readonly until: number }>();
  const keyOf = ({ url, clientId, scope }: TokenRequest) => JSON.stringify([url, clientId, scope]);
  return {
    async token(request) {
      const known = kept.get(keyOf(request));
      if (known !== undefined && ports.now() < known.until) return known.token;
      const got = await fetched(request, ports);
      kept.set(keyOf(request), { token: got.token, until: ports.now() + got.seconds * 1_000 - earlyMs });
      return got.token;
    },
    forget: (request) => void kept.delete(keyOf(request)),
  };
}

async function fetched(request: TokenRequest, { probe, secretOf }: TokenPorts) {
  const { url, clientId, scope } = request;
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) });
  const credentials = [clientId, await secretOf(request)].map(encodeURIComponent).join(':');
  const answer = await probe({
    url,
    method: 'POST',
    form: form.toString(),
    timeoutMs,
    resolvers: [],
    cacheBuster: null,
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  });
  if (answer.kind === 'failed') throw new Error(`no token from ${url}: ${answer.detail}`);
  if (answer.status !== 200) throw new Error(`no token from ${url}: status ${answer.status}`);
  const said = membersOf(answer.body);
  const token = said['access_token'];
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw new Error(`no token in what ${url} said`);
  const seconds = Number(said['expires_in'] ?? usualSeconds);
  return { token, seconds: Number.isFinite(seconds) ? seconds : usualSeconds };
}
