import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { asDrill, decideInDrill } from '../../core/detection.ts';
import { applyLedger } from '../../core/ledger.ts';
import { remember } from '../../core/looks.ts';
import { type Detection, freshRecord } from '../../core/record.ts';
import { drillOf } from '../support/drill.ts';
import { hasty } from '../support/verdict.ts';
import {
  allGood,
  bothDown,
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  incidentOf,
  observers,
  orders,
  standby,
  standbyDown,
  t0,
  type View,
} from '../support/world.ts';

const detection: Detection = {
  id: 'detection@now',
  region: home,
  by: 'ada',
  reason: 'practice',
  startedAt: t0 - 60_000,
  until: t0 + 600_000,
};

/** What observers say who heed the flag: all that is good of home is bad by the name of the drill. */
function feigning(view: View, known: Partial<ReturnType<typeof heldRecord>> = { detection }, flagged = home) {
  const evidence = evidenceOf([view, view, view], { ledger: heldRecord(known) });
  return {
    ...evidence,
    observations: evidence.observations.map((observation) =>
      observation.target.kind === 'regional' &&
      observation.target.region === flagged &&
      observation.outcome.kind === 'good'
        ? { ...observation, outcome: { kind: 'bad', because: 'drill', detail: 'flag' } as const }
        : observation,
    ),
  };
}
const decided = (
  evidence: ReturnType<typeof feigning>,
  mode: 'automatic' | 'manual' = 'automatic',
  service = hasty,
  now = t0,
) => decideInDrill(service, incidentOf({ mode }), evidence, observers, { weights: true }, now);

describe('a feigned illness', () => {
  test('moves as a real one would, and the move is known for a drill', () => {
    const verdict = decided(feigning(allGood));
    expect(verdict).toMatchObject({ kind: 'move', plan: { from: home, to: standby, detects: { id: detection.id } } });
    if (verdict.kind !== 'move') throw new Error('it held');
    expect(asDrill(incidentOf(), verdict.plan)).toMatchObject({
      mode: 'drill',
      drill: { kind: 'out', detects: detection.id },
    });
    // Nothing of it is remembered as bad.
    expect(verdict.look?.sights.some(({ bad }) => bad > 0)).toBe(false);
  });

  test('flees from nothing, because the region that it leaves is well: no hook may give up its data', () => {
    const verdict = decided(feigning(allGood));
    expect(verdict).toMatchObject({ kind: 'move', plan: { flees: false, detects: { id: detection.id } } });
    // What is really down is fled from, while the drill lasts too.
    expect(decided(feigning(homeDown))).toMatchObject({ kind: 'move', plan: { flees: true } });
  });

  test('leads into no region that is under a change freeze', () => {
    const freezes = [{ region: standby, by: 'ada', reason: 'schema change', at: t0 - 1, until: t0 + 3_600_000 }];
    expect(decided(feigning(allGood, { detection, freezes }))).toMatchObject({
      kind: 'hold',
      reason: 'source-healthy',
    });
    // The freeze of a region to which nothing leads is none of it.
    const elsewhere = [{ ...freezes[0], region: home }] as typeof freezes;
    expect(decided(feigning(allGood, { detection, freezes: elsewhere }))).toMatchObject({ kind: 'move' });
  });

  test('is looked at again until the dwell is over', () => {
    expect(decided(feigning(allGood), 'automatic', orders)).toMatchObject({ kind: 'hold', reason: 'dwell' });
  });

  test('outlasts the dwell, though the looks before are remembered as the good answers that they were', () => {
    const first = decided(feigning(allGood), 'automatic', orders);
    if (first.kind !== 'hold' || first.look == null) throw new Error('it did not hold');
    const later = t0 + orders.policy.dwellMs;
    const evidence = feigning(allGood, { detection, looks: remember([], first.look) });
    const { observations, ...others } = evidence;
    const again = {
      ...others,
      observations: observations.map((seen) => ({ ...seen, at: seen.at + orders.policy.dwellMs })),
      earlier: first.redSince,
    };

    expect(decided(again, 'automatic', orders, later)).toMatchObject({ kind: 'move', plan: { from: home } });
  });

  test.each([
    ['the ledger knows no drill', feigning(allGood, {}), 'automatic', t0],
    ['its time is over', feigning(allGood, { detection: { ...detection, until: t0 } }), 'automatic', t0],
    ['something has moved already', feigning(allGood, { detection, drill: drillOf() }), 'automatic', t0],
    ['the flag is of another region than the drill', feigning(allGood, { detection }, standby), 'automatic', t0],
    ['the standby is down', feigning(standbyDown), 'automatic', t0],
  ] as const)('comes to nothing, and is no news of an outage, where %s', (_, evidence, mode, now) => {
    expect(decided(evidence, mode, hasty, now)).toMatchObject({ kind: 'hold', reason: 'source-healthy' });
  });

  test('hides no outage: what is really down is left as ever, and is no drill', () => {
    const verdict = decided(feigning(homeDown));
    expect(verdict).toMatchObject({ kind: 'move', plan: { from: home } });
    expect(verdict.kind === 'move' && verdict.plan.detects).toBeUndefined();
    expect(decided(feigning(bothDown))).toMatchObject({ kind: 'hold', diagnosis: 'all-regions-down' });
  });

  test('keeps nobody from moving by hand into the region of which it speaks', () => {
    const evidence = {
      ...feigning(allGood),
      routing: { kind: 'read', routing: { epoch: epoch(1), weights: { [home]: 0, [standby]: 1000 } } } as const,
    };
    const verdict = decideInDrill(
      hasty,
      incidentOf({ mode: 'manual', to: home }),
      evidence,
      observers,
      { weights: true },
      t0,
    );
    expect(verdict).toMatchObject({ kind: 'move', plan: { to: home } });
  });
});

describe('the ledger', () => {
  const begin = {
    kind: 'begin-detection',
    id: 'detection@now',
    region: home,
    by: 'ada',
    reason: 'practice',
    until: t0 + 1,
  } as const;
  test('lets none begin where automation would not move', () => {
    const free = freshRecord('orders');
    const paused = { by: 'ada', reason: 'x', at: t0, until: null, remindedAt: null };
    const refusals = [
      { ...free, paused },
      { ...free, armed: false },
      { ...free, drill: drillOf() },
      { ...free, detection: { ...detection, id: 'other' } },
    ].map((record) => {
      const outcome = applyLedger(record, begin, t0);
      return outcome.kind === 'refused' && outcome.refusal;
    });
    expect(refusals).toEqual(['paused', 'disarmed', 'drilling', 'drilling']);
  });

  test('keeps it until something is written for it, or its time is over: then it has FAILED', () => {
    const { until, outMs, toldAt, ...drill } = drillOf({ detects: detection.id });
    const written = applyLedger(
      heldRecord({ detection }),
      { kind: 'renew', holder: heldRecord().lease?.holder ?? '', epoch: epoch(1), leaseMs: 1, force: false, drill },
      t0,
    );
    expect(written.record).toMatchObject({ detection: null, drill: { detects: detection.id } });

    const late = { ...freshRecord('orders'), detection };
    expect(applyLedger(late, { kind: 'end-detection', id: detection.id }, detection.until).kind).toBe('refused');
    expect(
      applyLedger(late, { kind: 'end-detection', id: detection.id }, detection.until + 60_000).record,
    ).toMatchObject({
      detection: null,
      lastDrill: { result: 'FAILED', detects: detection.id },
    });
  });
});
