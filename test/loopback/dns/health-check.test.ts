import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstOpinion,
  type HealthCheck,
  healthyByCheckers,
  isHealthy,
  type MetricCheck,
  opinionAfter,
  statusAfter,
} from '../../../loopback/dns/health-check.ts';

const endpoint = (id: string, change: Partial<HealthCheck> = {}): HealthCheck =>
  ({
    id,
    kind: 'ENDPOINT',
    url: 'http://127.0.0.1/',
    intervalMs: 10_000,
    failureThreshold: 3,
    ...change,
  }) as HealthCheck;
const healthy = (checks: HealthCheck[], id: string, statuses: Record<string, boolean> = {}) =>
  isHealthy(id, new Map(checks.map((check) => [check.id, check])), new Map(Object.entries(statuses)));

describe('a health check', () => {
  test('starts healthy, and unhealthy where it is inverted', () => {
    expect(healthy([endpoint('a')], 'a')).toBe(true);
    expect(healthy([endpoint('a', { inverted: true })], 'a')).toBe(false);
  });

  test('is healthy when it is disabled, whatever it saw last, and unhealthy when it is inverted too', () => {
    expect(healthy([endpoint('a', { disabled: true })], 'a', { a: false })).toBe(true);
    expect(healthy([endpoint('a', { disabled: true, inverted: true })], 'a', { a: false })).toBe(false);
  });

  test.each([
    [0, 0, true],
    [0, 2, true],
    [1, 0, false],
    [1, 1, true],
    [2, 1, false],
    [2, 2, true],
    [3, 2, false],
  ])('calculated with threshold %i of 2 children, %i of them healthy, is %s', (healthThreshold, up, expected) => {
    const checks = [
      endpoint('a'),
      endpoint('b'),
      { id: 'both', kind: 'CALCULATED', children: ['a', 'b'], healthThreshold } as const,
    ];

    expect(healthy(checks, 'both', { a: up >= 1, b: up >= 2 })).toBe(expected);
  });

  test('that is not there is an error', () => {
    expect(() => healthy([], 'a')).toThrow('there is no health check a');
  });
});

describe('a check on a metric', () => {
  const check = (insufficientData: MetricCheck['insufficientData']): MetricCheck => ({
    id: 'm',
    kind: 'CLOUDWATCH_METRIC',
    insufficientData,
  });

  test.each([
    ['OK', 'LastKnownStatus', false, true],
    ['ALARM', 'LastKnownStatus', true, false],
    ['INSUFFICIENT_DATA', 'LastKnownStatus', true, true],
    ['INSUFFICIENT_DATA', 'LastKnownStatus', false, false],
    ['INSUFFICIENT_DATA', 'Healthy', false, true],
    ['INSUFFICIENT_DATA', 'Unhealthy', true, false],
  ] as const)('reading %s with %s, after %s, is %s', (reading, insufficient, before, after) => {
    expect(statusAfter(reading, check(insufficient), before)).toBe(after);
  });
});

describe('a checker', () => {
  test('changes its mind after the threshold of answers in a row, and one fewer never does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(fc.boolean(), { maxLength: 60 }), (threshold, answers) => {
        let opinion = firstOpinion;
        let run = 0;
        let expected = true;
        for (const passed of answers) {
          run = passed === expected ? 0 : run + 1;
          if (run === threshold) [expected, run] = [passed, 0];
          opinion = opinionAfter(opinion, passed, threshold);

          expect(opinion.healthy).toBe(expected);
        }
      }),
    );
  });

  test.each([
    [0, 3, false],
    [1, 3, true],
    [2, 16, false],
    [3, 16, true],
    [18, 100, false],
    [19, 100, true],
  ])('%i healthy of %i make the endpoint healthy: %s', (up, all, expected) => {
    const opinions = Array.from({ length: all }, (_, index) => ({ healthy: index < up, against: 0 }));

    expect(healthyByCheckers(opinions)).toBe(expected);
  });
});
