import {
  DeleteParameterCommand,
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { createParameters } from '../../../loopback/aws/parameters.ts';
import { awsServer, clientConfig } from './aws-fixture.ts';

const Name = '/orders/key';

async function stores() {
  const server = await awsServer([createParameters(Date.now)]);
  const client = (region: string) => new SSMClient(clientConfig(server, region));
  return { ssm: client('us-east-2'), elsewhere: client('us-west-2') };
}

test('a SecureString is given in the clear only to who asks for that', async () => {
  const { ssm } = await stores();
  await ssm.send(new PutParameterCommand({ Name, Value: 'k-1', Type: 'SecureString' }));

  const hidden = await ssm.send(new GetParameterCommand({ Name }));
  const shown = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));

  expect(hidden.Parameter?.Value).not.toBe('k-1');
  expect(shown.Parameter).toMatchObject({
    Name,
    Value: 'k-1',
    Type: 'SecureString',
    Version: 1,
    ARN: 'arn:aws:ssm:us-east-2:123456789012:parameter/orders/key',
  });
});

test('a parameter is written over only where that is asked for, and counts its versions', async () => {
  const { ssm } = await stores();
  await ssm.send(new PutParameterCommand({ Name, Value: 'a', Type: 'String' }));

  await expect(ssm.send(new PutParameterCommand({ Name, Value: 'b', Type: 'String' }))).rejects.toThrow(
    ParameterAlreadyExists,
  );
  expect((await ssm.send(new PutParameterCommand({ Name, Value: 'b', Overwrite: true }))).Version).toBe(2);
  expect((await ssm.send(new GetParameterCommand({ Name }))).Parameter?.Value).toBe('b');
});

test('each region has its own, and what was deleted is not there', async () => {
  const { ssm, elsewhere } = await stores();
  await ssm.send(new PutParameterCommand({ Name, Value: 'a', Type: 'String' }));

  await expect(elsewhere.send(new GetParameterCommand({ Name }))).rejects.toThrow(ParameterNotFound);
  await ssm.send(new DeleteParameterCommand({ Name }));
  await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toThrow(ParameterNotFound);
});
