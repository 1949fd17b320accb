import { type Assign, jsonata } from '../asl.ts';
import type { GuardedFlow, GuardedState } from '../guarded.ts';
import type { StepFunctions } from '../steps.ts';
import { looksMax } from './bounds.ts';
import { caughtSentence } from './caught.ts';
import { instantOrNull } from './instant.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

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
  /** When the evidence for the next write was gathered: Assess's, then that of the look that verified the last step. */
  seenAt: '{% $evidenceAt %}',
  prepared: '{% $preparedFor = $way %}',
  shifted: null,
  verified: null,
  rolledBack: null,
  /** Looks in this round, and how many good ones in a row. */
  looks: 0,
  streak: 0,
  /** Whether the step was watched for its time already. */
  baked: false,
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

function prepareStates(functions: StepFunctions): Record<string, GuardedState> {
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

function shiftStates(functions: StepFunctions): Record<string, GuardedState> {
  const answered = "$states.result.Payload.outcome in ['accepted', 'unchanged', 'rehearsed']";
  const because = "'' & $shifted.because";
  return {
    Shift: stepTask('shift', functions, {
      comment: 'Writes one step of the plan to the lever, if the evidence is fresh and the epoch is still ours.',
      payload: {
        incident: '{% $incident %}',
        plan: '{% $verdict.plan %}',
        step: '{% $step %}',
        evidenceAt: '{% $seenAt %}',
      },
      // Five ARC endpoints at 2 s each, twice, or KVS with a conflict: 20 s is plenty. The write is compare-and-set, so an
      // attempt without an answer is repeated. At the worst (1 + 2 + 1) × 20 s + 1 + 2 + 1 s = 84 s.
      timeoutSeconds: 20,
      retry: retry({ transient: 2, unanswered: 1 }),
      assign: {
        shifted: '{% $states.result.Payload %}',
        verifyUntil: jsonata(`${answered} ? $number($states.result.Payload.verifyUntil) : $verifyUntil`),
        verifyForMs: jsonata(
          `${answered} ? $number($states.result.Payload.verifyUntil) - $number($states.result.Payload.at) : $verifyForMs`,
        ),
        retried: '{% $sum([$states.context.State.RetryCount]) > 0 %}',
        streak: 0,
        baked: false,
      },
      next: 'Shifted?',
      onError: { next: 'Rollback', assign: { failure: jsonata(caughtSentence) } },
    }),
    'Shifted?': {
      Type: 'Choice',
      Comment: 'Was it written? Where the world has moved on, decide afresh; where that is not sure, roll back.',
      Choices: [
        { Condition: jsonata("$shifted.outcome in ['accepted', 'unchanged', 'rehearsed']"), Next: 'Verify' },
        {
          Comment: 'A ramp took so long that the last look is too old: one more look at the step that stands.',
          Condition: jsonata("$shifted.outcome = 'stale' and $step > 0"),
          Assign: { step: '{% $step - 1 %}', baked: true },
          Next: 'Verify',
        },
        {
          Comment: 'An attempt without an answer may have written: take that back before all is asked again.',
          Condition: jsonata("$shifted.outcome = 'stale' and $retried"),
          Assign: { failure: jsonata(because), thenAgain: true },
          Next: 'Rollback',
        },
        {
          Comment: 'Nothing was written: the evidence is too old, or the lever is no longer as it was decided upon.',
          Condition: jsonata("$shifted.outcome in ['stale', 'moved-meanwhile']"),
          Assign: { over: { again: true, ending: null, because: jsonata(because) } },
          Next: 'MoveEnded',
        },
        {
          Comment: 'A newer run owns the service: whatever there is to write is its to write.',
          Condition: jsonata("$shifted.outcome = 'fenced'"),
          Assign: { over: over("'fenced'", because) },
          Next: 'MoveEnded',
        },
        {
          Comment:
            'A person pressed pause: nothing more is written, and a ramp stays where it stands for people to see to.',
          Condition: jsonata("$shifted.outcome = 'paused'"),
          Assign: { over: over("$step = 0 ? 'held' : 'failed'", because) },
          Next: 'MoveEnded',
        },
        {
          Comment: 'The lever said no to the first step: there is nothing to take back.',
          Condition: jsonata("$shifted.outcome = 'refused' and $step = 0"),
          Assign: { over: over("'failed'", because) },
          Next: 'MoveEnded',
        },
      ],
      Assign: { failure: jsonata(`'Shift answered ' & $shifted.outcome & ': ' & $shifted.because`) },
      Default: 'Rollback',
    },
  };
}

function verifyStates(functions: StepFunctions): Record<string, GuardedState> {
  const answer = '$states.result.Payload';
  const more = `$looks < ${looksMax} and $step + 1 < $count($verdict.plan.steps)`;
  return {
    Verify: stepTask('verify', functions, {
      comment: 'Sends real requests through the front door from every observer: does the target answer them?',
      payload: {
        incident: '{% $incident %}',
        plan: '{% $verdict.plan %}',
        step: '{% $step %}',
        verifyUntil: '{% $verifyUntil %}',
        streak: '{% $streak %}',
      },
      // One look: a few requests that may each take the probe's timeout. At the worst (1 + 2 + 1) × 30 s + 4 s = 124 s.
      timeoutSeconds: 30,
      retry: retry({ transient: 2, unanswered: 1 }),
      assign: {
        verified: `{% ${answer} %}`,
        looks: '{% $looks + 1 %}',
        streak: `{% $number(${answer}.streak) %}`,
        lookAgainAt: jsonata(instantOrNull(`${answer}.lookAgainAt`)),
        lookDue: jsonata(`${answer}.state = 'pending'
          and (${answer}.streak > 0 or $toMillis($states.context.State.EnteredTime) <= $verifyUntil)`),
        bakeUntil: jsonata(instantOrNull(`${answer}.bakeUntil`)),
        // The requests were sent after this state was entered, so this is no younger than what they saw.
        seenAt: jsonata(`${answer}.state = 'verified' ? $toMillis($states.context.State.EnteredTime) : $seenAt`),
      },
      next: 'Verified?',
      onError: { next: 'Rollback', assign: { failure: jsonata(caughtSentence) } },
    }),
    'Verified?': {
      Type: 'Choice',
      Comment: 'Done, on to the next step, look again, or roll back.',
      Choices: [
        {
          Comment: 'All of the traffic is where it should be.',
          Condition: jsonata("$verified.state = 'verified' and $verified.done = true"),
          Assign: { over: over("$incident.mode = 'rehearsal' ? 'rehearsed' : 'recovered'", "'' & $verified.because") },
          Next: 'MoveEnded',
        },
        {
          Comment: 'This step was watched for its time and still is good.',
          Condition: jsonata(`$verified.state = 'verified' and ($baked or $bakeUntil = null) and ${more}`),
          Assign: { step: '{% $step + 1 %}' },
          Next: 'Shift',
        },
        {
          Comment: 'This step is good: watch it before the next one.',
          Condition: jsonata(`$verified.state = 'verified' and ${more}`),
          Next: 'Bake',
        },
        {
          Comment: 'Not yet, and there is time left.',
          Condition: jsonata(`$lookDue = true and $looks < ${looksMax}`),
          Next: 'WaitToLook',
        },
      ],
      Assign: { failure: jsonata("'Verify answered ' & $verified.state & ': ' & $verified.because") },
      Default: 'Rollback',
    },
    WaitToLook: {
      Type: 'Wait',
      Comment: 'Gives the change time to reach everybody, then looks again.',
      Timestamp: '{% $lookAgainAt %}',
      Next: 'Verify',
    },
    Bake: {
      Type: 'Wait',
      Comment: 'Watches this share of the traffic for the time that the policy wants, then looks once more.',
      Timestamp: '{% $bakeUntil %}',
      // The look after it has as much time as the one after the write had.
      Assign: { baked: true, verifyUntil: '{% $toMillis($bakeUntil) + $verifyForMs %}' },
      Next: 'Verify',
    },
  };
}

function rollbackStates(functions: StepFunctions): Record<string, GuardedState> {
  const answer = '$states.result.Payload';
  return {
    Rollback: stepTask('rollback', functions, {
      comment: 'Restores exactly what the lever said before the move, under the same epoch.',
      payload: { incident: '{% $incident %}', plan: '{% $verdict.plan %}', because: '{% $failure %}' },
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
 * (1 + 5 + 2) × 20 s + 1 + 2 + 4 + 8 + 10 + 1 + 2 s = 188 s.
 */
export const rollbackPatience = {
  timeoutSeconds: 20,
  retry: retry({ transient: 5, unanswered: 2, maxDelaySeconds: 10 }),
};

/** An answer that is not known is no proof that anything was restored. */
export const rollbackEnding = (answer: string): string =>
  `(${answer}.outcome in ['rolled-back', 'fenced'] ? ${answer}.outcome : 'rollback-failed')`;

/** The end of a move; both arguments are expressions. */
const over = (ending: string, because: string): Assign => ({
  again: false,
  ending: jsonata(ending),
  because: jsonata(because),
});
