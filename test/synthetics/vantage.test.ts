import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../synthetics/vantage.lambda.ts';
import { vantageEventSchema, vantageResultSchema } from '../../synthetics/vantage-contract.ts';

const server = http.createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'x-served-region': 'us-east-1' });
  response.end('{"service":"orders"}');
});

beforeEach(async () => {
  vi.stubEnv('AWS_REGION', 'ca-central-1');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await once(server, 'close');
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
const healthy = {
  path: '/health',
  status: 200,
  contentType: 'application/json',
  body: { service: 'orders' },
  servedBy: { header: 'x-served-region' },
  slowMs: 5000,
  timeoutMs: 5000,
};
const aim = (target: object, expectedRegion: string | null) => ({
  target,
  url: url(),
  healthy,
  expectedRegion,
  resolvers: [],
  timeoutMs: 5000,
});

test('says what every target looked like from its own region', async () => {
  const event = {
    targets: [
      aim({ kind: 'regional', region: 'us-east-1' }, 'us-east-1'),
      aim({ kind: 'regional', region: 'us-west-2' }, 'us-west-2'),
      aim({ kind: 'front-door' }, null),
      aim({ kind: 'control' }, null),
    ],
    burst: { count: 2, intervalMs: 1 },
  };

  const result = await handler(event);

  expect(vantageResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  expect(result.observer).toBe('ca-central-1');
  expect(result.observations.map(({ target, outcome }) => [target.kind, outcome])).toEqual([
    ...twice(['regional', { kind: 'good', servedBy: 'us-east-1' }]),
    ...twice(['regional', { kind: 'bad', because: 'wrong-region', detail: 'served by us-east-1, not us-west-2' }]),
    ...twice(['front-door', { kind: 'good', servedBy: 'us-east-1' }]),
    ...twice(['control', { kind: 'good', servedBy: null }]),
  ]);
});

describe('abstains with an error', () => {
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /expected object/],
    ['an alarm', { source: 'aws.cloudwatch', detail: {} }, /→ at targets/],
    ['no target', { targets: [], burst: { count: 1, intervalMs: 0 } }, /→ at targets/],
    ['a burst without end', { targets: [], burst: { count: 1e9, intervalMs: 0 } }, /→ at burst\.count/],
  ])('when it is asked %s', async (_what, event, message) => {
    await expect(handler(event)).rejects.toThrow(message);
  });

  test.each([
    ['url', 'ftp://files.test/'],
    ['url', 'health'],
    ['resolvers', ['dns.test:53']],
    ['resolvers', ['127.0.0.1:99999']],
    ['resolvers', ['127.0.0.1:0']],
    ['expectedRegion', 'US East'],
    ['timeoutMs', -1],
    ['target', { kind: 'moon' }],
  ])('when %s is %j', (member, value) => {
    const event = {
      targets: [{ ...aim({ kind: 'control' }, null), [member]: value }],
      burst: { count: 1, intervalMs: 0 },
    };

    const [issue] = vantageEventSchema.safeParse(event).error?.issues ?? [];

    expect(issue?.path.slice(0, 3)).toEqual(['targets', 0, member]);
  });

  test.each([['127.0.0.1'], ['127.0.0.1:5353'], ['::1'], ['[::1]:5353']])('never when a resolver is %s', (resolver) => {
    const event = {
      targets: [{ ...aim({ kind: 'control' }, null), resolvers: [resolver] }],
      burst: { count: 1, intervalMs: 0 },
    };

    expect(vantageEventSchema.safeParse(event).success).toBe(true);
  });

  test('when it does not know where it is', async () => {
    vi.stubEnv('AWS_REGION', '');

    await expect(
      handler({ targets: [aim({ kind: 'control' }, null)], burst: { count: 1, intervalMs: 0 } }),
    ).rejects.toThrow('AWS_REGION');
  });
});

function twice<T>(value: T): [T, T] {
  return [value, value];
}
