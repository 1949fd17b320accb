import { type Access, secretPlaces } from '../core/access.ts';
import type { Answer } from '../core/observation.ts';
import { type ProbeRequest, probe } from './probe.ts';
import type { Secrets } from './secrets.ts';
import { tokenCache } from './token.ts';

/** A probe with what opens the doors of its service. */
export interface Asked extends Omit<ProbeRequest, 'headers' | 'tls' | 'sign' | 'form'> {
  readonly access?: Access | undefined;
  /** Asked for instead of the URL's host, in `Host` and in TLS. */
  readonly host?: string | undefined;
  /** The region that is asked, for which a signature is made; null where any may answer. */
  readonly signedFor: string | null;
}

export type Ask = (asked: Asked) => Promise<Answer>;

export interface AskPorts {
  readonly now: () => number;
  readonly secrets: Secrets;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * How every probe asks: those of canaries, journeys, vantages and fast probes. Rejects where the doors cannot be opened from here,
 * because a key that cannot be read says nothing of a region: who asked abstains. A refusal (401, 403) is asked about once
 * more if a secret has been rotated since it was read.
 */
export function asker({ now, secrets, env }: AskPorts): Ask {
  const send = (request: ProbeRequest) => probe(request, { now });
  const tokens = tokenCache({
    now: Date.now,
    probe: send,
    secretOf: ({ clientSecret }) => secrets.value(clientSecret),
  });

  async function opened({ access, host, signedFor, ...request }: Asked): Promise<Answer> {
    if (access === undefined) return send({ ...request, ...(host !== undefined && { headers: { host } }) });
    const { certificate, sign, token } = access;
    const headers = await headersOf(access, secrets);
    const bearer = token === undefined ? {} : { authorization: `Bearer ${await tokens.token(token)}` };
    return send({
      ...request,
      headers: { ...headers, ...bearer, ...(host !== undefined && { host }) },
      ...(certificate !== undefined && { tls: await tlsOf(certificate, secrets) }),
      ...(sign !== undefined && { sign: (await signers()).signer(sign.service, signedFor, env) }),
    });
  }

  return async (asked) => {
    const { access } = asked;
    const answer = await opened(asked);
    if (access === undefined || answer.kind === 'failed' || !refusals.has(answer.status)) return answer;
    if (!(await secrets.renewed(secretPlaces(access)))) return answer;
    if (access.token !== undefined) tokens.forget(access.token);
    return opened(asked);
  };
}

/** Loaded when a probe is first signed, because most are not. */
const signers = () => import('./sign.ts');

/** https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2; API Gateway says 403 for a key that it does not know. */
const refusals: ReadonlySet<number> = new Set([401, 403]);

async function headersOf({ headers }: Access, secrets: Secrets): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(headers).map(async ([name, value]): Promise<[string, string]> => {
      if (typeof value === 'string') return [name, value];
      const secret = await secrets.value(value);
      // Node's message would not quote it either, but it would not say which secret is wrong.
      if (!/^[\x20-\x7e\t]*$/.test(secret))
        throw new Error(`what lies there for the header ${name} is no header value`);
      return [name, `${value.prefix ?? ''}${secret}`];
    }),
  );
  return Object.fromEntries(entries);
}

async function tlsOf({ certificate, key, authority }: NonNullable<Access['certificate']>, secrets: Secrets) {
  const [cert, privateKey, ca] = await Promise.all([
    secrets.value(certificate),
    secrets.value(key),
    authority === undefined ? undefined : secrets.value(authority),
  ]);
  return { cert, key: privateKey, ...(ca !== undefined && { ca }) };
}
