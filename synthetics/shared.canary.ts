import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { askEveryMs } from '../deployment/canary-code.ts';
import { canaryConfig, faultOf } from './canary.ts';
import { flagsFromHere } from './flag.ts';
import { lookAtAll, type Seen } from './look-at-all.ts';
import { tellsAws } from './tell.aws.ts';
import { frontDoorSchema, lookAtFrontDoor, lookAtRegion, regionalSchema } from './watched.ts';

/** The name is that of the canary which a target would have for itself. */
const named = { name: z.string().check(z.minLength(1)) };

const configSchema = z.object({
  targets: z.array(z.union([z.extend(regionalSchema, named), z.extend(frontDoorSchema, named)])).check(z.minLength(1)),
});

const tellEveryMs = 500;

/**
 * Watches many targets, and says of each by itself what was seen. The run as a whole fails where anything is not good, for people who look at it:
 * no alarm and no rule is about that.
 */
export async function handler(): Promise<void> {
  const { targets } = canaryConfig(configSchema);
  const flags = flagsFromHere();
  const seen = await lookAtAll(
    targets,
    { askEveryMs, tellEveryMs },
    {
      look: (target) => ('expectedRegion' in target ? lookAtRegion(target, flags) : lookAtFrontDoor(target)),
      tell: tellsAws(process.env['AWS_REGION'] ?? '', process.env, Date.now),
      wait,
    },
  );
  const wrong = seen.flatMap(faultIn);
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${seen.length} are not well: ${wrong.join('; ')}`);
}

const faultIn = (seen: Seen): readonly string[] => {
  if (seen.kind === 'good') return [];
  return [`${seen.name}: ${seen.kind === 'blind' ? seen.detail : faultOf(seen)}`];
};
