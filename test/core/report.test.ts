import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { decide } from '../../core/decide.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import { reportOf } from '../../core/report.ts';
import { reportMarkdown } from '../../core/report-markdown.ts';
import { verdictOn } from '../support/verdict.ts';
import {
  allGood,
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  incidentOf,
  isolated,
  observers,
  orders,
  standby,
  t0,
  withPolicy,
} from '../support/world.ts';

const evidence = evidenceOf([homeDown, homeDown, allGood]);
const verdict = verdictOn(evidence);

function entry(afterMs: number, text: string, what: Happening): Entry {
  return {
    id: `orders#1:${what.kind}:${afterMs}`,
    service: 'orders',
    incident: 'orders#1',
    at: t0 + afterMs,
    text,
    what,
  };
}

const entries: Entry[] = [
  entry(1_000, 'admitted', { kind: 'admitted', incident: incidentOf() }),
  entry(2_000, 'move', { kind: 'decided', verdict, evidence }),
  entry(3_000, 'shifted', {
    kind: 'shifted',
    percent: 100,
    weights: { [home]: 0, [standby]: 1000 },
    outcome: 'accepted',
    wrote: true,
  }),
  entry(4_000, 'verified', { kind: 'verified', state: 'verified', detail: '' }),
  entry(5_000, 'orders moved', {
    kind: 'concluded',
    ending: 'recovered',
    durationMs: 5_000,
    error: null,
    deliveries: [
      { channel: 'sns', delivered: true, attempts: 1, because: null },
      { channel: 'slack', delivered: false, attempts: 3, because: 'answered 500' },
    ],
  }),
];

const outside = {
  faultAt: t0,
  firstRedAt: t0 + 500,
  tempo: 20,
  traffic: { requests: 100, lost: 7, lostReads: 0, lostWrites: 7, recoveredAt: t0 + 3_500 },
  events: [{ at: t0, text: 'us-east-1 goes dark' }],
};

