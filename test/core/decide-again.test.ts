import { describe, expect, test } from 'vitest';
import { decideAgain } from '../../core/decide-again.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import { leverTraits } from '../../core/lever.ts';
import { planSteps } from '../../core/plan.ts';
import {
  allGood,
  evidenceOf,
  heldRecord,
  home,
  homeDown,
  incidentOf,
  observers,
  orders,
  silent,
  standby,
  standbyDown,
  t0,
  withPolicy,
} from '../support/world.ts';

const prior = { epoch: null, weights: { [home]: 1000, [standby]: 0 } };
const halves = { percents: [50, 100], bakeMs: 60_000 };
const steps = planSteps(prior.weights, home, standby, halves, { weights: true });
const plan = { from: home, to: standby, prior, steps, prepare: [] };
const halfway = { [home]: 500, [standby]: 500 };

const again = (evidence: Evidence, incident: Partial<Incident>, service = orders, of = plan) =>
  decideAgain(service, incidentOf(incident), of, evidence, observers, leverTraits.kvs, evidence.gatheredAt);

describe('in the middle of a ramp', () => {
  const person = { mode: 'manual', requestedBy: 'Ada' } as const;

  test('a move by hand goes on with the plan that is under way, whose way back leads to before it', () => {
    const verdict = again(evidenceOf([allGood, allGood, allGood], { weights: halfway }), person);

    expect(verdict).toMatchObject({ kind: 'move', plan: { prior, steps } });
  });

  test('it goes on the same way where the target has the greater share by now and the run names no region', () => {
    const verdict = again(
      evidenceOf([allGood, allGood, allGood], { weights: { [home]: 250, [standby]: 750 } }),
      person,
    );

    expect(verdict).toMatchObject({ kind: 'move', plan: { from: home, to: standby } });
  });

  test.each([
    ['the target is bad', [standbyDown, standbyDown, standbyDown], 'target-bad'],
    ['nobody sees the target', [silent, silent, silent], 'target-unknown'],
  ] as const)('it does not where %s', (_, views, reason) => {
    expect(again(evidenceOf(views, { weights: halfway }), person)).toMatchObject({ kind: 'hold', reason });
  });

  test('it goes on where the target is bad by the flag of a detection drill alone', () => {
    const evidence = evidenceOf([allGood, allGood, allGood], { weights: halfway });
    const observations = evidence.observations.map((observation) =>
      observation.target.kind === 'regional' && observation.target.region === standby
        ? { ...observation, outcome: { kind: 'bad', because: 'drill', detail: 'flag' } as const }
        : observation,
    );

    const verdict = again({ ...evidence, observations }, person);

    expect(verdict).toMatchObject({ kind: 'move', plan: { steps } });
    expect(verdict.look?.sights.some(({ bad }) => bad > 0)).toBe(false);
  });

  test('it does not where the target was fenced meanwhile', () => {
    const fences = [{ region: standby, by: 'Bob', reason: 'a game day', at: t0 }];
    const evidence = evidenceOf([allGood, allGood, allGood], { weights: halfway, ledger: heldRecord({ fences }) });

    expect(again(evidence, { mode: 'automatic' })).toMatchObject({ kind: 'hold' });
  });

  test('automation does not go on away from a region that is well by now', () => {
    const verdict = again(evidenceOf([allGood, allGood, allGood], { weights: halfway }), { from: home });

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'source-healthy' });
  });

  test('automation goes on away from one that is bad still', () => {
    const service = withPolicy(orders, { dwellMs: 0 });
    const verdict = again(evidenceOf([homeDown, homeDown, homeDown], { weights: halfway }), { from: home }, service);

    expect(verdict).toMatchObject({ kind: 'move', plan: { steps } });
  });

  test('a hold is final, also one that some seconds may cure: the way back looks for itself', () => {
    const verdict = again(evidenceOf([silent, silent, silent], { weights: halfway }), { from: home });

    expect(verdict).toMatchObject({ kind: 'hold', reason: 'observers-blind', recheckAfterMs: null });
  });
});

describe('in the middle of the way home', () => {
  const service = withPolicy(orders, { failback: { automatic: true, greenForMs: 60_000 } });
  const way = { ...plan, from: standby, to: home, prior: { epoch: null, weights: { [home]: 0, [standby]: 1000 } } };
  const ledger = heldRecord({ movedBy: 'automation', activeRegion: standby });
  const since = (greenMs: number) =>
    observers.map((observer) => ({ observer, region: home, state: 'OK', since: t0 - greenMs }) as const);
  const seen = (greenMs: number) =>
    evidenceOf([allGood, allGood, allGood], { weights: halfway, ledger, alarms: since(greenMs) });

  test('automation goes on where home was green all the time', () => {
    expect(again(seen(120_000), { to: home }, service, way).kind).toBe('move');
  });

  test('and not where it was red in between', () => {
    expect(again(seen(30_000), { to: home }, service, way)).toMatchObject({
      kind: 'hold',
      reason: 'home-not-green-long-enough',
    });
  });
});
