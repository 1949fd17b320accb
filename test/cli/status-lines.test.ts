import { describe, expect, test } from 'vitest';
import { statusLines } from '../../cli/status-lines.ts';
import { epoch } from '../../core/brand.ts';
import type { Weights } from '../../core/routing.ts';
import type { ServiceState } from '../../core/service-state.ts';
import { heldRecord, home, standby, t0 } from '../support/world.ts';

const question = {
  incident: 'orders#1',
  from: home,
  to: standby,
  askedAt: t0,
  deadline: t0 + 60_000,
  onDeadline: 'abort',
} as const;

const lines = (weights: Weights | null, more: Partial<ServiceState> = {}) =>
  statusLines(
    {
      service: 'orders',
      question: null,
      health: [],
      routing:
        weights === null
          ? { kind: 'unreadable', because: 'it does not answer' }
          : { kind: 'read', routing: { epoch: epoch(1), weights } },
      ledger: heldRecord(),
      shadow: false,
      coolsUntil: null,
      ...more,
    },
    t0,
  );

describe('status', () => {
  test('says first that nobody serves, and what to do, before whatever waits for a person', () => {
    const [name, first, second] = lines({ [home]: 0, [standby]: 0 }, { question });

    expect(name).toBe('orders');
    expect(first).toBe(
      '  serves      NOBODY, the lever gives no region any traffic: understudy start orders --to REGION --force --reason "…"',
    );
    expect(second).toContain('WAITS       for approval of orders#1');
  });

  test.each([
    ['who serves', { [home]: 500, [standby]: 500 }, 'us-east-1 50 %, us-west-2 50 %'],
    ['that nobody knows who serves', null, 'UNKNOWN, the lever cannot be read: it does not answer'],
  ] as const)('says what waits first, and then %s', (_, weights, serves) => {
    const told = lines(weights, { question });

    expect(told[1]).toContain('WAITS       for approval of orders#1');
    expect(told).toContain(`  serves      ${serves}`);
    expect(told.filter((line) => line.startsWith('  serves'))).toHaveLength(1);
  });

  test('a move that is not acknowledged waits for a person', () => {
    const told = lines(
      { [home]: 0, [standby]: 1000 },
      { ledger: heldRecord({ armed: false, unacknowledged: 'orders#1' }) },
    );

    expect(told[1]).toContain('WAITS       for a person: understudy ack orders   (orders#1 is not acknowledged)');
  });
});
