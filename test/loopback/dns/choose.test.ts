import { describe, expect, test } from 'vitest';
import { choose } from '../../../loopback/dns/choose.ts';
import { type HealthCheck, isHealthy } from '../../../loopback/dns/health-check.ts';
import type { RecordSet } from '../../../loopback/dns/record.ts';

const set = (change: Partial<RecordSet>): RecordSet => ({
  name: 'v1.understudy.test',
  type: 'A',
  ttlSeconds: 60,
  values: ['127.0.0.11'],
  ...change,
});

/** The primary's check asks for both the endpoint and the switch, as a beacon does. */
const checks: HealthCheck[] = [
  { id: 'endpoint', kind: 'ENDPOINT', url: 'http://127.0.0.11/', intervalMs: 10_000, failureThreshold: 3 },
  { id: 'switch', kind: 'CLOUDWATCH_METRIC', insufficientData: 'LastKnownStatus' },
  { id: 'primary', kind: 'CALCULATED', children: ['endpoint', 'switch'], healthThreshold: 2 },
  { id: 'secondary', kind: 'ENDPOINT', url: 'http://127.0.0.12/', intervalMs: 10_000, failureThreshold: 3 },
];
const primary = set({ failover: 'PRIMARY', healthCheckId: 'primary' });
const secondary = set({ failover: 'SECONDARY', healthCheckId: 'secondary', values: ['127.0.0.12'] });

function chosen(sets: readonly RecordSet[], statuses: Record<string, boolean>) {
  const byId = new Map(checks.map((check) => [check.id, check]));
  return choose(sets, (id) => isHealthy(id, byId, new Map(Object.entries(statuses))));
}

describe('of a failover pair', () => {
  test.each([
    { endpoint: true, switch: true, secondary: true, answered: 'PRIMARY' },
    { endpoint: true, switch: true, secondary: false, answered: 'PRIMARY' },
    { endpoint: false, switch: true, secondary: true, answered: 'SECONDARY' },
    { endpoint: true, switch: false, secondary: true, answered: 'SECONDARY' },
    { endpoint: false, switch: false, secondary: true, answered: 'SECONDARY' },
    { endpoint: false, switch: true, secondary: false, answered: 'PRIMARY' },
    { endpoint: true, switch: false, secondary: false, answered: 'PRIMARY' },
    { endpoint: false, switch: false, secondary: false, answered: 'PRIMARY' },
  ])(
    'endpoint $endpoint, switch $switch, secondary $secondary: the $answered is answered',
    ({ answered, ...statuses }) => {
      expect(chosen([primary, secondary], statuses).map(({ failover }) => failover)).toEqual([answered]);
      expect(chosen([secondary, primary], statuses).map(({ failover }) => failover)).toEqual([answered]);
    },
  );

  test('a secondary without a check is always healthy, dead or not', () => {
    const unchecked = set({ failover: 'SECONDARY' });

    expect(chosen([primary, unchecked], { endpoint: false, secondary: false })).toEqual([unchecked]);
  });

  test('a primary without a check is never left', () => {
    const unchecked = set({ failover: 'PRIMARY' });

    expect(chosen([unchecked, secondary], { secondary: true })).toEqual([unchecked]);
  });

  test('a primary alone is answered, healthy or not', () => {
    expect(chosen([primary], { endpoint: false })).toEqual([primary]);
  });
});

test('both routing controls off means the primary, because nothing healthy counts as everything healthy', () => {
  const off = () => false;

  expect(choose([primary, secondary], off)).toEqual([primary]);
});

test('records without failover are all answered', () => {
  const [one, other] = [set({ values: ['127.0.0.1'] }), set({ values: ['127.0.0.2'] })];

  expect(chosen([one, other], {})).toEqual([one, other]);
});
