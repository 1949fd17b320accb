import { parse } from 'yaml';
import * as z from 'zod';
import { parseFailover } from '../config/define-failover.ts';
import { region } from '../core/brand.ts';
import { activeRegion } from '../core/routing.ts';
import { failoverInput } from './failover.ts';
import { catalogue, type Fault, faultKinds } from './faults/catalogue.ts';
import { duration } from './faults/duration.ts';
import type { Violation } from './invariants/checker.ts';
import { invariants } from './invariants/invariants.ts';
import { type Naive, simulateNaive } from './naive.ts';
import { actSchema, anchors, type Item, type Plan } from './plan.ts';
import { simulate } from './simulate.ts';
import type { Onlooker } from './world/happening.ts';
import { epochStart } from './world/world.ts';

/** A file that tells one story: what there is, what goes wrong when, and what must come of it, for us and for a naive rule. */
export interface Scenario {
  readonly name: string;
  readonly story: string;
  readonly plan: Plan;
  readonly ours: Expected;
  readonly naive: z.infer<typeof naiveSchema>;
}

export class ScenarioFault extends Error {
  override readonly name = 'ScenarioFault';
}

const regionName = z.string().min(1).transform(region);
/** Exactly, or `{ atLeast: 20 }` where the number itself says nothing. */
const count = z.union([z.int().nonnegative(), z.strictObject({ atLeast: z.int().nonnegative() })]);

const cameOf = {
  /** Who has the traffic in the end, and whether that region answers well. */
  serves: regionName.optional(),
  healthy: z.boolean().optional(),
  /** How often traffic was moved; of these, away from a region that was well, and to one that was not. */
  moves: count.optional(),
  needless: count.optional(),
  harmful: count.optional(),
};

const oursSchema = z.strictObject({
  ...cameOf,
  /** Last states of runs that there must be, and that there must not. */
  ends: z.array(z.string()).default([]),
  never: z.array(z.string()).default([]),
  /** From the beginning of the story to the first write. */
  within: duration.optional(),
});

type Expected = z.infer<typeof oursSchema>;

const naiveSchema = z.strictObject({ ...cameOf, says: z.string() });

const timed = { at: duration, after: z.enum(anchors).optional(), for: duration.optional() };

const faultSchemas = Object.fromEntries(
  faultKinds.map((kind) => [kind, z.strictObject({ ...timed, fault: z.literal(kind), ...catalogue[kind].fields })]),
);

const itemSchema = z.looseObject({}).transform((given, context): Item => {
  const kind = given['fault'];
  const known = typeof kind === 'string' ? faultSchemas[kind] : undefined;
  const fail = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  if (kind !== undefined && known === undefined)
    return fail(`${JSON.stringify(kind)} is no fault; there is ${faultKinds.join(', ')}`);
  if (known !== undefined) {
    const parsed = known.safeParse(given);
    if (!parsed.success) return fail(z.prettifyError(parsed.error));
    const {
      at,
      after,
      for: forMs,
      ...fault
    } = parsed.data as unknown as { at: number; after?: Item['after']; for?: number } & Fault;
    return {
      atMs: at,
      ...(after !== undefined && { after }),
      ...(forMs !== undefined && { forMs }),
      fault: fault as Fault,
    };
  }
  const { at, after, ...act } = given;
  const when = z.object({ at: timed.at, after: timed.after }).safeParse({ at, after });
  const parsed = actSchema.safeParse(act);
  if (!when.success) return fail(z.prettifyError(when.error));
  if (!parsed.success) return fail(`neither a fault nor an act: ${z.prettifyError(parsed.error)}`);
  return { atMs: when.data.at, ...(when.data.after !== undefined && { after: when.data.after }), act: parsed.data };
});

const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  story: z.string().min(1),
  given: z
    .strictObject({
      seed: z.int().default(1),
      lever: z.enum(['kvs', 'arc']).default('kvs'),
      regions: z.union([z.literal(2), z.literal(3)]).default(2),
      /** As in understudy.config.ts. */
      policy: z.record(z.string(), z.unknown()).default({}),
      hooks: z.array(z.enum(['readiness', 'prepare'])).default([]),
    })
    .prefault({}),
  when: z.array(itemSchema),
  // biome-ignore lint/suspicious/noThenProperty: given, when, then is how people tell such a story; nobody awaits it.
  then: z.strictObject({ ours: oursSchema, naive: naiveSchema }),
});

