import type { SendTaskFailureInput, SendTaskHeartbeatInput, SendTaskSuccessInput } from '@aws-sdk/client-sfn';
import type { Operation } from '../../aws/service.ts';
import { AwsError } from '../../aws/service.ts';
import type { Json } from '../json.ts';
import type { TaskTokens } from '../tasks/tokens.ts';

export const tokenOperations = (tokens: TaskTokens): Record<string, Operation> => ({
  async SendTaskSuccess({ taskToken, output }: SendTaskSuccessInput) {
    tokens.succeed(taskToken as string, parseOutput(output as string));
    return {};
  },
  async SendTaskFailure({ taskToken, error, cause }: SendTaskFailureInput) {
    tokens.fail(taskToken as string, error, cause);
    return {};
  },
  async SendTaskHeartbeat({ taskToken }: SendTaskHeartbeatInput) {
    tokens.heartbeat(taskToken as string);
    return {};
  },
});

function parseOutput(output: string): Json {
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new AwsError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}
