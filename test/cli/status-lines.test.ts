import { describe, expect, test } from 'vitest';
import { type StatusReport, statusLines } from '../../cli/status-lines.ts';
import { epoch } from '../../core/brand.ts';
import type { Weights } from '../../core/routing.ts';
import type { UserReading } from '../../core/users.ts';
import { questionOf } from '../support/question.ts';
import { heldRecord, home, observers, standby, t0, usersSay } from '../support/world.ts';

const question = questionOf({ deadline: t0 + 60_000 });

const lines = (weights: Weights | null, more: Partial<StatusReport> = {}) =>
  statusLines(
    {
      service: 'orders',
      question: null,
      health: [],
      routing:
        weights === null
          ? { kind: 'unreadable', because: 'it does not answer' }
          : { kind: 'read', routing: { epoch: epoch(1), weights } },
      outlook: { to: standby, because: [], frozen: null },
      freezes: [],
      protection: null,
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

  test.for<[string, Partial<UserReading>]>([
    ['us-east-1 is NOT well by checkout-5xx in us-east-1 (vote), red for 1 min 0 s', {}],
    ['us-east-1 is well by checkout-5xx in us-east-1 (vote)', { state: 'OK' }],
    ['nothing of us-east-1 by checkout-5xx in us-east-1 (vote), which has no data', { state: 'INSUFFICIENT_DATA' }],
    ['nothing of us-east-1 by checkout-5xx in us-east-1 (vote): somebody disabled its actions', { muted: true }],
    [
      'nothing of us-east-1 by checkout-5xx in us-east-1 (vote), which cannot be evaluated: NOT_FOUND',
      { evaluation: 'NOT_FOUND' },
    ],
  ])('says what users see: %s', ([text, change]) => {
    expect(lines({ [home]: 1000, [standby]: 0 }, { users: [usersSay(change)] })).toContain(`  users       ${text}`);
  });

  test('says who still calls the region that was left, and nothing where nobody does', () => {
    const stayed = { region: home, leftAt: t0 - 540_000, requestsPerMinute: 41, writesPerMinute: 12, isSplit: false };
    const told = lines({ [home]: 0, [standby]: 1000 }, { stragglers: stayed });

    expect(told).toContain(
      '  left        us-east-1 still gets 41 requests of orders a minute, 12 of them writes, 9 min 0 s after it was left.',
    );
    for (const stragglers of [null, undefined]) {
      const more = stragglers === undefined ? {} : { stragglers };
      expect(lines({ [standby]: 1000 }, more).filter((line) => line.startsWith('  left'))).toEqual([]);
    }
  });

  test('a move that is not acknowledged waits for a person', () => {
    const told = lines(
      { [home]: 0, [standby]: 1000 },
      { ledger: heldRecord({ armed: false, unacknowledged: 'orders#1' }) },
    );

    expect(told[1]).toContain('WAITS       for a person: understudy ack orders   (orders#1 is not acknowledged)');
  });

  const look = (by: Record<string, number>, failed = 0) => ({ look: { at: t0, served: { by, failed }, silent: [] } });
  const athome = { [home]: 1000, [standby]: 0 };
  const serves = (told: readonly string[]) => told.find((line) => line.startsWith('  serves'));

  test.each([
    [{ [home]: 9 }, 0, 'us-east-1 100 %, us-west-2 0 %; requests just now: 9 of 9 by us-east-1'],
    [{ [home]: 3, [standby]: 6 }, 0, '3 of 9 by us-east-1, 6 of 9 by us-west-2, which is NOT as the lever says'],
    [{}, 9, '; requests just now: 9 of 9 failed'],
    [{}, 0, '; nobody could ask the front door'],
  ])('says what real requests say beside the lever: %j, %i failed', (by, failed, said) => {
    expect(serves(lines(athome, look(by, failed)))).toContain(said);
  });

  test('says nothing of requests that were not sent', () => {
    expect(serves(lines(athome))).toBe('  serves      us-east-1 100 %, us-west-2 0 %');
  });

  test.each([
    [{ to: standby, because: [] }, 'yes, to us-west-2'],
    [{ to: null, because: ['no standby is green'] }, 'no: no standby is green'],
    [
      { to: standby, because: ['it is paused'] },
      'no: it is paused; a person could, to us-west-2: understudy start orders --to us-west-2 --reason "…"',
    ],
  ])('says whether it could move: %j', (outlook, said) => {
    expect(lines(athome, { outlook: { frozen: null, ...outlook } })).toContain(`  could move  ${said}`);
  });

  test('says what is frozen, until when, and how to end that', () => {
    const byAda = { region: standby, by: 'ada', reason: 'release 41', until: t0 };
    const byCalendar = { region: null, by: 'the calendar (year-end)', reason: 'sales', until: null };
    const outlook = { to: standby, because: [], frozen: byAda };
    const said = lines(athome, { outlook, freezes: [byAda, byCalendar] });

    expect(said).toContain(
      '  frozen      us-west-2, by ada until 2026-11-20T03:00:00.000Z: release 41; to end it: understudy thaw us-west-2',
    );
    expect(said).toContain('  frozen      every region, by the calendar (year-end): sales; it ends by the calendar');
    expect(said).toContain(
      '  could move  yes, to us-west-2, which is frozen: only where the region that serves is down for every observer',
    );
  });

  test.each([
    [null, 'unknown, the ledger did not tell'],
    [{ last: null }, 'never: understudy rehearse tries every step and writes nothing'],
    [{ last: past('rehearsal') }, 'rehearsed 2 min 0 s ago (orders#1, to us-west-2)'],
    [{ last: past('manual') }, 'moved by a person 2 min 0 s ago (orders#1, to us-west-2)'],
  ])('says when a move was practised last: %j', (practice, said) => {
    expect(lines(athome, { practice })).toContain(`  practised   ${said}`);
  });

  test('says who could not be asked', () => {
    const silent = [{ observer: observers[0] ?? home, because: 'us-east-2: no answer' }];

    expect(lines(athome, { look: { at: t0, served: { by: {}, failed: 0 }, silent } })).toContain(
      '  not asked   us-east-2: no answer',
    );
  });
});

function past(mode: 'manual' | 'rehearsal') {
  const [incident, at] = ['orders#1', t0 - 120_000];
  const ended = { ending: 'recovered', headline: '', tookMs: 1 } as const;
  return { incident, service: 'orders', at, mode, requestedBy: 'ada', reason: '', from: home, to: standby, ...ended };
}
