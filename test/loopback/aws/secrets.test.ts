import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { createSecrets } from '../../../loopback/aws/secrets.ts';
import { awsServer, clientConfig } from './aws-fixture.ts';

async function stores() {
  const server = await awsServer([createSecrets({ now: Date.now, random: Math.random })]);
  const client = (region: string) => new SecretsManagerClient(clientConfig(server, region));
  return { manager: client('us-east-2'), elsewhere: client('us-west-2') };
}

test('a secret is found by its name and by its ARN, which ends in six characters', async () => {
  const { manager } = await stores();
  const { ARN = '' } = await manager.send(new CreateSecretCommand({ Name: 'orders/probe', SecretString: 'one' }));

  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-2:123456789012:secret:orders\/probe-[A-Za-z0-9]{6}$/);
  for (const SecretId of ['orders/probe', ARN]) {
    expect((await manager.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('one');
  }
});

test('another value is another version', async () => {
  const { manager } = await stores();
  const first = await manager.send(new CreateSecretCommand({ Name: 'a', SecretString: 'one' }));
  await manager.send(new PutSecretValueCommand({ SecretId: 'a', SecretString: 'two' }));

  const got = await manager.send(new GetSecretValueCommand({ SecretId: 'a' }));

  expect(got.SecretString).toBe('two');
  expect(got.VersionId).not.toBe(first.VersionId);
});

test('a name is given once, and each region has its own', async () => {
  const { manager, elsewhere } = await stores();
  await manager.send(new CreateSecretCommand({ Name: 'a', SecretString: 'one' }));

  await expect(manager.send(new CreateSecretCommand({ Name: 'a' }))).rejects.toThrow(ResourceExistsException);
  await expect(elsewhere.send(new GetSecretValueCommand({ SecretId: 'a' }))).rejects.toThrow(ResourceNotFoundException);
});
