import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Access } from '../core/access.ts';
import type { Region } from '../core/brand.ts';
import { judge } from '../core/judge.ts';
import { accessSchema } from './access-contract.ts';
import { type FlagPlace, feigns, flagPlaceSchema, flagsFromHere } from './flag.ts';
import { fromHere } from './from-here.ts';
import { healthyAnswerSchema, resolversSchema, urlSchema } from './healthy-answer.ts';

/** What every canary is told, whatever it looks at. */
export const canaryFields = {
  /** Complete, path included. */
  url: urlSchema,
  healthy: healthyAnswerSchema,
  resolvers: z._default(resolversSchema, []),
  access: z.optional(accessSchema),
  /** Asked for instead of the URL's host. */
  host: z.optional(z.string().check(z.minLength(1))),
  /** The flag of a detection drill. */
  flag: z.optional(flagPlaceSchema),
};

/**
 * Reads a canary's configuration: JSON in `UNDERSTUDY_CANARY`, the only way in that a Synthetics canary has besides its code.
 * Throws with one line per fault.
 */
export function canaryConfig<Schema extends z.core.$ZodType>(schema: Schema): z.output<Schema> {
  const text = process.env['UNDERSTUDY_CANARY'];
  if (text === undefined) throw new Error('UNDERSTUDY_CANARY is not set');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error('UNDERSTUDY_CANARY is not JSON', { cause });
  }
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) throw new Error(`UNDERSTUDY_CANARY is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

interface Looked {
  readonly url: string;
  readonly healthy: z.output<typeof healthyAnswerSchema>;
  readonly resolvers: readonly string[];
  readonly access?: Access | undefined;
  readonly host?: string | undefined;
  readonly flag?: FlagPlace | undefined;
}

/**
 * Asks once and tells which region gave the good answer. To fail is to throw: the Synthetics runtime turns that into a
 * failed run, that is SuccessPercent 0 and Failed 1, and its message into the reason of the run. Nothing of the runtime's
 * own modules is needed for that, so none is imported.
 */
export async function look(looked: Looked, expectedRegion: Region | null): Promise<Region | null> {
  const { url, healthy, resolvers, access, host, flag: place } = looked;
  const { method, send, timeoutMs } = healthy;
  const asked = { url, method, send, timeoutMs, resolvers, access, host, signedFor: expectedRegion };
  const [answer, flag] = await Promise.all([
    fromHere()({ ...asked, cacheBuster: randomUUID() }),
    place === undefined ? null : flagsFromHere()(place),
  ]);
  const outcome = judge(answer, healthy, expectedRegion);
  if (outcome.kind === 'bad') throw new Error(`${outcome.because}: ${outcome.detail}`);
  if (
    flag !== null &&
    place !== undefined &&
    expectedRegion !== null &&
    feigns(flag, place, expectedRegion, Date.now())
  ) {
    throw new Error('drill: good, and called bad by the flag of a detection drill');
  }
  return outcome.servedBy;
}
