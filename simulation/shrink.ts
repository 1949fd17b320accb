import type { Item, Plan } from './plan.ts';

/**
 * The shortest plan that is still as bad: items are left out one by one, then what lasts is halved and what comes late comes
 * earlier, until nothing of that keeps it failing. Streams of random numbers have names, so the rest of the story stays.
 */
export async function shrink(plan: Plan, stillFails: (plan: Plan) => Promise<boolean>, triesMax = 200): Promise<Plan> {
  let best = plan;
  let tries = 0;
  for (let isBetter = true; isBetter && tries < triesMax; ) {
    isBetter = false;
    for (const candidate of smaller(best)) {
      if (++tries > triesMax) break;
      if (!(await stillFails(candidate))) continue;
      best = candidate;
      isBetter = true;
      break;
    }
  }
  return best;
}

function* smaller(plan: Plan): Generator<Plan> {
  const { items } = plan;
  for (const index of items.keys()) yield { ...plan, items: items.toSpliced(index, 1) };
  for (const name of Object.keys(plan.policy)) {
    yield { ...plan, policy: Object.fromEntries(Object.entries(plan.policy).filter(([other]) => other !== name)) };
  }
  if (plan.hooks.length > 0) yield { ...plan, hooks: [] };
  if (plan.regions === 3) yield { ...plan, regions: 2 };
  for (const [index, item] of items.entries()) {
    for (const shorter of shorterOf(item)) yield { ...plan, items: items.with(index, shorter) };
  }
}

function* shorterOf(item: Item): Generator<Item> {
  if (item.forMs !== undefined && item.forMs > 2_000) yield { ...item, forMs: Math.floor(item.forMs / 2_000) * 1_000 };
  if (item.atMs > 0) yield { ...item, atMs: Math.floor(item.atMs / 2_000) * 1_000 };
}
