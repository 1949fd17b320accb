import type { Details, HistoryEventType } from './history.ts';
import type { Payload } from './json.ts';
import type { Resource, ServiceResource } from './resource.ts';

type Event = [HistoryEventType, (() => Details)?];

interface Scheduled {
  readonly parameters: Payload;
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
  submitted(output: Payload): Event;
  succeeded(output: Payload): Event;
  failed(told: Told): Event;
  timedOut(told: Told): Event;
}

export const taskEvents = (resource: Resource): TaskEvents =>
  resource.kind === 'function' ? functionEvents(resource.arn) : serviceEvents(resource);

const outputDetails = { truncated: false };

const functionEvents = (resource: string): TaskEvents => ({
  scheduled: ({ parameters, timeoutInSeconds, taskCredentials }) => [
    'LambdaFunctionScheduled',
    () => ({
      lambdaFunctionScheduledEventDetails: {
        resource,
        input: parameters.text,
        inputDetails: { truncated: false },
        ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
        ...(taskCredentials && { taskCredentials }),
      },
    }),
  ],
  started: () => ['LambdaFunctionStarted'],
  submitted: () => {
    throw new Error('a function has nothing to submit');
  },
  succeeded: (output) => [
    'LambdaFunctionSucceeded',
    () => ({ lambdaFunctionSucceededEventDetails: { output: output.text, outputDetails } }),
  ],
  failed: (told) => ['LambdaFunctionFailed', () => ({ lambdaFunctionFailedEventDetails: told })],
  timedOut: (told) => ['LambdaFunctionTimedOut', () => ({ lambdaFunctionTimedOutEventDetails: told })],
});

function serviceEvents({ resourceType, resource }: ServiceResource): TaskEvents {
  const which = { resourceType, resource };
  return {
    scheduled: ({ parameters, ...details }) => [
      'TaskScheduled',
      () => ({ taskScheduledEventDetails: { ...which, parameters: parameters.text, ...details } }),
    ],
    started: () => ['TaskStarted', () => ({ taskStartedEventDetails: which })],
    submitted: (output) => [
      'TaskSubmitted',
      () => ({ taskSubmittedEventDetails: { ...which, output: output.text, outputDetails } }),
    ],
    succeeded: (output) => [
      'TaskSucceeded',
      () => ({ taskSucceededEventDetails: { ...which, output: output.text, outputDetails } }),
    ],
    failed: (told) => ['TaskFailed', () => ({ taskFailedEventDetails: { ...which, ...told } })],
    timedOut: (told) => ['TaskTimedOut', () => ({ taskTimedOutEventDetails: { ...which, ...told } })],
  };
}
