import type { State } from '../machine.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export const pass = (name: string, leaving: Leaving): State => ({
  name,
  run: (thread, input) => new Visit(thread, 'Pass', name, input).leave(leaving, input),
});
