import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { reasksMax } from './bounds.ts';
import { caughtSentence } from './caught.ts';
import { over } from './over.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

export function shiftStates(functions: StepFunctions): Record<string, GuardedState> {
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
        // Hooks and earlier steps have written since.
        standing: '{% $step = 0 and $count($verdict.plan.prepare) = 0 ? $standing : null %}',
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
        bakeUntil: jsonata(`${answered} ? null : $bakeUntil`),
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
          Comment:
            'A ramp was held up until its last look was too old: one more at the step that stands, then all is asked again.',
          Condition: jsonata(`$shifted.outcome = 'stale' and $step > 0 and $reasks < ${reasksMax}`),
          Assign: {
            step: '{% $step - 1 %}',
            // Of this step nothing was written, unless an attempt gave no answer.
            reached: '{% $retried ? $reached : $step - 1 %}',
            baked: true,
            heldUp: true,
          },
          Next: 'Verify',
        },
        {
          Comment: 'A write that is always too late is nothing that another look mends.',
          Condition: jsonata("$shifted.outcome = 'stale' and $step > 0"),
          Assign: { failure: jsonata(because) },
          Next: 'Rollback',
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
          Comment: 'A hand changed what this run had written: what a person did is not undone.',
          Condition: jsonata("$shifted.outcome = 'moved-by-hand'"),
          Assign: { over: over("'fenced'", because) },
          Next: 'MoveEnded',
        },
        {
          Comment: 'Resumed long after its lease ran out: the run writes nothing more, and people look.',
          Condition: jsonata("$shifted.outcome = 'too-late'"),
          Assign: { over: over("'failed'", because) },
          Next: 'MoveEnded',
        },
        {
          Comment:
            'A person pressed pause, or a drill is not alone: nothing more is written, and a ramp stays where it stands for people to see to.',
          Condition: jsonata("$shifted.outcome in ['paused', 'not-alone']"),
          Assign: { over: over("$step = 0 ? 'held' : 'failed'", because) },
          Next: 'MoveEnded',
        },
        {
          Comment:
            'The lever said no to the first step: there is nothing to take back, unless an attempt gave no answer.',
          Condition: jsonata("$shifted.outcome = 'refused' and $step = 0 and $not($retried)"),
          Assign: { over: over("'failed'", because) },
          Next: 'MoveEnded',
        },
      ],
      Assign: { failure: jsonata(`'Shift answered ' & $shifted.outcome & ': ' & $shifted.because`) },
      Default: 'Rollback',
    },
  };
}
