import { canaryConfig, mustBeGood } from './canary.ts';
import { lookAtRegion, regionalSchema } from './watched.ts';

export async function handler(): Promise<void> {
  mustBeGood(await lookAtRegion(canaryConfig(regionalSchema)));
}
