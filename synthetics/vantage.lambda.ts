import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { region } from '../core/brand.ts';
import { burst } from './burst.ts';
import { flagsFromHere } from './flag.ts';
import { fromHere } from './from-here.ts';
import { type VantageResult, vantageEventSchema } from './vantage-contract.ts';

/**
 * Looks at every target from the region it runs in, and says what it saw. It decides nothing. Throws only when it was asked
 * something that is no question, or does not know where it is: then it abstains.
 */
export async function handler(event: unknown): Promise<VantageResult> {
  const parsed = vantageEventSchema.safeParse(event);
  if (!parsed.success) throw new Error(`not a vantage event:\n${z.prettifyError(parsed.error)}`);
  const observer = process.env['AWS_REGION'];
  if (observer === undefined || observer === '')
    throw new Error('AWS_REGION is not set: an observer must know where it is');

  const startedAt = Date.now();
  const observations = await burst(region(observer), parsed.data.targets, parsed.data.burst, {
    now: Date.now,
    wait,
    unique: randomUUID,
    ask: fromHere(),
    flag: flagsFromHere(),
  });
  return { observer: region(observer), startedAt, observations };
}
