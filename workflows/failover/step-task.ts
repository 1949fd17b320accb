import type { StepName } from '../../deployment/names.ts';
import type { StepFunctions } from '../../deployment/steps.ts';
import type { Assign, Template } from '../asl.ts';
import type { GuardedTask } from '../guarded.ts';
import { caughtError } from './caught.ts';

export interface StepTask {
  /** The sentence that an operator reads. */
  readonly comment: string;
  readonly payload: Template;
  readonly timeoutSeconds: number;
  readonly retry: GuardedTask['Retry'];
  /**
   * From `$states.result.Payload`. Also the place to check an answer: an expression that yields nothing or throws ends
   * in this task's Catch, while in a Choice, a Wait or a Fail it would end the run without a Conclude.
   */
  readonly assign?: Assign;
  readonly next: string;
  /** Where any error leads, and what is remembered of it; `$error` holds it where nothing else is said. */
  readonly onError: { readonly next: string; readonly assign?: Assign; readonly output?: Template };
  /** The function's answer where nothing else is said. */
  readonly output?: Template;
}

/** A Task that invokes a step's function and answers with what the function returned. */
export function stepTask(step: StepName, functions: StepFunctions, task: StepTask): GuardedTask {
  const { next, assign, output } = task.onError;
  const remembered = assign ?? (output === undefined ? { error: caughtError } : null);
  const kept = {
    ...(remembered !== null && { Assign: remembered }),
    ...(output !== undefined && { Output: output }),
  };
  return {
    Type: 'Task',
    Comment: task.comment,
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functions[step], Payload: task.payload },
    TimeoutSeconds: task.timeoutSeconds,
    Retry: task.retry,
    Catch: [{ ErrorEquals: ['States.ALL'], ...kept, Next: next }],
    ...(task.assign && { Assign: task.assign }),
    Output: task.output ?? '{% $states.result.Payload %}',
    Next: task.next,
  };
}
