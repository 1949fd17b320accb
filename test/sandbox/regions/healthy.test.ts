import { describe, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import { judge } from '../../../core/judge.ts';
import { probeUrl } from '../../../core/probe-url.ts';
import type { HealthyAnswer } from '../../../core/service.ts';
import { answerTo, spoil } from '../../../sandbox/regions/api.ts';

const here = region('us-east-1');
const usual: HealthyAnswer = {
  path: '/health',
  status: 200,
  contentType: 'application/json',
  body: {},
  servedBy: { header: 'x-served-region' },
  slowMs: 2_000,
  timeoutMs: 4_000,
} as HealthyAnswer;

const asked: readonly (readonly [string, Partial<HealthyAnswer>])[] = [
  ['another path and another word', { path: '/healthz', body: { status: 'ok' } }],
  ['a path with a query', { path: '/status?deep=1', body: { 'checks.database': true, 'checks.queue.depth': 0 } }],
  ['another status and media type', { path: '/ping', status: 203, contentType: 'application/health+json' }],
  ['the region in a header of its own', { servedBy: { header: 'X-Region' } }],
  ['the region in the body', { servedBy: { field: 'meta.region' }, body: { 'meta.ok': true } }],
  ['no body', { path: '/alive', status: 204, contentType: null }],
];

function answerOf(healthy: HealthyAnswer, base = 'http://127.0.0.1:9000/orders') {
  const { pathname, search } = new URL(probeUrl(base, healthy.path));
  const request = {
    method: 'GET',
    path: pathname,
    query: search.slice(1),
    headers: {},
    host: '127.0.0.1',
    sourceIp: '127.0.0.1',
    body: '',
  };
  const around = {
    region: here,
    services: [{ name: 'orders', path: '/orders', healthy }],
    now: () => 0,
    random: () => 0,
  };
  return answerTo(request, around);
}

const judged = ({ status, headers, body }: ReturnType<typeof answerOf>, healthy: HealthyAnswer) =>
  judge({ kind: 'answered', status, headers, body, latencyMs: 1 }, healthy, here);

describe('a region of the sandbox', () => {
  test.each(asked)('is healthy as its service says it: %s', (_, change) => {
    const healthy = { ...usual, ...change } as HealthyAnswer;

    expect(judged(answerOf(healthy), healthy)).toEqual({ kind: 'good', servedBy: here });
    // Below the path of an endpoint too.
    expect(judged(answerOf(healthy, 'http://127.0.0.1:9000/orders/v2'), healthy)).toMatchObject({ kind: 'good' });
  });

  test.each(asked)('is not, once something is wrong with it: %s', (_, change) => {
    const healthy = { ...usual, ...change } as HealthyAnswer;

    expect(judged(spoil('500', answerOf(healthy), here), healthy)).toMatchObject({ kind: 'bad', because: 'status' });
    expect(judged(spoil('wrong-region', answerOf(healthy), here), healthy)).toMatchObject({ because: 'wrong-region' });
  });
});
