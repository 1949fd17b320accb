import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ConfigurationError, StartFailed } from '../errors.ts';
import type { Runs } from '../ports.ts';
import { isOurMistake, nameOf, sentenceOf } from './vendor-error.ts';

/**
 * Runs of one state machine, in its own region. A name that was had before is the execution that was meant: it is looked at like one that was
 * just started. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function statesRuns(client: SFNClient, stateMachineArn: string): Runs {
  const executionArn = (name: string): string => {
    const [arn, aws, states, region, account, , machine] = stateMachineArn.split(':');
    return [arn, aws, states, region, account, 'execution', machine, name].join(':');
  };
  return {
    async start(name, input) {
      try {
        const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
        return (await client.send(command)).executionArn ?? executionArn(name);
      } catch (cause) {
        if (nameOf(cause) === 'ExecutionAlreadyExists') return executionArn(name);
        const because = `${name} was not started: ${sentenceOf(cause)}`;
        throw isOurMistake(cause) ? new ConfigurationError(because, { cause }) : new StartFailed(because, { cause });
      }
    },

    async look(executionArn) {
      try {
        const { status, output } = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (status === undefined) return { status: 'unknown', ending: null };
        if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { status: 'running', ending: null };
        return { status: 'ended', ending: endingIn(output) };
      } catch {
        return { status: 'unknown', ending: null };
      }
    },
  };
}

function endingIn(output: string | undefined): string {
  if (output === undefined) return 'failed';
  const said: unknown = JSON.parse(output);
  const ending = typeof said === 'object' && said !== null && 'ending' in said ? said.ending : null;
  return typeof ending === 'string' ? ending : 'failed';
}
