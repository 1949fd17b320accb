import * as z from 'zod/mini';
import { canaryConfig, canaryFields, look } from './canary.ts';
import { regionSchema } from './healthy-answer.ts';

const configSchema = z.object({ ...canaryFields, expectedRegion: regionSchema });

/** Watches one regional API past its front door: it must be this region that answers, and answer well. */
export async function handler(): Promise<void> {
  const config = canaryConfig(configSchema);
  await look(config, config.expectedRegion);
}
