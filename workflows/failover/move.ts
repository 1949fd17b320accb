import type { StepFunctions } from '../../deployment/steps.ts';
import { type Assign, jsonata } from '../asl.ts';
import type { GuardedFlow } from '../guarded.ts';
import { askAgainStates } from './ask-again.ts';
import { prepareStates } from './prepare.ts';
import { rollbackStates } from './rollback.ts';
import { shiftStates } from './shift.ts';
import { verifyStates } from './verify.ts';

/**
 * Hooks, then for each step of the plan the write, and looks at real traffic until it is verified; back to the exact
 * prior state where it is not. Ends with `{again, ending, because, prepared, shifted, verified, rolledBack}`, of which
 * the last three are the steps' last answers or null.
 *
 * Once Shift was tried, every way out but a proven one leads through Rollback: an attempt without an answer may have
 * written.
 */
export function moveBranch(functions: StepFunctions): GuardedFlow {
  return {
    StartAt: 'Hooks?',
    States: {
      'Hooks?': {
        Type: 'Choice',
        Comment: 'Hooks that have prepared this way already are not called again.',
        Choices: [
          {
            Condition: jsonata('$count($verdict.plan.prepare) > 0 and $preparedFor != $way'),
            Assign: start,
            Next: 'Prepare',
          },
        ],
        Assign: start,
        Default: 'Shift',
      },
      ...prepareStates(functions),
      ...shiftStates(functions),
      ...verifyStates(functions),
      ...askAgainStates(functions),
      ...rollbackStates(functions),
      MoveEnded: {
        Type: 'Succeed',
        Comment: 'What the move came to.',
        Output: jsonata(`$merge([$over, {
          'prepared': $prepared, 'shifted': $shifted, 'verified': $verified, 'rolledBack': $rolledBack
        }])`),
      },
    },
  };
}

/** A branch cannot set the variables around it, nor have its own by the same names: these belong to the move. */
const start = {
  /** Index into the plan's steps: the one to write, or written last. */
  step: 0,
  /** The last step that was tried. */
  reached: 0,
  /** When the evidence for the next write was gathered: Assess's, then that of the look that verified the last step. */
  seenAt: '{% $evidenceAt %}',
  prepared: '{% $preparedFor = $way %}',
  shifted: null,
  verified: null,
  rolledBack: null,
  /** Looks in this round, and how many good ones in a row. */
  looks: 0,
  streak: 0,
  /** Looks in this round that could not be taken. */
  unseen: 0,
  /** Whether the step was watched for its time already. */
  baked: false,
  /** Whether this run came to its next step later than it should have, held up or resumed: then all is asked again. */
  heldUp: false,
  /** How often that was, and what spoke against going on. */
  reasks: 0,
  doubt: null,
  verifyUntil: 0,
  verifyForMs: 0,
  lookAgainAt: null,
  /** Whether a pending answer is worth another look: this one began in time, or a row of good ones may be completed. */
  lookDue: false,
  bakeUntil: null,
  /** Whether Shift gave no answer before the one that it gave. */
  retried: false,
  /** Why to roll back, and whether to ask afresh after that. */
  failure: null,
  thenAgain: false,
  /** `{again, ending, because}`: how the move ended. */
  over: null,
} satisfies Assign;
