import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';

/** A member that may be given as JSON where the service's own API wants text. */
export const text = (given: JsonObject, member: string): Record<string, string> =>
  given[member] === undefined ? {} : { [member]: asText(given[member]) };

export const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const body = (value: Json | undefined): { Payload?: Uint8Array } =>
  value === undefined ? {} : { Payload: Buffer.from(JSON.stringify(value)) };

export const bodyText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString();

/** Step Functions' own members begin with small letters, which `Arguments` do not. */
export function sdkInput(service: string, operation: string, given: JsonObject): object {
  if (service === 'states') return lowerKeys(given);
  if (service === 'lambda' && operation === 'Invoke') {
    const { Payload, ...rest } = given;
    return { ...rest, ...body(Payload) };
  }
  return given;
}

export const lowerKeys = (given: JsonObject): Record<string, Json> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [`${key[0]?.toLowerCase()}${key.slice(1)}`, value]));

/** An answer as JSON: dates as ISO-8601, bytes as text; with `capitals` for the one API whose members have none. */
export function toJson(value: unknown, { capitals = false }: { capitals?: boolean } = {}): Json {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, { capitals }));
  if (!isObject(value)) return (value ?? null) as Json;
  const members = Object.entries(value).filter(([key, member]) => key !== '$metadata' && member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [capitals ? capital(key) : key, toJson(member, { capitals })]),
  );
}

export const capital = (key: string): string => `${key[0]?.toUpperCase()}${key.slice(1)}`;
