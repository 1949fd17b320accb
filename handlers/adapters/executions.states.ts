import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Executions } from '../ports.ts';

/**
 * Asks Step Functions of the region in the ARN. An execution that it does not know is `unknown`: its answers may not reflect what
 * began a moment ago. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export function statesExecutions({ clientIn }: { readonly clientIn: (region: string) => SFNClient }): Executions {
  return {
    async statusOf(executionArn) {
      const [, , service, region = ''] = executionArn.split(':');
      if (service !== 'states' || region === '') return 'unknown';
      try {
        const { status } = await clientIn(region).send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined) return 'unknown';
        return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'ended';
      } catch {
        return 'unknown';
      }
    },
  };
}
