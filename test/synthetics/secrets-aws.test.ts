import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import { createParameters } from '../../loopback/aws/parameters.ts';
import { createSecrets } from '../../loopback/aws/secrets.ts';
import { awsSecrets } from '../../synthetics/secrets.aws.ts';
import { awsServer } from '../loopback/aws/aws-fixture.ts';

/* The same secrets as AWS's own clients put there. */

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

async function aws() {
  const services = [createParameters(Date.now), createSecrets({ now: Date.now, random: Math.random })];
  const { url: endpoint, faults } = await awsServer(services);
  const config = { region: 'us-east-2', endpoint, credentials };
  const ssm = new SSMClient(config);
  const manager = new SecretsManagerClient(config);
  await ssm.send(new PutParameterCommand({ Name: '/orders/key', Value: 'k-1', Type: 'SecureString' }));
  await manager.send(new CreateSecretCommand({ Name: 'orders/probe', SecretString: '{"a":"t-1"}' }));
  return {
    faults,
    read: awsSecrets('us-east-2', { ...env, AWS_ENDPOINT_URL: endpoint }),
    readElsewhere: awsSecrets('us-west-2', { ...env, AWS_ENDPOINT_URL: endpoint }),
  };
}

test('reads what AWS’s own clients put there', async () => {
  const { read } = await aws();

  expect(await read({ parameter: '/orders/key' })).toBe('k-1');
  expect(await read({ secret: 'orders/probe' })).toBe('{"a":"t-1"}');
});

describe('what cannot be read is told with the place, the region and the name of the error', () => {
  test.each([
    [{ parameter: '/gone' }, 'the parameter /gone in us-east-2 could not be read (ParameterNotFound)'],
    [{ secret: 'gone' }, 'the secret gone in us-east-2 could not be read (ResourceNotFoundException)'],
  ])('%j', async (place, message) => {
    await expect((await aws()).read(place)).rejects.toThrow(message);
  });

  test('and each region has its own', async () => {
    await expect((await aws()).readElsewhere({ parameter: '/orders/key' })).rejects.toThrow(
      'in us-west-2 could not be read',
    );
  });
});

test('a throttled call is made once more', async () => {
  const { faults, read } = await aws();
  faults.set({ service: 'ssm', operation: 'GetParameter', fault: 'throttled', times: 1 });

  expect(await read({ parameter: '/orders/key' })).toBe('k-1');
});
