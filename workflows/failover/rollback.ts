import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { caughtSentence } from './caught.ts';
import { over } from './over.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

export function rollbackStates(functions: StepFunctions): Record<string, GuardedState> {
  const answer = '$states.result.Payload';
  return {
    Rollback: stepTask('rollback', functions, {
      comment:
        'Looks where that would lead; then restores exactly what the lever said before the move, under the same epoch, or leaves the move.',
      payload: {
        incident: '{% $incident %}',
        plan: '{% $verdict.plan %}',
        step: '{% $reached %}',
        because: '{% $failure %}',
      },
      ...rollbackPatience,
      assign: {
        rolledBack: `{% ${answer} %}`,
        over: {
          again: jsonata(`$thenAgain and ${answer}.outcome = 'rolled-back'`),
          ending: jsonata(`$thenAgain and ${answer}.outcome = 'rolled-back' ? null : ${rollbackEnding(answer)}`),
          because: `{% '' & ${answer}.because %}`,
        },
      },
      next: 'MoveEnded',
      onError: {
        next: 'MoveEnded',
        assign: { over: over("'rollback-failed'", `$failure & '; ' & ${caughtSentence}`) },
      },
    }),
  };
}

/**
 * Nothing waits behind a rollback and much depends on it, so it has more patience than any other step: at the worst
 * (1 + 5 + 2) × 40 s + 1 + 2 + 4 + 8 + 10 + 1 + 2 s = 348 s. A burst from every observer, and the lever, take up to 20 s.
 */
export const rollbackPatience = {
  timeoutSeconds: 40,
  retry: retry({ transient: 5, unanswered: 2, maxDelaySeconds: 10 }),
};

/** An answer that is not known is no proof that anything was restored. */
export const rollbackEnding = (answer: string): string =>
  `(${answer}.outcome in ['rolled-back', 'unproven', 'fenced'] ? ${answer}.outcome : 'rollback-failed')`;
