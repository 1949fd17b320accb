import * as z from 'zod/mini';
import type { Outcome } from '../core/observation.ts';
import { canaryFields, look } from './canary.ts';
import type { flagsFromHere } from './flag.ts';
import { regionSchema } from './healthy-answer.ts';

/* What canaries watch, each by a canary of its own or several by one that is shared. */

/** Of one run: each flag is read once, however many targets heed it. */
type Flags = ReturnType<typeof flagsFromHere>;

export const regionalSchema = z.object({ ...canaryFields, expectedRegion: regionSchema });

export const frontDoorSchema = z.object({
  ...canaryFields,
  /** The regions of the service: whichever the lever says may answer, and nobody else. */
  regions: z.array(regionSchema).check(z.minLength(1)),
});

/** One regional API past its front door: it must be this region that answers, and answer well. */
export const lookAtRegion = (config: z.output<typeof regionalSchema>, flags?: Flags): Promise<Outcome> =>
  look(config, config.expectedRegion, flags);

/** A service where its callers enter. It stays green while another region answers for a dead one, as it should. */
export async function lookAtFrontDoor(config: z.output<typeof frontDoorSchema>): Promise<Outcome> {
  const outcome = await look(config, null);
  if (outcome.kind === 'bad') return outcome;
  const { servedBy } = outcome;
  if (servedBy !== null && config.regions.includes(servedBy)) return outcome;
  const detail = `served by ${servedBy ?? 'nobody'}, which is no region of the service`;
  return { kind: 'bad', because: 'wrong-region', detail };
}
