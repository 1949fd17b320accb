import { StartFailed } from '../errors.ts';
import type { Starter } from '../ports.ts';
import { sentenceOf } from './vendor-error.ts';

/** Starts a run in the first control region that takes it. Rejects where none does, with what each of them said. */
export function nearestStarterOf(starters: readonly Starter[]): Starter {
  return {
    async start(service, input, name) {
      const refusals: string[] = [];
      for (const starter of starters) {
        try {
          return await starter.start(service, input, name);
        } catch (error) {
          refusals.push(sentenceOf(error));
        }
      }
      throw new StartFailed(`no control region started ${name}: ${refusals.join('; ')}`);
    },
  };
}
