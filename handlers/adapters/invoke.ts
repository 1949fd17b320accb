import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { Overdue } from '../errors.ts';

/**
 * Invokes a function, waits for its answer and parses it as JSON. Rejects where the function failed, with the type and
 * the message of its error, and where it has not answered within `timeoutMs`.
 */
export async function invoke(
  client: LambdaClient,
  functionName: string,
  question: unknown,
  timeoutMs: number,
): Promise<unknown> {
  const overdue = AbortSignal.timeout(timeoutMs);
  const { FunctionError, Payload } = await send(client, functionName, question, overdue).catch((cause: unknown) => {
    if (overdue.aborted) throw new Overdue(`${functionName} did not answer within ${timeoutMs} ms`, { cause });
    throw cause;
  });
  const text = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new FunctionFailed(`${FunctionError}: ${causeOf(text)}`);
  return JSON.parse(text);
}

function send(
  client: LambdaClient,
  functionName: string,
  question: unknown,
  abortSignal: AbortSignal,
): Promise<InvokeCommandOutput> {
  const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(question) });
  return client.send(command, { abortSignal });
}

class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/** `{"errorType":"Error","errorMessage":"…"}`; the trace beside them is of no use to anybody else. */
function causeOf(text: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(text) as Record<string, unknown>;
    return `${String(errorType ?? 'Error')}: ${String(errorMessage ?? '')}`;
  } catch {
    return 'an error that is not JSON';
  }
}
