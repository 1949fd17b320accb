import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Conclusion, conclusion } from '../../core/conclusion-message.ts';
import { decide } from '../../core/decide.ts';
import type { Ending } from '../../core/incident.ts';
import { announcement, approvalRequest } from '../../core/messages.ts';
import { evidenceOf, home, homeDown, incidentOf, observers, orders, t0, withPolicy } from '../support/world.ts';

const move = decide(
  withPolicy(orders, { dwellMs: 0 }),
  incidentOf(),
  evidenceOf([homeDown, homeDown, homeDown]),
  observers,
  { weights: true },
  t0,
);
if (move.kind !== 'move') throw new Error(move.because);

const ended = (ending: Ending, change: Partial<Conclusion> = {}): Conclusion => ({
  ending,
  service: 'orders',
  request: incidentOf(),
  incident: incidentOf(),
  verdict: move,
  because: 'us-east-1 is bad',
  execution: 'arn:run-1',
  durationMs: 4_200,
  telling: { audience: 'people', trouble: null },
  answer: null,
  remindAfterMs: 900_000,
  ...change,
});

describe('messages', () => {
  test('say what happens, from where to where, and why', () => {
    const message = announcement(incidentOf(), move, 'arn:run-1', t0);

    expect(message.subject).toBe('Moving orders from us-east-1 to us-west-2');
    expect(message.lines[1]).toContain('us-east-1 is bad from');
    expect(message.thread).toBe('orders#1');
  });

  test.each<[Ending, 'critical' | 'info']>([
    ['recovered', 'critical'],
    ['rolled-back', 'critical'],
    ['rollback-failed', 'critical'],
    ['failed', 'critical'],
    ['vetoed', 'critical'],
    ['declined', 'critical'],
    ['rehearsed', 'info'],
    ['refused', 'info'],
    ['fenced', 'info'],
  ])('%s is %s', (ending, severity) => {
    expect(conclusion(ended(ending), t0).severity).toBe(severity);
  });

  test('of a run that somebody overtook at the lever are critical, and tell that automation is disarmed', () => {
    const { severity, lines } = conclusion(ended('fenced', { disarmed: true }), t0);

    expect(severity).toBe('critical');
    expect(lines.join('\n')).toContain('understudy ack orders');
    expect(conclusion(ended('fenced'), t0).lines.join('\n')).not.toContain('understudy ack');
  });

  test.each<Ending>(['recovered', 'rolled-back', 'rollback-failed'])(
    'tell how to arm automation again after a move of its own that ended as %s',
    (ending) => {
      expect(conclusion(ended(ending), t0).lines.join('\n')).toContain('understudy ack orders');

      const byHand = { request: incidentOf({ mode: 'manual' }) };
      expect(conclusion(ended(ending, byHand), t0).lines.join('\n')).not.toContain('understudy ack');
    },
  );

  test('a move that was undone says that the region which serves again was bad, and what a person can do', () => {
    const { lines } = conclusion(ended('rolled-back'), t0);
    expect(lines.join('\n')).toContain('us-east-1 was bad when the move began, and it serves again');
    expect(lines.join('\n')).toContain('understudy explain orders#1');
    expect(lines.join('\n')).toContain('understudy start orders --to us-west-2');

    const fromAGoodOne = { verdict: { ...move, diagnosis: 'healthy' } } as const;
    expect(conclusion(ended('rolled-back', fromAGoodOne), t0).lines.join('\n')).not.toContain('was bad');
    expect(conclusion(ended('recovered'), t0).lines.join('\n')).not.toContain('serves again');
  });

  test('a region that is bad while we stay wakes people, a false alarm does not', () => {
    const hold = {
      kind: 'hold',
      diagnosis: null,
      because: '',
      wouldChange: 'x',
      recheckAfterMs: null,
      redSince: [],
    } as const;
    expect(conclusion(ended('held', { verdict: { ...hold, reason: 'all-regions-down' } }), t0).severity).toBe(
      'critical',
    );
    expect(conclusion(ended('held', { verdict: { ...hold, reason: 'source-healthy' } }), t0).severity).toBe('info');
  });

  test('what nobody has to hear of wakes nobody', () => {
    const known = ended('vetoed', { telling: { audience: 'record', trouble: null } });

    expect(conclusion(known, t0)).toMatchObject({ severity: 'info', audience: 'record' });
  });

  test('a trouble says how often people hear of it again, and its end is told as that', () => {
    const opened = { id: 'orders#1', state: 'opened', what: 'vetoed' } as const;
    const lasting = ended('vetoed', { telling: { audience: 'people', trouble: opened } });
    const over = ended('held', {
      verdict: null,
      request: incidentOf({ from: home }),
      telling: { audience: 'people', trouble: { id: 'orders#1', state: 'closed', what: 'vetoed' } },
    });

    expect(conclusion(lasting, t0).lines.join('\n')).toContain('every 15 minutes, and once when it is over');
    expect(conclusion(over, t0)).toMatchObject({
      severity: 'info',
      subject: 'orders: us-east-1 is well again, nothing was moved',
    });
  });

  test('subjects are what SNS takes: at most 100 printable ASCII characters, starting with a letter or number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (service) => {
        const { subject } = announcement(incidentOf({ service }), move, 'arn', t0);
        expect(subject).toMatch(/^[A-Za-z0-9][\x20-\x7e]{0,99}$/);
      }),
    );
  });

  test('a request for approval in a detection drill says that nothing is down, and wakes nobody', () => {
    const detects = { id: 'detection@now', by: 'ada', reason: 'practice', startedAt: t0, until: t0 + 60_000 };

    const asked = approvalRequest(incidentOf(), { ...move, plan: { ...move.plan, detects } }, t0 + 60_000, t0);

    expect(asked).toMatchObject({
      severity: 'info',
      subject: expect.stringMatching(/^A drill: approve moving orders/),
    });
    expect(asked.lines[0]).toMatch(/^Nothing is down: a detection drill of ada \(practice\)/);
    expect(approvalRequest(incidentOf(), move, t0 + 60_000, t0)).toMatchObject({ severity: 'critical' });
  });

  test('a request for approval says who decides when nobody answers', () => {
    const asked = approvalRequest(
      incidentOf(),
      { ...move, approval: { required: true, deadlineMs: 1, onDeadline: 'proceed' } },
      t0,
      t0,
    );
    expect(asked.lines.join('\n')).toContain('the run will proceed');
  });
});
