import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Access } from '../core/access.ts';
import type { Region } from '../core/brand.ts';
import { judge } from '../core/judge.ts';
import type { Outcome } from '../core/observation.ts';
import { toldName, toldVariable } from '../deployment/canary-code.ts';
import { accessSchema } from './access-contract.ts';
import { type FlagPlace, flagPlaceSchema, flagsFromHere, heeding } from './flag.ts';
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
 * Reads a canary's configuration: JSON in `UNDERSTUDY_CANARY`, or where it is too much for an environment, in a file beside the code. A
 * Synthetics canary has no other way in. Throws with one line per fault.
 */
export function canaryConfig<Schema extends z.core.$ZodType>(schema: Schema): z.output<Schema> {
  const text = told();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${toldVariable} is not JSON`, { cause });
  }
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) throw new Error(`${toldVariable} is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function told(): string {
  const text = process.env[toldVariable];
  if (text !== undefined) return text;
  // The bundle is CommonJS, and these modules are not.
  const folder = typeof __dirname === 'string' ? __dirname : null;
  try {
    if (folder !== null) return readFileSync(join(folder, toldName), 'utf8');
  } catch (cause) {
    throw new Error(`${toldVariable} is not set, and there is no ${toldName} beside the code`, { cause });
  }
  throw new Error(`${toldVariable} is not set`);
}

interface Looked {
  readonly url: string;
  readonly healthy: z.output<typeof healthyAnswerSchema>;
  readonly resolvers: readonly string[];
  readonly access?: Access | undefined;
  readonly host?: string | undefined;
  readonly flag?: FlagPlace | undefined;
}

/** Asks once, and judges the answer. Rejects where the doors cannot be opened from here: that says nothing of a region. */
export async function look(looked: Looked, expectedRegion: Region | null, flags = flagsFromHere()): Promise<Outcome> {
  const { url, healthy, resolvers, access, host, flag: place } = looked;
  const { method, send, timeoutMs } = healthy;
  const asked = { url, method, send, timeoutMs, resolvers, access, host, signedFor: expectedRegion };
  const [answer, flag] = await Promise.all([
    fromHere()({ ...asked, cacheBuster: randomUUID() }),
    place === undefined ? null : flags(place),
  ]);
  return heeding(flag, place, judge(answer, healthy, expectedRegion), expectedRegion, Date.now());
}

/**
 * To fail is to throw: the Synthetics runtime turns that into a failed run, that is SuccessPercent 0 and Failed 1, and its message
 * into the reason of the run. Nothing of the runtime's own modules is needed for that, so none is imported.
 */
export function mustBeGood(outcome: Outcome): void {
  if (outcome.kind === 'bad') throw new Error(faultOf(outcome));
}

export const faultOf = ({ because, detail }: Extract<Outcome, { kind: 'bad' }>): string => `${because}: ${detail}`;
