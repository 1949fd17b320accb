import type { StepFunctions } from '../../deployment/steps.ts';
import type { Assign } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { admitPatience, admitted, forgotten } from './admit.ts';
import { caughtError } from './caught.ts';
import { stepTask } from './step-task.ts';

/** The return is a run of its own, and as old as this state. */
const since = { startTime: '{% $states.context.State.EnteredTime %}' } satisfies Assign;

/**
 * The end of a drill, as part of the execution that began it: it waits without a lease, so that a real incident is in nobody's way, and
 * then asks to be let in once more, with an epoch of its own. Where this execution is stopped meanwhile, the reconciler starts one.
 */
export function returnStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    WaitToReturn: {
      Type: 'Wait',
      Comment: 'The traffic is away for practice. Nobody holds the lease: whatever is real comes first.',
      Timestamp: '{% $returnAt %}',
      Next: 'AdmitReturn',
    },
    AdmitReturn: stepTask('admit', functions, {
      comment: 'Asks the ledger whether the drill is still to be led back, and takes the lease and a new epoch.',
      payload: {
        event: {
          service: '{% $drill.service %}',
          mode: 'drill',
          returns: '{% $drill.id %}',
          reason: '{% $drill.reason %}',
          requestedBy: '{% $drill.requestedBy %}',
        },
        execution: {
          arn: '{% $states.context.Execution.Id %}',
          startTime: '{% $states.context.State.EnteredTime %}',
        },
      },
      ...admitPatience,
      assign: { ...forgotten, ...admitted, ...since },
      next: 'Admitted?',
      onError: { next: 'Conclude', assign: { ...forgotten, ...since, error: caughtError } },
    }),
  };
}
