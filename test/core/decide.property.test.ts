import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch, type Instant } from '../../core/brand.ts';
import { decide } from '../../core/decide.ts';
import { applyLedger } from '../../core/ledger.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { activeRegion, type Weights } from '../../core/routing.ts';
import { hasty, verdictOn } from '../support/verdict.ts';
import {
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  incidentOf,
  observers,
  silent,
  standby,
  t0,
  type View,
  view,
  views,
  withPolicy,
} from '../support/world.ts';

const mode = fc.constantFrom('automatic' as const, 'manual' as const, 'rehearsal' as const);
const decideOn = (seen: readonly View[], incident = {}, service = hasty) =>
  verdictOn(evidenceOf(seen), incident, service);

const seesGood = (seen: View, target: 'home' | 'standby') => seen[target] === 'good';
const seesBad = (seen: View, target: 'home' | 'standby') =>
  seen[target] === 'bad' &&
  [seen.home, seen.standby, seen.frontDoor, seen.control].some(
    (sight) => sight === 'good' || sight === 'mixed' || seen.control === 'none',
  );

describe('decide', () => {
  test('X1: never moves to a region that no quorum sees good, whoever asks and however hard', () => {
    fc.assert(
      fc.property(views, mode, fc.boolean(), (seen, mode, force) => {
        const verdict = decideOn(seen, { mode, force });
        if (verdict.kind === 'move')
          expect(seen.filter((one) => seesGood(one, 'standby')).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  test('X1: never moves by itself away from a region that no quorum of unisolated observers sees bad', () => {
    fc.assert(
      fc.property(views, (seen) => {
        const verdict = decideOn(seen);
        if (verdict.kind === 'move')
          expect(seen.filter((one) => seesBad(one, 'home')).length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  test('taking away what an observer saw never turns a hold into a move', () => {
    fc.assert(
      fc.property(views, fc.nat(2), (seen, who) => {
        const fewer = seen.map((one, index) => (index === who ? silent : one));
        // An observer that contradicts the quorum holds no veto: only agreement counts, so compare where it agreed or abstained.
        fc.pre(!(seen[who] !== undefined && (seesGood(seen[who], 'home') || seen[who].standby === 'bad')));
        if (decideOn(seen).kind === 'hold') expect(decideOn(fewer).kind).toBe('hold');
      }),
    );
  });

  test('says why and what would change it, every time it holds', () => {
    fc.assert(
      fc.property(views, mode, (seen, mode) => {
        const verdict = decideOn(seen, { mode });
        if (verdict.kind === 'hold') expect(verdict.because.length * verdict.wouldChange.length).toBeGreaterThan(0);
      }),
    );
  });

  test('gives the same verdict for the same evidence', () => {
    fc.assert(
      fc.property(views, mode, (seen, mode) => {
        expect(decideOn(seen, { mode })).toEqual(decideOn(seen, { mode }));
      }),
    );
  });

  test('does not care in which order observations arrived', () => {
    fc.assert(
      fc.property(views, fc.func(fc.integer()), (seen, rank) => {
        const evidence = evidenceOf(seen);
        const shuffled = { ...evidence, observations: [...evidence.observations].sort((a, b) => rank(a) - rank(b)) };
        const verdict = (of: typeof evidence) => verdictOn(of).kind;
        expect(verdict(shuffled)).toBe(verdict(evidence));
      }),
    );
  });

  test('always moves when a quorum sees the home region down and the standby good (liveness)', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 2, maxLength: 2 }), view, (who, third) => {
        fc.pre(third.home !== 'good' && third.standby !== 'bad');
        const seen = [0, 1, 2].map((index) => (who.includes(index) ? homeDown : third));
        expect(decideOn(seen).kind).toBe('move');
      }),
    );
  });

  test('conserves the traffic: every step of a plan adds up to what there was', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 }),
        (share, percents) => {
          const weights: Weights = { [home]: share, [standby]: 1000 - share };
          const service = withPolicy(hasty, {
            ramp: { percents: [...percents.sort((a, b) => a - b), 100], bakeMs: 0 },
          });
          const verdict = decide(
            service,
            incidentOf({ from: home }),
            evidenceOf([homeDown, homeDown, homeDown], { weights }),
            observers,
            { weights: true },
            t0,
          );
          if (verdict.kind !== 'move') throw new Error(verdict.because);
          for (const step of verdict.plan.steps)
            expect((step.weights[home] ?? 0) + (step.weights[standby] ?? 0)).toBe(1000);
          expect(verdict.plan.steps.at(-1)?.weights).toEqual({ [home]: 0, [standby]: 1000 });
        },
      ),
    );
  });
});

describe('X9: no ping-pong', () => {
  /** Every tick an alarm fires; the run is admitted, decided, moved at once and concluded. */
  function movesOver(trace: readonly View[], tickMs: number, { acknowledge }: { acknowledge: boolean }): number {
    let record: LedgerRecord = freshRecord('orders');
    let weights: Weights = { [home]: 1000, [standby]: 0 };
    let moves = 0;
    trace.forEach((seen, tick) => {
      const now: Instant = t0 + tick * tickMs;
      const holder = `run-${tick}`;
      const acquired = applyLedger(
        record,
        { kind: 'acquire', holder, mode: 'automatic', force: false, policy: hasty.policy },
        now,
      );
      if (acquired.kind === 'refused') return;
      record = acquired.record;
      const incident = incidentOf({ epoch: record.epoch, holder, id: `orders#${record.epoch}`, admittedAt: now });
      const evidence = evidenceOf([seen, seen, seen], { at: now, weights, ledger: record });
      const verdict = decide(hasty, incident, evidence, observers, { weights: true }, now);
      if (verdict.kind === 'move') {
        weights = verdict.plan.steps.at(-1)?.weights ?? weights;
        moves += 1;
      }
      const movedTo = verdict.kind === 'move' ? verdict.plan.to : null;
      const concluded = applyLedger(
        record,
        {
          kind: 'conclude',
          holder,
          epoch: record.epoch,
          incident: incident.id,
          mode: 'automatic',
          ending: 'recovered',
          movedTo,
        },
        now,
      );
      record = concluded.record;
      if (acknowledge && record.unacknowledged !== null)
        record = applyLedger(record, { kind: 'acknowledge', incident: null }, now).record;
    });
    return moves;
  }

  const trace = fc.array(view, { minLength: 1, maxLength: 200 });
  const tickMs = fc.integer({ min: 1_000, max: 600_000 });

  test('at most one move until a person acknowledges it, for any signal', () => {
    fc.assert(
      fc.property(trace, tickMs, (seen, tickMs) => {
        expect(movesOver(seen, tickMs, { acknowledge: false })).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('at most 1 + duration ÷ cooldown moves even if people acknowledge at once', () => {
    fc.assert(
      fc.property(trace, tickMs, (seen, tickMs) => {
        const durationMs = seen.length * tickMs;
        expect(movesOver(seen, tickMs, { acknowledge: true })).toBeLessThanOrEqual(
          1 + durationMs / hasty.policy.cooldownMs,
        );
      }),
    );
  });

  test('a region that flaps for ever is left once and not returned to', () => {
    const flapping = Array.from({ length: 100 }, (_, tick) =>
      tick % 2 === 0 ? homeDown : { ...homeDown, home: 'good' as const },
    );
    expect(movesOver(flapping, 60_000, { acknowledge: true })).toBe(1);
  });
});

test('the active region is the heaviest, or nobody', () => {
  expect(activeRegion({ a: 0, b: 10, c: 990 })).toBe('c');
  expect(activeRegion({ a: 0, b: -1 })).toBeNull();
  expect(heldRecord().epoch).toBe(epoch(1));
});
