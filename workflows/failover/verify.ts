import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { looksMax, reasksMax, unseenMax } from './bounds.ts';
import { caughtSentence } from './caught.ts';
import { instantOrNull } from './instant.ts';
import { over } from './over.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

/** A region may fail while a ramp is watched, and this run keeps others from looking: nobody waits for that longer than a minute. */
const nextLookAt = `$min([$toMillis($bakeUntil), $toMillis($states.context.State.EnteredTime) + 60000])`;

export function verifyStates(functions: StepFunctions): Record<string, GuardedState> {
  const answer = '$states.result.Payload';
  const more = `$looks < ${looksMax} and $step + 1 < $count($verdict.plan.steps)`;
  const goesOn = `$verified.state = 'verified' and ($baked or $bakeUntil = null) and ${more}`;
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
        // Of a step that is watched, the first one holds, unless a later look finds that there is no time for it.
        bakeUntil: jsonata(`(
          $said := ${instantOrNull(`${answer}.bakeUntil`)};
          $said = null or ($bakeUntil != null and $toMillis($bakeUntil) < $toMillis($said)) ? $bakeUntil : $said
        )`),
        // Good, and later than the policy gives this step: the whole question is asked again.
        heldUp: jsonata(
          `$heldUp or (${answer}.state = 'verified' and $toMillis($states.context.State.EnteredTime) > $verifyUntil)`,
        ),
        // The requests were sent after this state was entered, so this is no younger than what they saw.
        seenAt: jsonata(`${answer}.state = 'verified' ? $toMillis($states.context.State.EnteredTime) : $seenAt`),
      },
      next: 'Verified?',
      onError: { next: 'Unseen?', assign: { failure: jsonata(caughtSentence), unseen: '{% $unseen + 1 %}' } },
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
          Comment:
            'This step is good, later than a run that was not held up or resumed comes here: is the move still right?',
          Condition: jsonata(`${goesOn} and $heldUp and $reasks < ${reasksMax}`),
          Assign: { reasks: '{% $reasks + 1 %}' },
          Next: 'Reassess',
        },
        {
          Comment: 'This step was watched for its time and still is good.',
          Condition: jsonata(`${goesOn} and $not($heldUp)`),
          Assign: { step: '{% $step + 1 %}', reached: '{% $step + 1 %}' },
          Next: 'Shift',
        },
        {
          Comment: 'This step is good: watch it before the next one.',
          Condition: jsonata(`$verified.state = 'verified' and $not($baked or $bakeUntil = null) and ${more}`),
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
    'Unseen?': {
      Type: 'Choice',
      Comment: 'A look that could not be taken says nothing about the move: look again, some times.',
      Choices: [{ Condition: jsonata(`$unseen < ${unseenMax}`), Next: 'WaitToSee' }],
      Default: 'Rollback',
    },
    WaitToSee: {
      Type: 'Wait',
      Comment: 'Gives what did not answer us some seconds.',
      Seconds: 5,
      Next: 'Verify',
    },
    WaitToLook: {
      Type: 'Wait',
      Comment: 'Gives the change time to reach everybody, then looks again.',
      Timestamp: '{% $lookAgainAt %}',
      Next: 'Verify',
    },
    Bake: {
      Type: 'Wait',
      Comment:
        'Watches this share of the traffic for the time that the policy wants: a look each minute, and one at the end.',
      Timestamp: jsonata(`$fromMillis(${nextLookAt})`),
      // The look after it has as much time as the one after the write had.
      Assign: {
        baked: jsonata(`$toMillis($bakeUntil) <= ${nextLookAt}`),
        heldUp: false,
        verifyUntil: jsonata(`${nextLookAt} + $verifyForMs`),
      },
      Next: 'Verify',
    },
  };
}
