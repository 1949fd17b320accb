import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { announceBranch } from './announce.ts';
import { roundsMax } from './bounds.ts';
import { caughtError, caughtSentence } from './caught.ts';
import { moveBranch } from './move.ts';
import { rollbackEnding, rollbackPatience } from './rollback.ts';
import { stepTask } from './step-task.ts';

export function actStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    Act: {
      Type: 'Parallel',
      Comment: 'Tells people and moves the traffic, side by side: the move waits for nobody.',
      Branches: [announceBranch(functions), moveBranch(functions)],
      Catch: [{ ErrorEquals: ['States.ALL'], Assign: { error: caughtError }, Next: 'Undo' }],
      Assign: {
        act: jsonata("$merge([$states.result[1], {'deliveries': $states.result[0].deliveries}])"),
        preparedFor: '{% $states.result[1].prepared ? $way : $preparedFor %}',
      },
      Output: '{% $states.result[1] %}',
      Next: 'Acted?',
    },
    'Acted?': {
      Type: 'Choice',
      Comment: 'Where the world moved on between the evidence and the write, the whole question is asked again.',
      Choices: [
        {
          Comment: 'A drill that meets somebody else at the lever is not begun.',
          Condition: jsonata("$act.again = true and $incident.drill.kind = 'out'"),
          Next: 'Conclude',
        },
        {
          Condition: jsonata(`$act.again = true and $rounds < ${roundsMax}`),
          Assign: { rounds: '{% $rounds + 1 %}', act: null },
          Next: 'Assess',
        },
        {
          Comment: 'A write that is always too late is nothing that another try mends.',
          Condition: jsonata('$act.again = true'),
          Assign: {
            act: jsonata(`$merge([$act, {
              'again': false,
              'ending': 'failed',
              'because': 'the evidence was overtaken ${roundsMax + 1} times: ' & $act.because
            }])`),
          },
          Next: 'Conclude',
        },
      ],
      Default: 'Conclude',
    },
    Undo: stepTask('rollback', functions, {
      comment: 'The move broke in a way that nobody foresaw: whatever it wrote is taken back.',
      payload: {
        incident: '{% $incident %}',
        plan: '{% $verdict.plan %}',
        // Variables of the branch are gone with it.
        step: null,
        because: "{% $error.Error & ': ' & $error.Cause %}",
      },
      ...rollbackPatience,
      assign: {
        act: {
          again: false,
          ending: jsonata(rollbackEnding('$states.result.Payload')),
          because: jsonata("'' & $states.result.Payload.because"),
          rolledBack: '{% $states.result.Payload %}',
        },
      },
      next: 'Conclude',
      onError: {
        next: 'Conclude',
        assign: {
          act: {
            again: false,
            ending: 'rollback-failed',
            because: jsonata(`$error.Error & '; ' & ${caughtSentence}`),
          },
        },
      },
    }),
  };
}
