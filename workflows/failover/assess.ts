import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { asksMax, rechecksMax } from './bounds.ts';
import { instantOrNull } from './instant.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

export function assessStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    Assess: stepTask('assess', functions, {
      comment:
        'Gathers fresh evidence (probes from every observer, alarms, the lever, readiness, the ledger) and weighs it: move with a plan, or hold and say what would change it.',
      payload: {
        incident: '{% $incident %}',
        previous: '{% $verdict %}',
        approved: '{% $approval.approved = true %}',
        // Nobody but the machine says so: who has a token can answer anything else.
        byDeadline: "{% $approval.decision = 'deadline' %}",
      },
      ...assessPatience,
      assign: {
        evidenceAt: '{% $states.result.Payload.evidenceAt %}',
        standing: '{% $states.result.Payload.standing %}',
        verdict: '{% $states.result.Payload.verdict %}',
        recheckAt: jsonata(instantOrNull('$states.result.Payload.recheckAt')),
        way: jsonata(`$states.result.Payload.verdict.kind = 'move'
          ? $states.result.Payload.verdict.plan.from & ' to ' & $states.result.Payload.verdict.plan.to
          : null`),
      },
      next: 'Decided?',
      onError: { next: 'Conclude' },
    }),
    'Decided?': {
      Type: 'Choice',
      Comment:
        'Look again where time may tell, ask where the policy wants a person, move where nothing is left to ask.',
      Choices: [
        {
          Comment: 'A hold that a few seconds may end.',
          Condition: jsonata(`$verdict.kind = 'hold' and $recheckAt != null and $rechecks < ${rechecksMax}`),
          Assign: { rechecks: '{% $rechecks + 1 %}' },
          Next: 'WaitToRecheck',
        },
        { Comment: 'A hold that is final.', Condition: jsonata("$verdict.kind = 'hold'"), Next: 'Conclude' },
        {
          Comment: 'Nobody has to be asked, or this very way was approved.',
          Condition: jsonata(`$verdict.kind = 'move' and ($verdict.approval = null or $approval.approved = true)
            and ($approval = null or $approval.way = $way)`),
          Next: 'Act',
        },
        {
          Comment: 'Another way than the one that was approved: that approval is spent.',
          Condition: jsonata(`$verdict.kind = 'move' and $approval != null and $asks < ${asksMax}`),
          Assign: { approval: null },
          Next: 'Assess',
        },
        {
          Comment: 'People have to agree to this way.',
          Condition: jsonata(`$verdict.kind = 'move' and $approval = null and $asks < ${asksMax}`),
          Next: 'Approve',
        },
      ],
      Assign: {
        error: {
          state: 'Decided?',
          Error: 'Understudy.NoWayForward',
          Cause: jsonata(`$verdict.kind = 'move'
            ? 'asked ${asksMax} times, and the way is another one again: ' & $way
            : 'no such verdict: ' & $verdict.kind`),
        },
      },
      Default: 'Conclude',
    },
    WaitToRecheck: {
      Type: 'Wait',
      Comment: 'Waits until the evidence may look different, then looks again.',
      Timestamp: '{% $recheckAt %}',
      Next: 'Assess',
    },
  };
}

/**
 * A burst of 5 probes, 1 s apart, that all time out after 5 s: 10 s; hooks and cold starts beside it. At the worst
 * (1 + 2 + 1) × 45 s + 1 + 2 + 1 s = 184 s.
 */
export const assessPatience = { timeoutSeconds: 45, retry: retry({ transient: 2, unanswered: 1 }) };

/** At the worst (1 + 2 + 1) × 10 s + 1 + 2 + 1 s = 44 s. */
export const decidePatience = { timeoutSeconds: 10, retry: retry({ transient: 2, unanswered: 1 }) };
