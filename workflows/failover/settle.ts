import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { caughtError } from './caught.ts';
import { oneLine } from './one-line.ts';
import { publishing } from './publishing.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

/** What hooks there are for how the run ended: after people have heard of it, and without its lease, so that nothing waits for them. */
export function settleStates(functions: StepFunctions, topicArn: string, chat: boolean): Record<string, GuardedState> {
  return {
    'Settles?': {
      Type: 'Choice',
      Comment: 'The run is over. Are there hooks to call for how it ended?',
      Choices: [{ Condition: jsonata('$settles = true and $incident != null'), Next: 'Settle' }],
      Default: 'Ended?',
    },
    Settle: stepTask('settle', functions, {
      comment:
        'Calls the hooks that follow a move, a return or a move that came to nothing. What fails is told, and moves nothing.',
      payload: {
        incident: '{% $incident %}',
        verdict: '{% $verdict %}',
        ending: '{% $ending %}',
        isNews: '{% $isNews %}',
        shifted: jsonata("$exists($act.shifted.outcome) ? '' & $act.shifted.outcome : null"),
      },
      // As long as Prepare, and repeated as rarely: a hook may still be at work.
      timeoutSeconds: 900,
      retry: retry({ transient: 1, unanswered: 1, timeouts: false }),
      // The run's output is what Conclude said.
      output: '{% $states.input %}',
      next: 'Ended?',
      onError: { next: 'Unsettled', assign: { error: caughtError }, output: '{% $states.input %}' },
    }),
    Unsettled: publishing({
      topicArn,
      chat,
      comment: 'Wakes people: nobody knows which hooks were called after this run.',
      subject: 'Understudy could not call the hooks after a run',
      text: `$join([
      'The run itself is over, and traffic is where it says. Which of its hooks were called after it is not known.',
      'Incident: ' & ${oneLine('$incident.id')},
      'How it ended: ' & ${oneLine('$headline')},
      'What failed: ' & ${oneLine("$error.state & ': ' & $error.Error & ': ' & $error.Cause")},
      'Execution: ' & $states.context.Execution.Id
    ], '\\n')`,
      next: 'Ended?',
    }),
  };
}
