/** What CloudFormation asks of a function. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: unknown;
}

/** Does the work and tells CloudFormation what came of it. Rejects where CloudFormation does not take the answer. */
export async function answered(event: CustomResourceEvent, work: () => Promise<unknown>): Promise<void> {
  const answer = await answerTo(event, work);
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

async function answerTo(event: CustomResourceEvent, work: () => Promise<unknown>): Promise<object> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = LogicalResourceId } = event;
  const answer = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  try {
    await work();
    return { ...answer, Status: 'SUCCESS' };
  } catch (error) {
    return { ...answer, Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) };
  }
}
