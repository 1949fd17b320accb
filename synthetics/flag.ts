import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import * as z from 'zod/mini';
import type { Region } from '../core/brand.ts';
import { drillHoldMaxMs } from '../core/drill-record.ts';
import type { Outcome } from '../core/observation.ts';
import { awsSecrets } from './secrets.aws.ts';

/** Where the flag of a service lies, and whose signature it must have. */
export const flagPlaceSchema = z.object({
  /** Name of a parameter, in the observer's own region. */
  parameter: z.string().check(z.minLength(1)),
  /** Ed25519, as base64 of its SubjectPublicKeyInfo. */
  publicKey: z.string().check(z.minLength(1)),
  service: z.string().check(z.minLength(1)),
});

export type FlagPlace = z.infer<typeof flagPlaceSchema>;

const flagSchema = z.object({
  v: z.literal(1),
  /** Of the drill, as the ledger names it. */
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  service: z.string(),
  /** That looks ill. */
  region: z.string(),
  /** Milliseconds since 1970. */
  until: z.number(),
});

export type Flag = z.infer<typeof flagSchema>;

/** `<flag>.<signature>`, both base64url. Throws where the key is no Ed25519 key. */
export function signedFlag(flag: Flag, privateKey: string): string {
  const body = Buffer.from(JSON.stringify(flag));
  const signature = sign(null, body, createPrivateKey(privateKey));
  return `${body.toString('base64url')}.${signature.toString('base64url')}`;
}

/** What an observer says of what it has seen of a region: only a region's own good answer is called bad for practice, and what is bad stays what it is. */
export function heeding(
  text: string | null | undefined,
  place: FlagPlace | undefined,
  seen: Outcome,
  region: Region | null,
  now: number,
): Outcome {
  if (seen.kind === 'bad' || text == null || place === undefined || region === null) return seen;
  return feigns(text, place, region, now) ? feigned : seen;
}

/** Whether this text bids an observer call the region of the service bad now. Whatever is wrong with it, and where it is to hold for longer than an hour, it says nothing. */
export function feigns(text: string, { publicKey, service }: FlagPlace, region: Region, now: number): boolean {
  try {
    const [body = '', signature = ''] = text.split('.').map((part) => Buffer.from(part, 'base64url'));
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    if (typeof body === 'string' || typeof signature === 'string' || !verify(null, body, key, signature)) return false;
    const flag = flagSchema.parse(JSON.parse(body.toString()));
    return flag.service === service && flag.region === region && now < flag.until && flag.until - now <= drillHoldMaxMs;
  } catch {
    return false;
  }
}

/** What is said then of an answer that was good. */
const feigned = {
  kind: 'bad',
  because: 'drill',
  detail: 'good, and called bad by the flag of a detection drill',
} as const;

/** What lies there, once for each call of a function; null where nothing does, or it cannot be read. */
export function flagsFromHere(env: Readonly<Record<string, string | undefined>> = process.env) {
  const read = awsSecrets(env['AWS_REGION'] ?? '', env);
  const known = new Map<string, Promise<string | null>>();
  return (place: FlagPlace): Promise<string | null> => {
    const found = known.get(place.parameter) ?? read({ parameter: place.parameter }).catch(() => null);
    known.set(place.parameter, found);
    return found;
  };
}
