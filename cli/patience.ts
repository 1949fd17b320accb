import type { Patience } from '../handlers/adapters/client-settings.ts';

/** Of a person who may be on another continent, for one call to one region; after that the next region is asked. */
export const personal: Patience = { connectMs: 2_000, answerMs: 4_000, attempts: 2 };
