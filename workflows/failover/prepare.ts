import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { caughtSentence } from './caught.ts';
import { over } from './over.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

export function prepareStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    Prepare: stepTask('prepare', functions, {
      comment: "Calls the service's hooks before anything is written; a veto ends the move.",
      payload: { incident: '{% $incident %}', plan: '{% $verdict.plan %}' },
      // A function's longest life is 900 s. A hook may be called again after a lost answer, but not while it may still be
      // at work: after a timeout the move ends. At the worst (1 + 1 + 1) × 900 s + 1 + 1 s = 2,702 s.
      timeoutSeconds: 900,
      retry: retry({ transient: 1, unanswered: 1, timeouts: false }),
      assign: {
        prepared: "{% $states.result.Payload.outcome = 'ready' %}",
        over: {
          again: false,
          ending: "{% $states.result.Payload.outcome = 'vetoed' ? 'vetoed' : 'failed' %}",
          because: '{% $states.result.Payload.because %}',
        },
      },
      next: 'Prepared?',
      // A hook step stops by itself where a newer run has taken over.
      onError: {
        next: 'MoveEnded',
        assign: { over: over("$states.errorOutput.Error = 'Fenced' ? 'fenced' : 'failed'", caughtSentence) },
      },
    }),
    'Prepared?': {
      Type: 'Choice',
      Comment: 'Nothing was written yet: a veto leaves everything as it is.',
      Choices: [{ Condition: jsonata('$prepared = true'), Assign: { over: null }, Next: 'Shift' }],
      Default: 'MoveEnded',
    },
  };
}
