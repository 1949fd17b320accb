import { randomBytes } from 'node:crypto';
import { type Access, type SecretPlace, secretPlaces } from '../core/access.ts';
import type { Failover, Service } from '../core/service.ts';
import type { Loopback } from '../loopback/loopback.ts';
import type { Answer, ApiRequest } from './regions/api.ts';

/**
 * The doors of the services that have some (`access`). Their keys are made up here and lie where the configuration says, in every
 * observer's region; whoever puts another one there has rotated it. Simplified: of a signature the scope alone is
 * looked at, and no certificate is asked for, because regions here speak HTTP.
 */
export interface Doors {
  /** Puts every key in its place, the same one everywhere. */
  seed(): Promise<void>;
  /** What a region answers to a request that may not come in; null for one that may. */
  refusal(service: string, request: ApiRequest): Answer | null;
  /** Headers that open a service's door, for its callers. */
  keys(service: string): Readonly<Record<string, string>>;
  /** What the token endpoint of `access.token` answers to an `Authorization` header. */
  token(authorization: string | undefined): { readonly status: number; readonly body: object };
}

/** Where keys lie. Doors look there directly, because an API goes on checking keys while AWS's own APIs are gone. */
type Places = Pick<Loopback, 'aws' | 'parameters' | 'secrets'>;

export function doors({ services, observers }: Pick<Failover, 'services' | 'observers'>, places: () => Places): Doors {
  const locked = new Map(
    services.flatMap(({ name, access }) => (access === undefined ? [] : [[name, access] as const])),
  );
  const tokens = new Set<string>();
  const read = (place: SecretPlace): readonly string[] =>
    observers.flatMap((region) => secretIn(place, region, places()) ?? []);

  function accepted(access: Access, name: string): readonly string[] {
    const value = access.headers[name];
    if (value === undefined || typeof value === 'string') return value === undefined ? [] : [value];
    return read(value).map((secret) => `${value.prefix ?? ''}${secret}`);
  }

  function opens(access: Access, { headers }: ApiRequest): Answer | null {
    for (const name of Object.keys(access.headers)) {
      if (!accepted(access, name).includes(headers[name] ?? '')) return refused(403, 'Forbidden');
    }
    const authorization = headers['authorization'] ?? '';
    if (access.token !== undefined && !tokens.has(authorization.replace(/^Bearer /, ''))) {
      return refused(401, 'Unauthorized');
    }
    if (access.sign !== undefined && !authorization.includes(`/${access.sign.service}/aws4_request`)) {
      return refused(403, 'Missing Authentication Token');
    }
    return null;
  }

  return {
    async seed() {
      for (const [name, asked] of bySecret([...locked.values()].flatMap(secretPlaces))) {
        const value = made(asked);
        for (const region of observers) await put(name, value, region, places());
      }
    },
    refusal(service, request) {
      const access = locked.get(service);
      return access === undefined ? null : opens(access, request);
    },
    keys(service) {
      const access = locked.get(service);
      if (access === undefined) return {};
      const names = Object.keys(access.headers);
      const headers = Object.fromEntries(names.map((name) => [name, accepted(access, name)[0] ?? '']));
      return access.token === undefined ? headers : { ...headers, authorization: `Bearer ${newToken()}` };
    },
    token(authorization) {
      const [, encoded = ''] = (authorization ?? '').split(' ');
      const given = Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent);
      for (const { token } of locked.values()) {
        if (token === undefined || given[0] !== token.clientId) continue;
        if (read(token.clientSecret).includes(given[1] ?? '')) {
          return { status: 200, body: { access_token: newToken(), token_type: 'Bearer', expires_in: 3_600 } };
        }
      }
      return { status: 401, body: { error: 'invalid_client' } };
    },
  };

  function newToken(): string {
    const token = randomBytes(24).toString('base64url');
    tokens.add(token);
    return token;
  }
}

const refused = (status: number, message: string): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
  service: null,
});

/** By the parameter or secret as a whole, with what of it is asked for. */
function bySecret(places: readonly SecretPlace[]): ReadonlyMap<SecretPlace, readonly SecretPlace[]> {
  const whole = new Map<string, SecretPlace[]>();
  for (const place of places) {
    const key = 'parameter' in place ? `ssm ${place.parameter}` : `secretsmanager ${place.secret}`;
    whole.set(key, [...(whole.get(key) ?? []), place]);
  }
  return new Map([...whole.values()].map((all) => [all[0] as SecretPlace, all]));
}

function made(places: readonly SecretPlace[]): string {
  const fields = places.flatMap((place) => ('secret' in place && place.field !== undefined ? [place.field] : []));
  if (fields.length === 0) return newKey();
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, newKey()])));
}

/** Like none that anybody has: it can be searched for. */
const newKey = () => `sandbox-key-${randomBytes(18).toString('base64url')}`;

async function put(place: SecretPlace, value: string, region: string, { aws }: Places): Promise<void> {
  if ('parameter' in place) {
    const input = { Name: place.parameter, Value: value, Type: 'SecureString', Overwrite: true };
    await aws.call('ssm', 'PutParameter', input, { region });
  } else {
    await aws.call('secretsmanager', 'CreateSecret', { Name: place.secret, SecretString: value }, { region });
  }
}

/** Undefined where nothing lies there, and where what was put there last has no such field: then no key opens the door. */
function secretIn(place: SecretPlace, region: string, { parameters, secrets }: Places): string | undefined {
  const text = 'parameter' in place ? parameters.value(place.parameter, region) : secrets.text(place.secret, region);
  if (text === undefined || !('field' in place) || place.field === undefined) return text?.trim();
  return fieldOf(text, place.field);
}

function fieldOf(json: string, name: string): string | undefined {
  try {
    const { [name]: value } = JSON.parse(json) as Readonly<Record<string, unknown>>;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Services that a vantage reads secrets for. */
export const hasDoors = ({ services }: { readonly services: readonly Pick<Service, 'access'>[] }): boolean =>
  services.some(({ access }) => access !== undefined);
