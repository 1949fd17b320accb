import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { type Loopback, startLoopback } from '../../loopback/loopback.ts';
import { type Doors, doors } from '../../sandbox/doors.ts';
import type { ApiRequest } from '../../sandbox/regions/api.ts';
import example from '../../understudy.config.ts';

const account = '123456789012';
const [observer = ''] = example.observers;
const failover = parseFailover({
  ...example,
  services: example.services.map((service) => ({
    ...service,
    access: {
      headers: { 'x-api-key': { parameter: '/orders/key' }, 'x-tenant': { secret: 'orders', field: 'tenant' } },
    },
  })),
});
const [{ name: service = '' } = {}] = failover.services;

let loopback: Loopback;
let door: Doors;

beforeAll(async () => {
  loopback = await startLoopback({ account, tempo: 20 });
  door = doors(failover, () => loopback);
  await door.seed();
});
afterAll(() => loopback.close());

const asked = (headers: Readonly<Record<string, string>>): ApiRequest => ({
  method: 'GET',
  path: '/health',
  query: '',
  headers,
  host: '127.0.0.1',
  sourceIp: '127.0.0.1',
  body: '',
});

test('opens to its keys alone', () => {
  expect(door.refusal(service, asked({}))?.status).toBe(403);
  expect(door.refusal(service, asked({ ...door.keys(service), 'x-tenant': 'another' }))?.status).toBe(403);
  expect(door.refusal(service, asked(door.keys(service)))).toBeNull();
});

test('is as it was while AWS does not answer where its keys lie', () => {
  const fault = { region: observer, fault: 'refused' } as const;
  loopback.faults.set(fault);

  expect(door.refusal(service, asked({}))?.status).toBe(403);
  expect(door.refusal(service, asked(door.keys(service)))).toBeNull();
  loopback.faults.clear(fault);
});

test('stays shut to everybody, without an error, where a secret is no longer what the configuration says', async () => {
  const keys = door.keys(service);
  for (const region of failover.observers) {
    await loopback.aws.call(
      'secretsmanager',
      'PutSecretValue',
      { SecretId: 'orders', SecretString: 'plain' },
      { region },
    );
  }

  expect(door.refusal(service, asked(keys))?.status).toBe(403);
});
