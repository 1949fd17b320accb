import fc from 'fast-check';
import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { recoveredAt, type Sample, trafficSummary, trafficWindows } from '../../core/traffic.ts';

const regions = [region('us-east-1'), region('us-west-2')] as const;
const by = regions[1];

const samplesOf = fc.array(
  fc.record<Sample>({
    at: fc.nat(60),
    viewer: fc.constant('viewer-1'),
    method: fc.constantFrom('GET', 'POST'),
    latencyMs: fc.nat(10),
    status: fc.constant(200),
    // Mostly good, or recovery would hardly ever be seen.
    error: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom('timeout', 'status')),
    servedBy: fc.oneof({ weight: 9, arbitrary: fc.constant(by) }, fc.constantFrom(null, ...regions)),
  }),
  { maxLength: 60 },
);
const questionOf = fc.record({
  since: fc.nat(40),
  by: fc.constant(by),
  windowMs: fc.integer({ min: 1, max: 20 }),
  percent: fc.constantFrom(50, 80, 99, 100),
});

test('recovery is what its definition says, tried on every moment', () => {
  fc.assert(
    fc.property(samplesOf, questionOf, (samples, { since, windowMs, percent }) => {
      const sent = samples.filter(({ at }) => at >= since);
      const last = Math.max(...sent.map(({ at }) => at));
      const wholeWindows = [...new Set(sent.map(({ at }) => at))]
        .filter((from) => last >= from + windowMs - 1)
        .sort((a, b) => a - b);
      const isServed = (each: Sample) => each.error === null && each.servedBy === by;
      const isGood = (from: number) => {
        const within = sent.filter(({ at }) => at >= from && at < from + windowMs);
        const good = within.filter(isServed);
        return (good.length / within.length) * 100 >= percent - 1e-9;
      };
      const first = wholeWindows.find((from) => wholeWindows.every((later) => later < from || isGood(later)));
      const moments = sent
        .filter((each) => first !== undefined && each.at >= first && isServed(each))
        .map(({ at }) => at);
      const expected = moments.length === 0 ? null : Math.min(...moments);

      expect(recoveredAt(samples, { since, by, windowMs, percent })).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test('windows lose no request', () => {
  fc.assert(
    fc.property(samplesOf, fc.nat(60), fc.integer({ min: 1, max: 20 }), (samples, from, windowMs) => {
      const windows = trafficWindows(samples, from, windowMs);

      const sum = (counts: object) => Object.values(counts).reduce((all: number, count: number) => all + count, 0);
      expect(sum(windows.map(({ requests }) => requests))).toBe(samples.filter(({ at }) => at >= from).length);
      for (const { requests, served, errors } of windows)
        expect(sum(served) + sum(errors)).toBeLessThanOrEqual(requests);
    }),
  );
});

test('every lost request is a read or a write', () => {
  fc.assert(
    fc.property(samplesOf, questionOf, (samples, question) => {
      const { requests, lost, lostReads, lostWrites } = trafficSummary(samples, question);

      expect(lostReads + lostWrites).toBe(lost);
      expect(lost).toBeLessThanOrEqual(requests);
    }),
  );
});
