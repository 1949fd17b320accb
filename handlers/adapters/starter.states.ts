import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ConfigurationError, StartFailed } from '../errors.ts';
import type { Starter } from '../ports.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { isOurMistake, nameOf, sentenceOf } from './vendor-error.ts';

export function statesClient(region: string, reach: Partial<Reach> = {}): SFNClient {
  const usual = { connectMs: 1_000, answerMs: 3_000, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new SFNClient(settings));
}

/** What a machine takes as its input is for whoever starts it to know. */
interface StartsAnything extends Starter {
  start(service: string, input: object, name: string): Promise<'started' | 'already'>;
}

/**
 * Starts runs of one state machine. A name stays taken for 90 days after its execution ended; the same name with the same
 * input, while that execution runs, starts nothing either, and reads as `started`. So another attempt is safe.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function statesStarter(client: SFNClient, stateMachineArn: string): StartsAnything {
  return {
    async start(service, input, name) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return 'started';
      } catch (cause) {
        if (nameOf(cause) === 'ExecutionAlreadyExists') return 'already';
        const because = `${name} of ${service} was not started: ${sentenceOf(cause)}`;
        throw isOurMistake(cause) ? new ConfigurationError(because, { cause }) : new StartFailed(because, { cause });
      }
    },
  };
}
