import type { State } from '../machine.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export const succeed = (name: string, leaving: Leaving): State => ({
  name,
  run: (thread, input) => new Visit(thread, 'Succeed', name, input).leave(leaving, input),
});
