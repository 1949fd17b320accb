import { parse } from 'yaml';
import * as z from 'zod';
import { parseFailover } from '../config/define-failover.ts';
import { region } from '../core/brand.ts';
import { failoverInput } from './failover.ts';
import { catalogue, type Fault, faultKinds } from './faults/catalogue.ts';
import { duration } from './faults/duration.ts';
import { actSchema, anchors, type Item, type Plan, usersHabits } from './plan.ts';

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
  /** How many messages people get in chat. */
  messages: z.int().nonnegative().optional(),
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
      lever: z.enum(['kvs', 'arc', 'beacon']).default('kvs'),
      regions: z.union([z.literal(2), z.literal(3)]).default(2),
      /** As in understudy.config.ts. */
      policy: z.record(z.string(), z.unknown()).default({}),
      hooks: z.array(z.enum(['readiness', 'prepare'])).default([]),
      /** Whether the service has a write probe. */
      writes: z.boolean().default(false),
      /** Whether observers probe every few seconds beside their canaries. */
      fastProbe: z.boolean().optional(),
      /** What alarms on what users see make of the truth; there are none where it is left out. */
      users: z.enum(usersHabits).optional(),
      /** The first two regions share the traffic; `kvs` only. */
      half: z.boolean().optional(),
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
    plan: { name, ...world, policy: parsePolicy(policy, given, file), items: when, forMs: 12 * 3_600_000 },
    ours: then.ours,
    naive: then.naive,
  };
}

/** Through the product's own schema: its defaults and its complaints. */
function parsePolicy(
  policy: object,
  { lever, regions }: Pick<Plan, 'lever' | 'regions'>,
  file: string,
): Plan['policy'] {
  try {
    const failover = parseFailover(failoverInput(lever, policy, regions === 2 ? undefined : regions));
    return failover.services[0]?.policy ?? {};
  } catch (error) {
    throw new ScenarioFault(`${file}: given.policy: ${error instanceof Error ? error.message : String(error)}`);
  }
}
