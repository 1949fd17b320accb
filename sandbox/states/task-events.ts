import type { Details, HistoryEventType } from './history.ts';
import type { Resource, ServiceResource } from './resource.ts';

type Event = [HistoryEventType, Details?];

interface Scheduled {
  readonly parameters: string;
  readonly region: string;
  readonly timeoutInSeconds?: number;
  readonly heartbeatInSeconds?: number;
  readonly taskCredentials?: { readonly roleArn: string };
}

interface Told {
  readonly error?: string;
  readonly cause?: string;
}

/** The events of one task: a function by its own ARN has other ones than a service integration. */
interface TaskEvents {
  scheduled(details: Scheduled): Event;
  started(): Event;
  submitted(output: string): Event;
  succeeded(output: string): Event;
  failed(told: Told): Event;
  timedOut(told: Told): Event;
}

export const taskEvents = (resource: Resource): TaskEvents =>
  resource.kind === 'function' ? functionEvents(resource.arn) : serviceEvents(resource);

const outputDetails = { truncated: false };

const functionEvents = (resource: string): TaskEvents => ({
  scheduled: ({ parameters: input, timeoutInSeconds, taskCredentials }) => [
    'LambdaFunctionScheduled',
    {
      lambdaFunctionScheduledEventDetails: {
        resource,
        input,
        inputDetails: { truncated: false },
        ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
        ...(taskCredentials && { taskCredentials }),
      },
    },
  ],
  started: () => ['LambdaFunctionStarted'],
  submitted: () => {
    throw new Error('a function has nothing to submit');
  },
  succeeded: (output) => [
    'LambdaFunctionSucceeded',
    { lambdaFunctionSucceededEventDetails: { output, outputDetails } },
  ],
  failed: (told) => ['LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: told }],
  timedOut: (told) => ['LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: told }],
});

function serviceEvents({ resourceType, resource }: ServiceResource): TaskEvents {
  const which = { resourceType, resource };
  return {
    scheduled: (details) => ['TaskScheduled', { taskScheduledEventDetails: { ...which, ...details } }],
    started: () => ['TaskStarted', { taskStartedEventDetails: which }],
    submitted: (output) => ['TaskSubmitted', { taskSubmittedEventDetails: { ...which, output, outputDetails } }],
    succeeded: (output) => ['TaskSucceeded', { taskSucceededEventDetails: { ...which, output, outputDetails } }],
    failed: (told) => ['TaskFailed', { taskFailedEventDetails: { ...which, ...told } }],
    timedOut: (told) => ['TaskTimedOut', { taskTimedOutEventDetails: { ...which, ...told } }],
  };
}
