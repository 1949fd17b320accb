import { randomInt } from 'node:crypto';

/**
 * Where a soak begins: most likely where none has been. Seeds are 32 bits wide; half of them, less what the longest soak needs, is
 * what can be drawn, so that two that run at the same time hardly ever meet.
 */
export const freshSeed = (): number => randomInt(1, 2 ** 31 - 2 ** 24);
