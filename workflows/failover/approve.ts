import type { StepFunctions } from '../../deployment/steps.ts';
import { jsonata } from '../asl.ts';
import type { GuardedState } from '../guarded.ts';
import { caughtError } from './caught.ts';
import { retry } from './retry.ts';

/**
 * Whoever has the token may answer anything: a tool of the customer's own does. Only `true` in an object is a yes, and only a text is
 * a name.
 */
const isObject = "$type($states.result) = 'object'";
const isYes = `(${isObject} and $type($states.result.approved) = 'boolean' and $states.result.approved)`;

export function approveStates(functions: StepFunctions): Record<string, GuardedState> {
  return {
    Approve: {
      Type: 'Task',
      Comment: 'Asks people, and waits until one answers or the deadline passes.',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: {
        FunctionName: functions.approve,
        Payload: {
          incident: '{% $incident %}',
          verdict: '{% $verdict %}',
          taskToken: '{% $states.context.Task.Token %}',
        },
      },
      // The policy's own deadline; the least that the States Language takes is a second.
      TimeoutSeconds: jsonata('$max([1, $ceil($verdict.approval.deadlineMs / 1000)])'),
      // Only calls that did not come through, within seconds. An attempt that ran has asked people: no second question.
      Retry: retry({ transient: 2, unanswered: 0 }),
      Catch: [
        {
          Comment: 'Nobody answered: the policy has said what that means.',
          ErrorEquals: ['States.Timeout'],
          Assign: {
            asks: '{% $asks + 1 %}',
            approval: {
              approved: "{% $verdict.approval.onDeadline = 'proceed' %}",
              by: null,
              decision: 'deadline',
              way: '{% $way %}',
            },
          },
          Next: 'Approved?',
        },
        { ErrorEquals: ['States.ALL'], Assign: { error: caughtError }, Next: 'Conclude' },
      ],
      Assign: {
        asks: '{% $asks + 1 %}',
        approval: {
          approved: `{% ${isYes} %}`,
          by: `{% ${isObject} and $type($states.result.by) = 'string' ? $substring($states.result.by, 0, 200) : null %}`,
          decision: `{% ${isYes} ? 'approved' : 'declined' %}`,
          way: '{% $way %}',
        },
      },
      // The answer may be as large as Step Functions takes it: it ends here.
      Output: { approved: `{% ${isYes} %}` },
      Next: 'Approved?',
    },
    'Approved?': {
      Type: 'Choice',
      Comment: 'What was approved is assessed afresh: the world may have changed while people were asked.',
      Choices: [{ Condition: jsonata('$approval.approved = true'), Next: 'Assess' }],
      Default: 'Conclude',
    },
  };
}
