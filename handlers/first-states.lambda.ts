import { setTimeout as wait } from 'node:timers/promises';
import { arcClient, arcCluster } from './adapters/arc-cluster.ts';
import { systemClock } from './adapters/clock.ts';
import { firstStates, parseFirstStates } from './adapters/first-states.ts';

/**
 * Runs once, while CloudFormation makes the routing controls of a service, and never again: turns the home region's On.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export async function handler(event: CustomResourceEvent): Promise<void> {
  const answer = await answerTo(event);
  const response = await fetch(event.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify(answer),
    headers: {},
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  // Unanswered, CloudFormation waits for an hour: the retry of an asynchronous invocation answers again.
  if (!response.ok) throw new Error(`CloudFormation did not take the answer: ${response.status}`);
}

/** Of CloudFormation's bucket, for an answer of a few hundred bytes. */
const answerTimeoutMs = 10_000;

interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
}

async function answerTo(event: CustomResourceEvent): Promise<object> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = LogicalResourceId } = event;
  const answer = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  try {
    // An update or a deletion finds controls that are live.
    if (event.RequestType === 'Create') {
      const asked = parseFirstStates(event.ResourceProperties);
      const clock = systemClock;
      const cluster = arcCluster({ endpoints: asked.endpoints, clientOf: arcClient, clock, random: Math.random, wait });
      await firstStates(asked, { cluster, clock, wait });
    }
    return { ...answer, Status: 'SUCCESS' };
  } catch (error) {
    return { ...answer, Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) };
  }
}
