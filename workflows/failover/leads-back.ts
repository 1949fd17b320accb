import { jsonata } from '../asl.ts';
import { returnsMax } from './bounds.ts';

/* What leads a run of a drill to its way back. */

/** Whether the run that is concluded leads on to the end of its own drill: once. */
export const leadsBack = jsonata('$returnAt != null and $returns < 1');

/** Another run has the lease, and looks around for a minute at the most: it is asked again, before the reconciler would. */
export const waitsForOthers = {
  Comment: 'Another run is under way: this one waits for it, for a while.',
  Condition: jsonata(`$drill != null and $refusal.reason = 'held' and $returns < ${returnsMax}`),
  Assign: {
    returns: '{% $returns + 1 %}',
    returnAt: '{% $fromMillis($toMillis($states.context.State.EnteredTime) + 10000) %}',
  },
  Next: 'WaitToReturn',
} as const;
