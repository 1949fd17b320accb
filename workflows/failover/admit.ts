import type { StepFunctions } from '../../deployment/steps.ts';
import { type Assign, jsonata } from '../asl.ts';
import type { GuardedChoice, GuardedTask } from '../guarded.ts';
import { caughtError } from './caught.ts';
import { waitsForOthers } from './leads-back.ts';
import { retry } from './retry.ts';
import { stepTask } from './step-task.ts';

/** Reading a variable that was never assigned ends an execution, so all of them are there from the first state on. */
export const forgotten = {
  incident: null,
  refusal: null,
  verdict: null,
  approval: null,
  act: null,
  error: null,
  /** When the evidence of the verdict was gathered, in milliseconds. */
  evidenceAt: null,
  /** What ledger and lever were like then, as Assess says where it would move: the first write need not read again what did not change. */
  standing: null,
  /** ISO-8601, or null where a hold is final. */
  recheckAt: null,
  /** `us-east-1 to us-west-2`: what the verdict would do, to compare verdicts by. */
  way: null,
  /** The way that hooks have prepared. A hook may take longer than evidence stays fresh: it is not run again after that. */
  preparedFor: null,
  /** ISO-8601: when the drill of this run is over; null where it began none. */
  returnAt: null,
} satisfies Assign;

/** Counted over the whole execution, the return of a drill included. */
const uncounted = {
  rounds: 0,
  rechecks: 0,
  asks: 0,
  returns: 0,
  /** The incident that began the drill which is to be led back. */
  drill: null,
} satisfies Assign;

const unset = { ...forgotten, ...uncounted, startTime: '{% $states.context.Execution.StartTime %}' } satisfies Assign;

export const admitted = {
  incident: jsonata('$states.result.Payload.admitted = true ? $states.result.Payload.incident : null'),
  refusal: jsonata('$states.result.Payload.admitted = true ? null : $states.result.Payload.refusal'),
} satisfies Assign;

/**
 * The same execution gets the same epoch again, so an attempt whose answer was lost is repeated. At the worst
 * (1 + 2 + 1) × 10 s + 1 + 2 + 1 s = 44 s.
 */
export const admitPatience = { timeoutSeconds: 10, retry: retry({ transient: 2, unanswered: 1 }) };

export function admitStates(functions: StepFunctions): { Admit: GuardedTask; 'Admitted?': GuardedChoice } {
  return {
    Admit: stepTask('admit', functions, {
      comment: 'Reads the event, asks the ledger whether a run is allowed, and takes the lease and a new epoch.',
      payload: {
        event: '{% $states.input %}',
        execution: {
          arn: '{% $states.context.Execution.Id %}',
          startTime: '{% $states.context.Execution.StartTime %}',
        },
      },
      ...admitPatience,
      assign: { ...unset, ...admitted },
      next: 'Admitted?',
      onError: { next: 'Conclude', assign: { ...unset, error: caughtError } },
    }),
    'Admitted?': {
      Type: 'Choice',
      Comment: 'A run that was refused says why and ends.',
      Choices: [{ Condition: jsonata('$incident != null'), Next: 'Assess' }, waitsForOthers],
      Default: 'Conclude',
    },
  };
}
