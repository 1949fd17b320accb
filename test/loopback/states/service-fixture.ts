import { SFNClient } from '@aws-sdk/client-sfn';
import type { Aws, AwsService } from '../../../loopback/aws/service.ts';
import { AwsError } from '../../../loopback/aws/service.ts';
import type { ServiceEvent } from '../../../loopback/events/event.ts';
import type { StatesOptions } from '../../../loopback/states/service.ts';
import { statesService } from '../../../loopback/states/service.ts';
import { awsServer, clientConfig } from '../aws/aws-fixture.ts';
import { machine } from './play.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/states';

/** A function's answer to an Invoke, from its payload; throw an `AwsError`, or answer with `FunctionError`. */
export type Invoked = (payload: Record<string, unknown>, functionName: string) => unknown;

export const functionError = (errorType: string | undefined, errorMessage: string) => ({
  FunctionError: 'Unhandled',
  body: JSON.stringify({ errorType, errorMessage }),
});

/** Step Functions behind the real protocol server, with a function service that answers as told. */
export async function statesServer(invoked: Invoked = () => null, options: Omit<StatesOptions, 'aws'> = {}) {
  const emitted: { readonly region: string; readonly event: ServiceEvent }[] = [];
  let server: Aws | undefined;
  const aws: Aws = {
    account: '123456789012',
    call: (...call) => (server as Aws).call(...call),
  };
  const service = statesService({ aws, emit: (region, event) => emitted.push({ region, event }), ...options });
  const started = await awsServer([service, lambda(invoked)]);
  server = started;
  const client = new SFNClient(clientConfig(started));
  return { server: started, service, client, emitted };
}

const lambda = (invoked: Invoked): AwsService => ({
  id: 'lambda',
  operations: {
    async Invoke({ FunctionName, Payload }: { FunctionName: string; Payload?: Uint8Array }) {
      if (FunctionName === 'none') {
        throw new AwsError('ResourceNotFoundException', 'Function not found: none', { status: 404 });
      }
      const answer = await invoked(JSON.parse(Buffer.from(Payload ?? Buffer.from('null')).toString()), FunctionName);
      const { FunctionError, body } = (answer ?? {}) as { FunctionError?: string; body?: string };
      return {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        ...(FunctionError !== undefined && { FunctionError }),
        Payload: Buffer.from(body ?? JSON.stringify(answer ?? null)),
      };
    },
  },
});

export const definition = (states: object, more?: object): string => JSON.stringify(machine(states, more));

export const invoke = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
};
