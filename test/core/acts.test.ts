import { describe, expect, test } from 'vitest';
import { actsOf } from '../../core/acts.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import { lastPractice, pastRuns } from '../../core/past-runs.ts';
import { home, incidentOf, standby, t0 } from '../support/world.ts';

const ada = 'arn:aws:sts::123456789012:assumed-role/operator/ada';
const entryOf = (
  afterMs: number,
  what: Happening,
  incident: string | null = 'orders#1',
  text: string = what.kind,
): Entry => ({
  id: `${incident}/${what.kind}/${afterMs}`,
  service: 'orders',
  incident,
  at: t0 + afterMs,
  text,
  what,
});

const admitted = (change = {}) => ({ kind: 'admitted', incident: incidentOf(change) }) as const;
const plan = { from: home, to: standby, prior: { epoch: null, weights: {} }, steps: [], prepare: [] };
const decided = {
  kind: 'decided',
  verdict: { kind: 'move', diagnosis: 'region-down', plan, because: 'b', approval: null },
  evidence: {},
} as unknown as Happening;
const shifted = (wrote = true) =>
  ({ kind: 'shifted', percent: 100, weights: { [home]: 0, [standby]: 1000 }, outcome: 'accepted', wrote }) as const;
const concluded = (ending: 'recovered' | 'rehearsed' | 'held') =>
  ({ kind: 'concluded', ending, deliveries: [], durationMs: 4_000, error: null }) as const;

describe('who did what', () => {
  test('of a run by automation is its write, and neither its look nor its decision', () => {
    const acts = actsOf([
      entryOf(0, admitted()),
      entryOf(1, decided),
      entryOf(2, shifted()),
      entryOf(3, concluded('recovered')),
    ]);

    expect(acts).toMatchObject([
      { who: 'automation', what: 'wrote us-east-1 0 %, us-west-2 100 %', incident: 'orders#1' },
    ]);
  });

  test('of a run by a person is the request and the write, both by that person', () => {
    const run = admitted({ mode: 'manual', requestedBy: ada, to: standby, force: true, reason: 'game day' });

    expect(actsOf([entryOf(0, run), entryOf(1, shifted())])).toMatchObject([
      { who: ada, what: 'asked to move to us-west-2, by force: game day' },
      { who: ada, what: 'wrote us-east-1 0 %, us-west-2 100 %' },
    ]);
  });

  test('of several approvals is each of them, by whom it was, and not their sum', () => {
    const answer = 'orders#1/approval/us-east-1-to-us-west-2';
    const approved = (id: string, by: string, more: number | undefined, at: number) => ({
      ...entryOf(at, { kind: 'approval', decision: 'approved', by, ...(more !== undefined && { more }) }),
      id,
    });

    expect(
      actsOf([
        approved(`${answer}/1`, 'ada', 1, 1),
        approved(`${answer}/2`, 'grace', 0, 2),
        approved(answer, 'ada and grace', undefined, 3),
      ]).map(({ who, what }) => [who, what]),
    ).toEqual([
      ['ada', 'approved; one more person has to'],
      ['grace', 'approved; that is enough'],
    ]);
  });

  test('of a rehearsal is the request alone, and of a retry nothing', () => {
    const rehearsal = admitted({ mode: 'rehearsal', requestedBy: ada, reason: 'Tuesday' });

    expect(actsOf([entryOf(0, rehearsal), entryOf(1, shifted())])).toMatchObject([
      { what: 'asked to rehearse: Tuesday' },
    ]);
    expect(actsOf([entryOf(0, admitted()), entryOf(1, shifted(false))])).toEqual([]);
  });

  test('holds answers, commands and refused requests of people, and what automation took back', () => {
    const request = { ...incidentOf({ mode: 'manual', requestedBy: ada }) };
    const routing = { epoch: null, weights: { [home]: 1000, [standby]: 0 } };
    const acts = actsOf([
      entryOf(0, admitted()),
      entryOf(1, { kind: 'approval', decision: 'approved', by: ada }),
      entryOf(2, { kind: 'approval', decision: 'deadline', by: null }),
      entryOf(
        3,
        { kind: 'operator', command: 'pause', by: ada, reason: 'freeze' },
        null,
        `${ada}: pause orders: freeze`,
      ),
      entryOf(4, { kind: 'refused', request, reason: 'paused' }, null, 'refused (paused): freeze'),
      entryOf(5, { kind: 'refused', request: incidentOf(), reason: 'paused' }, null),
      entryOf(6, { kind: 'rolled-back', restored: true, routing, detail: 'it did not verify' }),
    ]);

    expect(acts.map(({ who, what }) => [who, what])).toEqual([
      [ada, 'approved'],
      ['automation', 'nobody answered in time'],
      [ada, 'pause orders: freeze'],
      [ada, 'asked for a run, refused (paused): freeze'],
      ['automation', 'wrote us-east-1 100 %, us-west-2 0 % back: it did not verify'],
    ]);
  });
});

describe('the runs of a service', () => {
  const runs = pastRuns([
    entryOf(0, admitted({ mode: 'rehearsal', requestedBy: ada })),
    entryOf(1, decided),
    entryOf(2, concluded('rehearsed'), 'orders#1', 'rehearsal passed'),
    entryOf(3, { kind: 'refused', request: null, reason: 'malformed' }, null),
    entryOf(4, admitted({ id: 'orders#2' }), 'orders#2'),
    entryOf(5, concluded('recovered'), 'orders#2'),
    entryOf(6, admitted({ id: 'orders#3', mode: 'manual' }), 'orders#3'),
  ]);

  test('are those that were let in, each with its way and its end', () => {
    expect(runs).toMatchObject([
      {
        incident: 'orders#1',
        from: home,
        to: standby,
        ending: 'rehearsed',
        headline: 'rehearsal passed',
        tookMs: 4_000,
      },
      { incident: 'orders#2', from: null, ending: 'recovered' },
      { incident: 'orders#3', ending: null, tookMs: null },
    ]);
  });

  test('hold practice only where a person asked and it came out well', () => {
    expect(lastPractice(runs)?.incident).toBe('orders#1');
    expect(lastPractice(runs.slice(1))).toBeNull();
  });
});
