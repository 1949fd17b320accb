import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import type { Answer } from '../../core/observation.ts';
import type { HealthyAnswer, JourneyStep } from '../../core/service.ts';
import type { Asked } from '../../synthetics/ask.ts';
import { journey } from '../../synthetics/journey.ts';

const healthy: HealthyAnswer = {
  path: '/health',
  status: 200,
  contentType: 'application/json',
  body: { status: 'healthy' },
  servedBy: { field: 'region' },
  slowMs: 1_000,
  timeoutMs: 2_000,
};

const place: JourneyStep = {
  name: 'place',
  method: 'POST',
  path: '/orders',
  send: { sku: 'tea' },
  status: 201,
  contentType: 'application/json',
  body: { state: 'open' },
  keep: { id: 'order.id' },
};
const read: JourneyStep = { ...place, name: 'read', method: 'GET', path: '/orders/{id}', send: undefined, status: 200 };
const steps = [place, { ...read, keep: {} }];

const answered = (
  status: number,
  body: object,
  change: Partial<Extract<Answer, { kind: 'answered' }>> = {},
): Answer => ({
  kind: 'answered',
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ region: 'us-west-2', state: 'open', ...body }),
  latencyMs: 20,
  ...change,
});

/** Answers in turn, and tells what was asked. */
async function walk(answers: readonly Answer[]): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const request = {
    url: 'https://orders.example.com',
    healthy,
    steps,
    regions: [region('us-east-1'), region('us-west-2')],
    resolvers: [],
  };
  await journey(request, {
    ask: async (probe) => {
      asked.push(probe);
      const answer = answers[asked.length - 1];
      if (answer === undefined) throw new Error('asked too often');
      return answer;
    },
    unique: () => String(asked.length),
  });
  return asked;
}

test('does one step after the other, each past every cache, with what the one before kept', async () => {
  const asked = await walk([answered(201, { order: { id: 'a/7' } }), answered(200, {})]);

  expect(asked).toMatchObject([
    { method: 'POST', url: 'https://orders.example.com/orders', send: { sku: 'tea' }, cacheBuster: '0' },
    { method: 'GET', url: 'https://orders.example.com/orders/a%2F7', cacheBuster: '1' },
  ]);
  expect(asked[1]).not.toHaveProperty('send');
});

test.each<[string, readonly Answer[], RegExp]>([
  ['a status', [answered(200, { order: { id: 7 } })], /^place: status: status 200, not 201$/],
  ['a content type', [answered(201, {}, { headers: { 'content-type': 'text/html' } })], /^place: content-type: /],
  [
    'a body',
    [answered(201, { state: 'lost', order: { id: 7 } })],
    /^place: body: body member state has another value$/,
  ],
  ['nothing to keep', [answered(201, { order: {} })], /^place: body: member order.id is no text or number to keep$/],
  ['a region', [answered(201, { region: 'eu-west-1' })], /^place: wrong-region: served by eu-west-1/],
  ['a slow answer', [answered(201, { order: { id: 7 } }, { latencyMs: 1_001 })], /^place: slow: /],
  ['no answer', [{ kind: 'failed', because: 'timeout', detail: 'none', latencyMs: 1 }], /^place: timeout: none$/],
  ['the second step', [answered(201, { order: { id: 7 } }), answered(503, {})], /^read: status: status 503, not 200$/],
])('fails on %s, and says in which step', async (_what, answers, message) => {
  await expect(walk(answers)).rejects.toThrow(message);
});
