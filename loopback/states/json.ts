export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * A value between two states, with its text: the service hands text on as it came, so that `[1, 2]` of an execution's
 * input still has its blank in the last state's output, and it saves writing what did not change.
 */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

export const payload = (value: Json): Payload => new Written(value);

/** Written when somebody reads it. */
class Written implements Payload {
  readonly value: Json;
  #text: string | undefined;
  #isSmall: boolean | undefined;

  constructor(value: Json) {
    this.value = value;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.value);
    return this.#text;
  }

  /** Without writing it. */
  get isSurelySmall(): boolean {
    this.#isSmall ??= this.#text === undefined && bytesAtMost(this.value) <= maxPayloadBytes;
    return this.#isSmall;
  }
}

/** A parallel's or a map's result: the texts of its parts, in order. */
export const payloadList = (parts: readonly Payload[]): Payload => ({
  value: parts.map((part) => part.value),
  get text() {
    return `[${parts.map((part) => part.text).join(',')}]`;
  },
});

export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names that error causes use for types of values. */
export function typeName(value: Json): 'null' | 'array' | 'object' | 'boolean' | 'number' | 'string' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'object' | 'boolean' | 'number' | 'string';
}

/** Thrown by `plainJson` for what JSON cannot hold: functions, regular expressions, infinities. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

/** A copy without jsonata's marks on its sequences; `undefined` where there was nothing. */
export function plainJson(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(`${value}`);
      return value;
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? null : plainObject(value);
    default:
      throw new NotJson(typeof value);
  }
}

function plainObject(value: object): Json {
  if (Array.isArray(value)) return value.map((item) => plainJson(item) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw new NotJson('function');
  const copy: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(value)) {
    const plain = plainJson(member);
    if (plain !== undefined) copy[key] = plain;
  }
  return copy;
}

/** 256 KiB as UTF-8, the most that a state may take or give. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const maxPayloadBytes = 262_144;

/** Most payloads are far below, and need not be written to know that. */
export const isTooLarge = (given: Payload): boolean =>
  !(given instanceof Written && given.isSurelySmall) && isTextTooLarge(given.text);

/** UTF-8 takes at most 3 bytes for each UTF-16 unit: most texts need no counting. */
export const isTextTooLarge = (text: string): boolean =>
  text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes;

/** Lists are what is long, and the states of a run hand the same ones on. */
const known = new WeakMap<readonly Json[], number>();

function bytesOfList(list: readonly Json[]): number {
  let bytes = known.get(list);
  if (bytes === undefined) {
    bytes = 2;
    for (const item of list) bytes += bytesAtMost(item) + 1;
    known.set(list, bytes);
  }
  return bytes;
}

/** No fewer than the value's JSON has as UTF-8: a unit of a text takes six bytes at most, as `\u0001`, a number 24. */
export function bytesAtMost(value: Json): number {
  if (typeof value === 'string') return 6 * value.length + 2;
  if (typeof value !== 'object' || value === null) return 24;
  let bytes = 2;
  if (Array.isArray(value)) return bytesOfList(value);
  for (const key in value) bytes += 6 * key.length + 4 + bytesAtMost((value as JsonObject)[key] as Json);
  return bytes;
}
