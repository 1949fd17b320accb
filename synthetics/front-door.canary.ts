import * as z from 'zod/mini';
import { canaryConfig, canaryFields, look } from './canary.ts';
import { regionSchema } from './healthy-answer.ts';

const configSchema = z.object({
  ...canaryFields,
  /** The regions of the service: whichever the lever says may answer, and nobody else. */
  regions: z.array(regionSchema).check(z.minLength(1)),
});

/** Watches a service where its callers enter. It stays green while another region answers for a dead one, as it should. */
export async function handler(): Promise<void> {
  const config = canaryConfig(configSchema);
  const servedBy = await look(config, null);
  if (servedBy === null || !config.regions.includes(servedBy)) {
    throw new Error(`wrong-region: served by ${servedBy ?? 'nobody'}, which is no region of the service`);
  }
}