describe('the report', () => {
  test('tells the milestones in order, counted from the fault', () => {
    expect(reportOf('orders#1', entries, outside).milestones.map(({ name, afterMs }) => [name, afterMs])).toEqual([
      ['fault', 0],
      ['first red', 500],
      ['admitted', 1_000],
      ['decided', 2_000],
      ['write accepted', 3_000],
      ['99 % served by the standby', 3_500],
      ['verified', 4_000],
      ['concluded', 5_000],
    ]);
  });

  test('is the same whatever the order of the entries', () => {
    expect(reportOf('orders#1', entries.toReversed(), outside)).toEqual(reportOf('orders#1', entries, outside));
  });

  test('leaves out what belongs to other incidents', () => {
    const other = { ...entry(9_000, 'other', { kind: 'verified', state: 'failed', detail: '' }), incident: 'orders#2' };
    expect(reportOf('orders#1', [...entries, other], outside)).toEqual(reportOf('orders#1', entries, outside));
  });

  test('compares what it took with the target, by what callers met where that is known', () => {
    const rto = (targetMs: number, seen: object = outside) =>
      reportOf('orders#1', entries, { ...seen, rtoTargetMs: targetMs }).rto;

    expect(rto(3_500)).toEqual({ targetMs: 3_500, tookMs: 3_500, met: true });
    expect(rto(3_499)).toEqual({ targetMs: 3_499, tookMs: 3_500, met: false });
    // By the run's own proof, from the fault, where nobody measured callers.
    expect(rto(4_000, { faultAt: t0 })).toEqual({ targetMs: 4_000, tookMs: 4_000, met: true });
  });

  test('says of no move that did not verify that its target was met', () => {
    const undone = entries.map((each) =>
      each.what.kind === 'concluded' ? { ...each, what: { ...each.what, ending: 'rolled-back' as const } } : each,
    );

    expect(reportOf('orders#1', undone, { faultAt: t0, rtoTargetMs: 60_000 }).rto).toMatchObject({
      tookMs: null,
      met: null,
    });
  });

  test('says of a ramp that was undone after its first step not that it was verified', () => {
    const undone = entries.map((each) =>
      each.what.kind === 'concluded' ? { ...each, what: { ...each.what, ending: 'rolled-back' as const } } : each,
    );

    expect(reportOf('orders#1', undone, outside).milestones.map(({ name }) => name)).not.toContain('verified');
  });

  test('says what to look for after a flight that was not proven, too', () => {
    const unproven = entries.map((each) =>
      each.what.kind === 'concluded' ? { ...each, what: { ...each.what, ending: 'unproven' as const } } : each,
    );

    expect(reportOf('orders#1', unproven).next.join('\n')).toContain(
      'writes that were answered and not yet replicated',
    );
  });

  test('says what to do now, and what to look for after a flight', () => {
    const { next } = reportOf('orders#1', entries, outside);

    expect(next.join('\n')).toContain('understudy ack orders');
    expect(next.join('\n')).toContain(`writes that were answered and not yet replicated`);
    expect(next.join('\n')).toContain(`understudy start orders --to ${home}`);
  });

  describe('of what to do now', () => {
    const approval = { required: true, deadlineMs: 60_000, onDeadline: 'abort' } as const;
    const asking = decide(
      withPolicy(orders, { dwellMs: 0, approval }),
      incidentOf(),
      evidence,
      observers,
      { weights: true },
      t0,
    );
    const waiting = [
      ...entries.slice(0, 1),
      entry(2_000, 'move', { kind: 'decided', verdict: asking, evidence }),
      entry(2_100, 'Approve moving orders?', { kind: 'announced', deliveries: [] }),
    ];

    test('names approve and decline while a run waits for a person, and no more once one has answered', () => {
      const next = reportOf('orders#1', waiting).next.join('\n');

      expect(next).toContain(`from ${home} to ${standby}`);
      expect(next).toContain('understudy approve orders');
      expect(next).toContain('understudy decline orders');
      const answered = entry(3_000, 'Approved by Ada', { kind: 'approval', decision: 'approved', by: 'Ada' });
      expect(reportOf('orders#1', [...waiting, answered]).next).toEqual([]);
    });

    test('names unfence where a person fenced the region that was left', () => {
      const fenced = (region: typeof home) => ({
        ...evidence,
        ledger: { ...evidence.ledger, fences: [{ region, by: 'Ada', reason: 'game day', at: t0 }] },
      });
      const next = (region: typeof home) =>
        reportOf(
          'orders#1',
          entries.map((each) =>
            each.what.kind === 'decided' ? { ...each, what: { ...each.what, evidence: fenced(region) } } : each,
          ),
        ).next.join('\n');

      expect(next(home)).toContain(
        `Ada fenced ${home}: automation moves nothing in there until somebody runs: understudy unfence ${home} orders`,
      );
      expect(next(standby)).not.toContain('unfence');
    });

    test('names unfence where a fence is what holds it', () => {
      const ledger = heldRecord({ fences: [{ region: standby, by: 'Ada', reason: 'game day', at: t0 }] });
      const seen = evidenceOf([homeDown, homeDown, homeDown], { ledger });
      const held = verdictOn(seen);
      const next = reportOf('orders#1', [
        ...entries.slice(0, 1),
        entry(2_000, 'hold', { kind: 'decided', verdict: held, evidence: seen }),
        entry(3_000, 'held', { kind: 'concluded', ending: 'held', durationMs: 1, error: null, deliveries: [] }),
      ]).next;

      expect(next).toEqual([`What would move it: understudy unfence ${standby}.`]);
    });
  });

  test('puts effects after their causes within one millisecond', () => {
    const at = (text: string, what: Happening) => entry(7_000, text, what);
    const tied = [
      at('end', { kind: 'concluded', ending: 'recovered', durationMs: 0, error: null, deliveries: [] }),
      at('proof', { kind: 'verified', state: 'verified', detail: '' }),
      at('write', { kind: 'shifted', percent: 100, weights: {}, outcome: 'accepted', wrote: true }),
      at('answer', { kind: 'approval', decision: 'approved', by: 'ada' }),
    ];

    expect(reportOf('orders#1', tied).timeline.map(({ text }) => text)).toEqual(['answer', 'write', 'proof', 'end']);
  });

  test('says that a run without a conclusion is unfinished', () => {
    expect(reportOf('orders#1', entries.slice(0, 3)).ending).toBe('unfinished');
  });

  test('counts from the start of the run where the fault is not known', () => {
    expect(reportOf('orders#1', entries).milestones[0]).toEqual({ name: 'admitted', at: t0 + 1_000, afterMs: 0 });
  });

  test('shows what every observer saw of every target', () => {
    const { sights } = reportOf('orders#1', entries);
    expect(sights).toContainEqual({ observer: observers[0], target: home, vote: 'bad' });
    expect(sights).toContainEqual({ observer: observers[2], target: home, vote: 'good' });
    expect(sights).toHaveLength(12);
  });

  test('shows an observer that saw nothing at all as isolated, as the decision took it', () => {
    const mixed = evidenceOf([isolated, homeDown, allGood]);
    const { sights } = reportOf('orders#1', [entry(2_000, 'move', { kind: 'decided', verdict, evidence: mixed })]);

    expect(sights).toContainEqual({ observer: observers[0], target: home, vote: 'isolated' });
    expect(sights).toContainEqual({ observer: observers[1], target: home, vote: 'bad' });
  });
});

describe('as a page', () => {
  const page = reportMarkdown(reportOf('orders#1', entries, outside));

  test('prints every time in both scales', () => {
    expect(page).toContain('| write accepted | 3.0 s | 60.0 s |');
  });

  test('tells who was not told, and why', () => {
    expect(page).toContain('- slack: NOT told after 3 attempts: answered 500');
    expect(page).toMatch(/- sns: told: `2\S+Z` orders moved/);
  });

  test('keeps a table cell a cell, whatever is in it', () => {
    const nasty = [
      { ...entries[0], what: { kind: 'admitted', incident: incidentOf({ reason: 'a | b\n<script>' }) } },
    ] as Entry[];
    expect(reportMarkdown(reportOf('orders#1', nasty))).toContain('a \\| b \\<script\\>');
  });

  test('of nothing still is a page', () => {
    expect(reportMarkdown(reportOf('orders#9', []))).toContain('orders#9 is not concluded');
    expect(epoch(9)).toBe(9);
  });
});
