import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OriginConfig, OriginOutcome } from '../../../loopback/edge/origin.ts';
import { askRoute } from '../../../loopback/edge/origin-choice.ts';

test('the origin that serves is the first, in the configured order, whose outcome is no criterion, or else the last', async () => {
  await fc.assert(
    fc.asyncProperty(outcomes, outcomes, criteria, async (first, second, statusCodes) => {
      const client = { ask: async (origin: OriginConfig) => (origin.id === 'a' ? first : second), close() {} };
      const request = () => ({ method: 'GET', target: '/', headers: {}, body: Buffer.alloc(0) });

      const { outcome, tries } = await askRoute(client, { origins: [origin('a'), origin('b')], statusCodes }, request);

      const failsOver = statusCodes.includes(countsAs(first));
      expect(outcome).toBe(failsOver ? second : first);
      expect(tries.map(({ originId }) => originId)).toEqual(failsOver ? ['a', 'b'] : ['a']);
    }),
  );
});

const criteria = fc.uniqueArray(fc.constantFrom<number[]>(400, 403, 404, 416, 429, 500, 502, 503, 504), {
  minLength: 1,
});
const outcomes: fc.Arbitrary<OriginOutcome> = fc.oneof(
  fc
    .constantFrom(200, 301, 400, 403, 404, 429, 500, 502, 503, 504)
    .map((status) => ({ kind: 'answered' as const, status, headers: {}, body: Buffer.alloc(0) })),
  fc
    .constantFrom('refused' as const, 'connect-timeout' as const, 'reset' as const, 'read-timeout' as const)
    .map((because) => ({ kind: 'failed' as const, because })),
);

function countsAs(outcome: OriginOutcome): number {
  if (outcome.kind === 'answered') return outcome.status;
  if (outcome.because === 'read-timeout') return 504;
  return outcome.because === 'reset' ? 502 : 503;
}

function origin(id: string): OriginConfig {
  return { id, url: 'http://127.0.0.1:1', connectionAttempts: 1, connectionTimeoutMs: 1, readTimeoutMs: 1 };
}
