import { createHash } from 'node:crypto';
import type { Ports } from './ports.ts';

/**
 * What Step Functions adds to JSONata, and what it takes away.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
 */
export function extraFunctions({ clock, random }: Pick<Ports, 'clock' | 'random'>): Readonly<Record<string, unknown>> {
  return {
    // Shadows the built-in one: the service answers T1006 for it, as for any name that is no function.
    eval: undefined,
    now: inJsonata(function (picture?: string, timezone?: string) {
      return this.environment.lookup('fromMillis').implementation.call(this, clock.now(), picture, timezone);
    }),
    millis: () => clock.now(),
    random: (seed?: number) => (seed === undefined ? random() : seeded(seed)),
    uuid: () => uuid(random),
    parse: (text?: string) => (text === undefined ? undefined : JSON.parse(text)),
    hash,
    range,
    partition,
  };
}

interface Focus {
  readonly environment: { lookup(name: string): { implementation(this: Focus, ...args: unknown[]): unknown } };
}

/** A function that jsonata calls as one of its own, with its environment as `this`. */
const inJsonata = (implementation: (this: Focus, ...args: string[]) => unknown): object => ({
  _jsonata_function: true,
  implementation,
});

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(data?: unknown, algorithm = 'SHA-1'): string | undefined {
  if (data === undefined) return undefined;
  const known = algorithms[algorithm];
  if (known === undefined) throw new Error(`Unsupported hash algorithm: ${algorithm}`);
  return createHash(known)
    .update(typeof data === 'string' ? data : JSON.stringify(data))
    .digest('hex');
}

/** At most this many: the limit of States.ArrayRange, which `$range` follows. */
const longestRange = 1000;

function range(from?: number, to?: number, step?: number): number[] | undefined {
  if (from === undefined || to === undefined || step === undefined) return undefined;
  if (step === 0) throw new Error('The step of $range must not be 0');
  if (Math.floor((to - from) / step) + 1 > longestRange) throw new Error(`$range gives at most ${longestRange} values`);
  const values: number[] = [];
  for (let n = 0, value = from; step > 0 ? value <= to : value >= to; n++, value = from + n * step) values.push(value);
  return sequence(values);
}

/** An array that jsonata takes for a sequence of its own, so that one value stands alone, as the service has it. */
function sequence<T>(values: T[]): T[] {
  return Object.defineProperty(values, 'sequence', { value: true, enumerable: false });
}

function partition(values?: unknown, size?: number): unknown[][] | undefined {
  if (values === undefined || size === undefined) return undefined;
  if (!(size >= 1)) throw new Error('The chunk size of $partition must be positive');
  const all = Array.isArray(values) ? values : [values];
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

function uuid(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] ?? 0) & 3);
  const hex = digits.map((digit) => digit.toString(16)).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same number for the same seed. Java's generator, which the service presumably uses: its first `nextDouble()`. */
function seeded(seed: number): number {
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - bits);
  };
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53;
}
