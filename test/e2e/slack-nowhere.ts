import { resolve } from 'node:path';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { standby } from './configuration.ts';
import { clientConfig, type Deployment } from './deployment.ts';

/** The function of a step again, with a webhook where nothing listens. */
export const pointSlackAtNobody = (here: Deployment, step: string): Promise<void> =>
  withVariables(here, step, { SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/' });

/** The function of a step again, with other variables. */
export async function withVariables(
  { sandbox }: Deployment,
  step: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const client = new LambdaClient(clientConfig(sandbox.addresses.aws, standby));
  const name = `understudy-${step}`;
  const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: name }));
  client.destroy();
  sandbox.loopback.lambda.register({
    name,
    region: standby,
    codeDir: resolve('dist', 'functions'),
    handler: `${step}.handler`,
    env: { ...Configuration?.Environment?.Variables, ...variables },
    timeoutMs: 30_000,
    memoryMb: 512,
  });
}
