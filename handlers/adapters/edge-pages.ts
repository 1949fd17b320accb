import * as z from 'zod';
import { chunks } from '../../core/chunks.ts';
import type { Wait } from '../ports.ts';
import { type Change, type StoredPages, UPDATE_KEYS_MAX } from './stored-pages.ts';
import { isOurMistake, sentenceOf } from './vendor-error.ts';

const requestSchema = z.object({
  /** ARN of the store. */
  store: z.string().min(1),
  /** Only where the store is not AWS's own. */
  endpoint: z.url().optional(),
});

/** Throws where the template gave something else. */
export const parseEdgePagesRequest = (properties: unknown) => requestSchema.parse(properties);

const pagesSchema = z.object({
  /** All that begins with it, and is not here, is taken away. */
  keyPrefix: z.string().min(1),
  pages: z.array(z.object({ key: z.string().min(1), value: z.string(), depth: z.number().int() })),
});

export type EdgePages = z.output<typeof pagesSchema>;

/** Throws where the layer holds something else. */
export const parseEdgePages = (text: string): EdgePages => pagesSchema.parse(JSON.parse(text));

/**
 * Makes the keys below the prefix what they are to be, and touches no other key: who serves is none of its business. Edges learn of keys
 * one by one, so pages are there for a while before one leads to them, and go a while after none does.
 *
 * A write ends the ETag that moves of traffic have read, which then read again. So there is a pause after each, in which a move gets its
 * turn, however many keys a deployment has. A write of a move's in turn ends ours, which is repeated.
 *
 * Throws where the store does not answer, or is never found unchanged: CloudFormation then puts the stack back to what it was.
 */
export async function writePages(
  { keyPrefix, pages }: EdgePages,
  store: StoredPages,
  wait: Wait,
): Promise<{ readonly changed: number }> {
  let errors = 0;
  for (;;) {
    try {
      return { changed: await attempt(keyPrefix, pages, store, wait) };
    } catch (error) {
      errors += 1;
      if (isOurMistake(error) || errors === errorsMax) {
        throw new Error(`which service a request belongs to was not written to the store: ${sentenceOf(error)}`, {
          cause: error,
        });
      }
      // Whether an unanswered write was performed, the keys tell.
      await wait(turnMs);
    }
  }
}

async function attempt(keyPrefix: string, pages: EdgePages['pages'], store: StoredPages, wait: Wait): Promise<number> {
  const stands = await store.list(keyPrefix);
  const changed = pages.filter(({ key, value }) => stands.get(key) !== value);
  const depths = [...new Set(changed.map(({ depth }) => depth))].toSorted((a, b) => b - a);
  const wanted = new Set(pages.map(({ key }) => key));
  const waves: Change[][] = [
    ...depths.map((depth) =>
      chunks(
        changed.filter((page) => page.depth === depth),
        UPDATE_KEYS_MAX,
      ).map((some): Change => ({ puts: some.map(({ key, value }) => [key, value] as const), deletes: [] })),
    ),
    chunks(
      [...stands.keys()].filter((key) => !wanted.has(key)),
      UPDATE_KEYS_MAX,
    ).map((deletes): Change => ({ puts: [], deletes })),
  ].filter((wave) => wave.length > 0);
  for (const [index, wave] of waves.entries()) {
    if (index > 0) await wait(propagationMs);
    for (const change of wave) await update(change, store, wait);
  }
  return waves.flat().reduce((sum, { puts, deletes }) => sum + puts.length + deletes.length, 0);
}

async function update(change: Change, store: StoredPages, wait: Wait): Promise<void> {
  for (let tries = 0; tries < conflictsMax; tries++) {
    const outcome = await store.update(change, await store.etag());
    await wait(turnMs);
    if (outcome === 'written') return;
  }
  throw new Error(`every one of ${conflictsMax} writes met a conflict`);
}

/** A move reads the ETag and two keys, and writes: four calls of some 50 ms. */
const turnMs = 300;

/** "A few seconds", says AWS, and promises nothing. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions.html */
const propagationMs = 10_000;

const conflictsMax = 20;
const errorsMax = 3;
