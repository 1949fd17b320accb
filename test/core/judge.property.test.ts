import fc from 'fast-check';
import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { judge } from '../../core/judge.ts';
import type { Answer } from '../../core/observation.ts';
import type { HealthyAnswer } from '../../core/service.ts';

const healthy: HealthyAnswer = {
  path: '/health',
  status: 200,
  contentType: 'application/json',
  body: { service: 'orders' },
  servedBy: { field: 'region' },
  slowMs: 1000,
  timeoutMs: 3000,
};
const good = { service: 'orders', region: 'us-east-1' };

const anyAnswer: fc.Arbitrary<Answer> = fc.record({
  kind: fc.constant('answered' as const),
  status: fc.oneof(fc.constant(200), fc.integer()),
  headers: fc.oneof(
    fc.constant({ 'content-type': 'application/json' }),
    fc.dictionary(fc.constantFrom('content-type', 'x-served-region'), fc.string()),
  ),
  body: fc.oneof(fc.json(), fc.string(), fc.constant(JSON.stringify(good))),
  latencyMs: fc.oneof(fc.double(), fc.nat(1000)),
});

test('whatever comes back is judged, and good only when every clause holds', () => {
  fc.assert(
    fc.property(anyAnswer, (answer) => {
      const outcome = judge(answer, healthy, region('us-east-1'));

      if (answer.kind !== 'answered' || outcome.kind !== 'good') return;
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^\s*application\/json\s*(;|$)/i);
      expect(JSON.parse(answer.body)).toMatchObject(good);
      expect(answer.latencyMs).toBeLessThanOrEqual(1000);
    }),
  );
});

test('extra members and headers change nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(1000), (extra, latencyMs) => {
      const body = JSON.stringify({ ...extra, ...good });

      const headers = { 'content-type': 'application/json', 'x-extra': 'yes' };
      expect(judge({ kind: 'answered', status: 200, headers, body, latencyMs }, healthy, region('us-east-1'))).toEqual({
        kind: 'good',
        servedBy: 'us-east-1',
      });
    }),
  );
});
