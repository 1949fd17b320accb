import type { Question } from '../../core/record.ts';
import { home, standby, t0 } from './world.ts';

/** Asked now, whether the service moves from home to its standby, with ten minutes to answer. */
export const questionOf = (change: Partial<Question> = {}): Question => ({
  incident: 'orders#1',
  from: home,
  to: standby,
  askedAt: t0,
  deadline: t0 + 600_000,
  onDeadline: 'abort',
  ...change,
});