/** Throws `ScenarioFault`, which names the place and what to write there. */
export function parseScenario(text: string, file: string): Scenario {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new ScenarioFault(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = scenarioSchema.safeParse(raw);
  if (!parsed.success) throw new ScenarioFault(`${file}:\n${z.prettifyError(parsed.error)}`);
  const { name, story, given, when, then } = parsed.data;
  const { policy, ...world } = given;
  return {
    name,
    story,
    plan: { name, ...world, policy: parsePolicy(policy, given.lever, file), items: when, forMs: 12 * 3_600_000 },
    ours: then.ours,
    naive: then.naive,
  };
}

/** Through the product's own schema: its defaults and its complaints. */
function parsePolicy(policy: object, lever: 'kvs' | 'arc', file: string): Plan['policy'] {
  try {
    const failover = parseFailover(failoverInput(lever, policy));
    return failover.services[0]?.policy ?? {};
  } catch (error) {
    throw new ScenarioFault(`${file}: given.policy: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export interface Played {
  readonly scenario: Scenario;
  readonly ours: Naive & { readonly ends: readonly string[]; readonly firstWriteMs: number | null };
  readonly naive: Naive;
  /** What came otherwise than the file says; empty where the scenario holds. */
  readonly differences: readonly string[];
  readonly violations: readonly Violation[];
}

export async function play(scenario: Scenario, onlookers: readonly Onlooker[] = []): Promise<Played> {
  const { plan } = scenario;
  const moved = new Map<string, { needless: boolean; harmful: boolean }>();
  let firstWriteMs: number | null = null;
  let truth: (name: string) => boolean = () => true;
  const simulated = await simulate(plan, {
    checkers: invariants.map(({ checkerOf }) => checkerOf),
    onlookers: [
      ...onlookers,
      (seen) => {
        if (seen.kind !== 'lever' || seen.by?.step !== 'shift') return;
        firstWriteMs ??= seen.at - epochStart;
        const raised = (name: string) => (seen.after.weights[name] ?? 0) > (seen.before.weights[name] ?? 0);
        const names = Object.keys(seen.after.weights);
        const to = names.find(raised);
        const from = names.find((name) => (seen.after.weights[name] ?? 0) < (seen.before.weights[name] ?? 0));
        if (moved.has(seen.by.run)) return;
        moved.set(seen.by.run, {
          needless: from !== undefined && truth(from),
          harmful: to !== undefined && !truth(to),
        });
      },
    ],
    tamper: (world) => {
      truth = (name) => world.isWell(region(name));
    },
  });
  const { world } = simulated;
  const serves = activeRegion(world.leverState().weights);
  const moves = [...moved.values()];
  const ours = {
    serves,
    healthy: serves !== null && world.isWell(serves),
    moves: moves.length,
    needless: moves.filter(({ needless }) => needless).length,
    harmful: moves.filter(({ harmful }) => harmful).length,
    ends: [...simulated.endings.keys()],
    firstWriteMs,
  };
  const naive = await simulateNaive(plan);
  return {
    scenario,
    ours,
    naive,
    violations: simulated.violations,
    differences: [
      ...differencesOf('ours', scenario.ours, ours),
      ...differencesOf('naive', scenario.naive, naive),
      ...endDifferences(scenario.ours, ours),
    ],
  };
}

function differencesOf(whose: string, expected: z.infer<typeof naiveSchema> | Expected, found: Naive): string[] {
  return (['serves', 'healthy', 'moves', 'needless', 'harmful'] as const).flatMap((member) => {
    const [wanted, is] = [expected[member], found[member]];
    if (wanted === undefined || wanted === is) return [];
    if (typeof wanted !== 'object') return [`${whose}.${member} is ${is}, not ${wanted}`];
    return Number(is) >= wanted.atLeast ? [] : [`${whose}.${member} is ${is}, less than ${wanted.atLeast}`];
  });
}

function endDifferences({ ends, never, within }: Expected, found: Played['ours']): string[] {
  return [
    ...ends.flatMap((state) =>
      found.ends.includes(state) ? [] : [`no run ended as ${state}, only as ${found.ends.join(', ')}`],
    ),
    ...never.flatMap((state) => (found.ends.includes(state) ? [`a run ended as ${state}`] : [])),
    ...(within === undefined || (found.firstWriteMs !== null && found.firstWriteMs <= within)
      ? []
      : [`the first write came after ${found.firstWriteMs} ms, not within ${within} ms`]),
  ];
}
