import { randomBytes } from 'node:crypto';
import { type Access, type SecretPlace, secretPlaces } from '../core/access.ts';
import type { Failover, Service } from '../core/service.ts';
import type { Aws } from '../loopback/aws/service.ts';
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
  refusal(service: string, request: ApiRequest): Promise<Answer | null>;
  /** Headers that open a service's door, for its callers. */
  keys(service: string): Promise<Readonly<Record<string, string>>>;
  /** What the token endpoint of `access.token` answers to an `Authorization` header. */
  token(authorization: string | undefined): Promise<{ readonly status: number; readonly body: object }>;
}

export function doors({ services, observers }: Pick<Failover, 'services' | 'observers'>, aws: () => Aws): Doors {
  const locked = new Map(
    services.flatMap(({ name, access }) => (access === undefined ? [] : [[name, access] as const])),
  );
  const tokens = new Set<string>();
  const read = async (place: SecretPlace): Promise<readonly string[]> =>
    Promise.all(observers.map((region) => secretIn(place, region, aws())));

  async function accepted(access: Access, name: string): Promise<readonly string[]> {
    const value = access.headers[name];
    if (value === undefined || typeof value === 'string') return value === undefined ? [] : [value];
    return (await read(value)).map((secret) => `${value.prefix ?? ''}${secret}`);
  }

  async function opens(access: Access, { headers }: ApiRequest): Promise<Answer | null> {
    for (const name of Object.keys(access.headers)) {
      if (!(await accepted(access, name)).includes(headers[name] ?? '')) return refused(403, 'Forbidden');
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
      for (const [name, places] of bySecret([...locked.values()].flatMap(secretPlaces))) {
        const value = made(places);
        for (const region of observers) await put(name, value, region, aws());
      }
    },
    async refusal(service, request) {
      const access = locked.get(service);
      return access === undefined ? null : opens(access, request);
    },
    async keys(service) {
      const access = locked.get(service);
      if (access === undefined) return {};
      const names = Object.keys(access.headers);
      const values = await Promise.all(names.map(async (name) => (await accepted(access, name))[0] ?? ''));
      const headers = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
      return access.token === undefined ? headers : { ...headers, authorization: `Bearer ${newToken()}` };
    },
    async token(authorization) {
      const [, encoded = ''] = (authorization ?? '').split(' ');
      const given = Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent);
      for (const { token } of locked.values()) {
        if (token === undefined || given[0] !== token.clientId) continue;
        if ((await read(token.clientSecret)).includes(given[1] ?? '')) {
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

async function put(place: SecretPlace, value: string, region: string, aws: Aws): Promise<void> {
  if ('parameter' in place) {
    const input = { Name: place.parameter, Value: value, Type: 'SecureString', Overwrite: true };
    await aws.call('ssm', 'PutParameter', input, { region });
  } else {
    await aws.call('secretsmanager', 'CreateSecret', { Name: place.secret, SecretString: value }, { region });
  }
}

async function secretIn(place: SecretPlace, region: string, aws: Aws): Promise<string> {
  if ('parameter' in place) {
    const input = { Name: place.parameter, WithDecryption: true };
    const { Parameter } = await aws.call('ssm', 'GetParameter', input, { region });
    return (Parameter as { readonly Value: string }).Value;
  }
  const { SecretString } = await aws.call('secretsmanager', 'GetSecretValue', { SecretId: place.secret }, { region });
  const text = String(SecretString);
  return place.field === undefined ? text : String((JSON.parse(text) as Record<string, unknown>)[place.field]);
}

/** Services that a vantage reads secrets for. */
export const hasDoors = ({ services }: { readonly services: readonly Pick<Service, 'access'>[] }): boolean =>
  services.some(({ access }) => access !== undefined);
