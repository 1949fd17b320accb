import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedFlow } from '../guarded.ts';
import { caughtSentence } from './caught.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

/** Beside the move, never before it. Ends with `{deliveries}` whatever happens. */
export function announceBranch(functions: StepFunctions): GuardedFlow {
  return {
    StartAt: 'Announce',
    States: {
      Announce: stepTask('announce', functions, {
        comment: 'Tells people, once for each way, what is about to happen and why. The move does not wait for it.',
        payload: {
          incident: '{% $incident %}',
          verdict: '{% $verdict %}',
          approval: '{% $approval %}',
          execution: { arn: '{% $states.context.Execution.Id %}' },
        },
        // Conclude waits for this branch: at the worst (1 + 1) × 10 s + 1 s = 21 s. No second message after a timeout.
        timeoutSeconds: 10,
        retry: retry({ transient: 1, unanswered: 0 }),
        next: 'Announced',
        onError: {
          next: 'Announced',
          output: {
            deliveries: [
              {
                channel: 'announce',
                delivered: false,
                attempts: '{% $sum([$states.context.State.RetryCount, 1]) %}',
                because: jsonata(caughtSentence),
              },
            ],
          },
        },
      }),
      Announced: { Type: 'Succeed', Comment: 'Told, or written down that they were not.' },
    },
  };
}
