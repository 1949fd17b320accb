import { canaryConfig, mustBeGood } from './canary.ts';
import { frontDoorSchema, lookAtFrontDoor } from './watched.ts';

export async function handler(): Promise<void> {
  mustBeGood(await lookAtFrontDoor(canaryConfig(frontDoorSchema)));
}
