import * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { bucketNameMax, copiesBucket } from '../deployment/names.ts';
import type { Mistake } from './mistake.ts';

export const consoleSchema = z.strictObject({ copies: z.boolean().default(false) }).prefault({});

/** Buckets with copies are named by deployment, account and region. */
export function* consoleMistakes(failover: Failover): Generator<Mistake> {
  if (!failover.console.copies) return;
  const [longest = ''] = failover.controlRegions
    .map((region) => copiesBucket(failover, region))
    .sort((a, b) => b.length - a.length);
  const over = longest.length - bucketNameMax;
  if (over <= 0) return;
  const message = `makes the name of a bucket, ${longest}, longer than ${bucketNameMax} characters; with console.copies a name has at most ${failover.name.length - over}`;
  yield { path: ['name'], message };
}
