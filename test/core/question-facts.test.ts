import { expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { questionFacts } from '../../core/question-facts.ts';
import { freshRecord } from '../../core/record.ts';
import { planOf } from '../handlers/steps/given.ts';
import { pastDrillOf } from '../support/drill.ts';
import { evidenceOf, homeDown, standby, t0 } from '../support/world.ts';

const record = { ...freshRecord('orders'), epoch: epoch(8) };
const evidence = evidenceOf([homeDown, homeDown, homeDown]);
const valuesOf = (given: Partial<Parameters<typeof questionFacts>[0]> = {}) =>
  Object.fromEntries(
    questionFacts({ plan: planOf(), evidence, record, ...given }, t0).map(({ name, value }) => [name, value]),
  );

test('says what probes saw of both regions, what would be written and under which epoch', () => {
  const { Evidence, 'Would be written': written } = valuesOf();

  expect(Evidence).toMatch(
    /^us-east-1: 0 of \d+ probes good, from \d observers · us-west-2: (\d+) of \1 probes good, from/,
  );
  expect(written).toBe('epoch 8 · us-east-1 1000 → 0, us-west-2 0 → 1000');
  expect(valuesOf({ plan: planOf(10, 50, 100) })['Would be written']).toContain('in steps of 10, 50, 100 %');
});

test('says the lag as readiness hooks do, and where none does', () => {
  expect(valuesOf()['Lag']).toBe('not known: no readiness hook says it');
  const ready = { region: standby, check: 'replica', ready: true, detail: '3 s behind' };
  expect(valuesOf({ evidence: { ...evidence, readiness: [ready] } })['Ready: replica']).toBe('yes: 3 s behind');
});

test('says when this was practised last, and how that came out', () => {
  expect(valuesOf()['Last drill']).toBe('never');
  const lastDrill = pastDrillOf({ endedAt: t0 - 3 * 86_400_000 });
  expect(valuesOf({ record: { ...record, lastDrill } })['Last drill']).toMatch(
    /^drill orders#\d+ SUCCEEDED.*, 3 days ago$/,
  );
});

test('evidence that is not to be had is said to be missing', () => {
  expect(valuesOf({ evidence: null })['Evidence']).toContain('not to be had');
});
