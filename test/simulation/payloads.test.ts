import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type * as z from 'zod';
import type { StepName } from '../../deployment/names.ts';
import { drawPlan } from '../../simulation/draw.ts';
import type { Plan } from '../../simulation/plan.ts';
import { parseScenario } from '../../simulation/scenario.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { StepFunction } from '../../simulation/world/functions.ts';
import type { Seen } from '../../simulation/world/happening.ts';
import * as payloads from '../support/payloads.ts';

const schemas: Readonly<Record<StepName, z.ZodType>> = {
  admit: payloads.admitPayload,
  assess: payloads.assessPayload,
  decide: payloads.decidePayload,
  approve: payloads.approvePayload,
  announce: payloads.announcePayload,
  prepare: payloads.preparePayload,
  shift: payloads.shiftPayload,
  verify: payloads.verifyPayload,
  rollback: payloads.rollbackPayload,
  conclude: payloads.concludePayload,
  settle: payloads.settlePayload,
};

/** The one in which a ramp is asked about again, by Decide. */
const resumed = 'simulation/scenarios/ramp-resumed.yaml';
const { plan: rampResumed } = parseScenario(readFileSync(resumed, 'utf8'), resumed);

/** Everything that happened, in order; each step's payload goes through `change` first. */
async function story(plan: Plan, change: (step: StepName, payload: unknown) => unknown) {
  const happened: unknown[] = [];
  await simulate(plan, {
    checkers: [],
    onlookers: [(seen) => happened.push(withEvidence(seen))],
    tamper: (world) => {
      const changed = Object.entries(world.functions).map(([step, run]): [string, StepFunction] => [
        step,
        (payload, ...more) => run(change(step as StepName, payload), ...more),
      ]);
      world.functions = Object.fromEntries(changed) as typeof world.functions;
    },
  });
  return happened;
}

/** The table has it as one text, whose members stand in another order when a schema has made them anew. */
function withEvidence(seen: Seen): unknown {
  if (seen.kind !== 'recorded' || seen.entry.what.kind !== 'decided') return seen;
  const { what } = seen.entry;
  return { ...seen, entry: { ...seen.entry, what: { ...what, evidence: JSON.parse(String(what.evidence)) } } };
}

/*
 * Lambda functions parse what they are given; simulated ones take it as it is. That makes no difference as long as the schemas
 * know every member that a step reads, and refuse nothing that the machine sends.
 */
test('a story is the same, to the last event, where every payload is parsed by its schema', async () => {
  const parsed = new Set<StepName>();
  for (const plan of [...[3, 9, 22, 28, 45, 57, 77, 90, 149, 212].map(drawPlan), rampResumed]) {
    const asItIs = await story(plan, (_step, payload) => payload);
    const byTheSchemas = await story(plan, (step, payload) => {
      parsed.add(step);
      return schemas[step].parse(payload);
    });
    expect(byTheSchemas, plan.name).toEqual(asItIs);
  }
  expect([...parsed].sort()).toEqual(Object.keys(schemas).sort());
});
