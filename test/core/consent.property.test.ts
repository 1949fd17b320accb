import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { consentsTo, stillNeeded } from '../../core/consent.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { personOf } from '../../core/person.ts';
import { freshRecord, type LedgerRecord, type Question } from '../../core/record.ts';
import { questionOf } from '../support/question.ts';
import { home, standby, t0 } from '../support/world.ts';

const holder = 'run-1';
const lease = { holder, mode: 'automatic', purpose: 'move', expiresAt: t0 + 3_600_000, attempt: null } as const;
const question = (people: number): Question => questionOf({ incident: 'orders#3', people });

function asked(people: number): LedgerRecord {
  const record = { ...freshRecord('orders'), epoch: epoch(3), lease };
  return change(record, { kind: 'ask', holder, epoch: epoch(3), leaseMs: 3_600_000, question: question(people) });
}

const change = (record: LedgerRecord, command: LedgerCommand, now = t0 + 1): LedgerRecord =>
  applyLedger(record, command, now).record;

const yes = (by: string, more: object = {}) =>
  ({ kind: 'approve', incident: 'orders#3', from: home, to: standby, by, ...more }) as const;

/** Two sessions of one role, two roles of one user of Identity Center, users. */
const identity = fc.constantFrom(
  'arn:aws:iam::123456789012:user/ada',
  'arn:aws:iam::123456789012:user/grace',
  'arn:aws:sts::123456789012:assumed-role/oncall/one',
  'arn:aws:sts::123456789012:assumed-role/oncall/two',
  'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_1/mary@example.com',
  'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Read_2/mary@example.com',
);

describe('approvals', () => {
  test('are of different people, no more than are needed, and never fewer than before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(identity, { maxLength: 20 }), (people, voices) => {
        let record = asked(people);
        for (const [nth, by] of voices.entries()) {
          const before = consentsTo(record, question(people));
          record = change(record, yes(by), t0 + nth);
          const given = consentsTo(record, question(people));

          expect(given.slice(0, before.length)).toEqual(before);
          expect(new Set(given.map((one) => personOf(one.by))).size).toBe(given.length);
          expect(stillNeeded(record, question(people))).toBe(people - given.length);
          expect(given.length).toBeLessThanOrEqual(people);
        }
        const known = new Set(voices.map(personOf));
        expect(consentsTo(record, question(people))).toHaveLength(Math.min(known.size, people));
      }),
    );
  });

  test('count in whatever order they come, each with its own identity and time', () => {
    const record = change(change(asked(2), yes('ada'), t0 + 5), yes('grace'), t0 + 9);

    expect(consentsTo(record, question(2))).toEqual([
      { by: 'ada', at: t0 + 5 },
      { by: 'grace', at: t0 + 9 },
    ]);
  });

  test.each([
    ['another epoch', yes('ada', { incident: 'orders#2' }), t0 + 1],
    ['another way', yes('ada', { from: standby, to: home }), t0 + 1],
    ['a question whose deadline has come', yes('ada'), t0 + 600_000],
  ])('of %s are refused and change nothing', (_, command, now) => {
    const record = asked(2);

    expect(applyLedger(record, command, now)).toMatchObject({ kind: 'refused', refusal: 'not-asked', record });
  });

  test('end with the lease of the run that asked, and with a newer run', () => {
    const record = asked(2);

    for (const later of [
      { ...record, lease: null },
      { ...record, epoch: epoch(4) },
    ]) {
      expect(applyLedger(later, yes('ada'), t0 + 1)).toMatchObject({ kind: 'refused', refusal: 'not-asked' });
    }
  });

  test('outlive the renewal of the lease by the run that was answered, and not a second question of it', () => {
    const given = change(change(asked(2), yes('ada')), yes('grace'));
    const renewed = change(given, { kind: 'renew', holder, epoch: epoch(3), leaseMs: 60_000, force: false });
    const askedAgain = change(renewed, {
      kind: 'ask',
      holder,
      epoch: epoch(3),
      leaseMs: 60_000,
      question: question(2),
    });

    expect(renewed.question).toBeNull();
    expect(consentsTo(renewed, question(2))).toHaveLength(2);
    expect(consentsTo(askedAgain, question(2))).toEqual([]);
  });
});
