import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { assessPatience, decidePatience } from './assess.ts';
import { caughtSentence } from './caught.ts';
import { over } from './over.ts';
import { stepTask } from './step-task.ts';

/**
 * In the middle of a ramp that was held up, or resumed: the same question as before its first step, asked of fresh evidence, before
 * anything more is written. A ramp that would not be begun now is undone.
 */
export function askAgainStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    Reassess: stepTask('assess', functions, {
      comment: 'Gathers fresh evidence in the middle of a ramp that was held up or resumed, for Redecide to weigh.',
      payload: { incident: '{% $incident %}', previous: null, approved: null },
      ...assessPatience,
      // The next write rests on this evidence.
      assign: { seenAt: '{% $number($states.result.Payload.evidence.gatheredAt) %}' },
      next: 'Redecide',
      onError: { next: 'Rollback', assign: { failure: jsonata(caughtSentence) } },
    }),
    Redecide: stepTask('decide', functions, {
      comment: 'Asks by the rule of the first step whether this very move would be made now.',
      payload: {
        incident: '{% $incident %}',
        evidence: '{% $states.input.evidence %}',
        // People were asked before the first step.
        approved: true,
        underWay: '{% $verdict.plan %}',
      },
      ...decidePatience,
      assign: {
        doubt: jsonata(`$states.result.Payload.verdict.kind = 'move'
          ? null
          : {'reason': $states.result.Payload.verdict.reason, 'because': '' & $states.result.Payload.verdict.because}`),
        heldUp: false,
      },
      next: 'StillSo?',
      onError: { next: 'Rollback', assign: { failure: jsonata(caughtSentence) } },
    }),
    'StillSo?': {
      Type: 'Choice',
      Comment: 'On to the next step where the move would be made now; back where it would not.',
      Choices: [
        {
          Condition: jsonata('$doubt = null'),
          Assign: { step: '{% $step + 1 %}', reached: '{% $step + 1 %}' },
          Next: 'Shift',
        },
        {
          Comment: 'A person pressed pause: the ramp stays where it stands for people to see to.',
          Condition: jsonata("$doubt.reason = 'paused'"),
          Assign: { over: over("'failed'", "'' & $doubt.because") },
          Next: 'MoveEnded',
        },
      ],
      Assign: {
        failure: jsonata(
          "'held up at ' & $verdict.plan.steps[$step].percent & ' %, and would not be made now (' & $doubt.reason & '): ' & $doubt.because",
        ),
      },
      Default: 'Rollback',
    },
  };
}
