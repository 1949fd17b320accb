import { LambdaClient } from '@aws-sdk/client-lambda';
import { type AwsServer, startAwsServer } from '../../../loopback/aws/server.ts';
import { AwsError, type AwsService, type Call } from '../../../loopback/aws/service.ts';

/** What a function does: by its name or ARN, called with the payload and the region. A throw is a function error. */
export type Functions = Record<string, (payload: unknown, region: string) => unknown>;

/** Lambda, as far as Invoke goes, with functions that live in the test; clients speak to it over the real protocol. */
export async function startFunctions(functions: Functions): Promise<{
  readonly aws: AwsServer;
  readonly clientIn: (region: string) => LambdaClient;
}> {
  const service: AwsService = {
    id: 'lambda',
    operations: {
      async Invoke({ FunctionName, Payload }: { FunctionName: string; Payload: Uint8Array }, { region }: Call) {
        const run = functions[FunctionName];
        if (run === undefined) {
          throw new AwsError('ResourceNotFoundException', `Function not found: ${FunctionName}`, { status: 404 });
        }
        try {
          const answer = await run(JSON.parse(Buffer.from(Payload).toString('utf8')), region);
          return { StatusCode: 200, Payload: bytes(JSON.stringify(answer) ?? '') };
        } catch (error) {
          const { name, message } = error as Error;
          return {
            StatusCode: 200,
            FunctionError: 'Unhandled',
            Payload: bytes(JSON.stringify({ errorType: name, errorMessage: message, trace: [] })),
          };
        }
      },
    },
  };
  const aws = await startAwsServer({ port: 0, account: '123456789012', services: [service] });
  const clientIn = (region: string) =>
    new LambdaClient({
      endpoint: aws.url,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  return { aws, clientIn };
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
