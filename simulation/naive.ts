import type { Region } from '../core/brand.ts';
import { activeRegion } from '../core/routing.ts';
import { regionNames } from '../core/service.ts';
import { ownerOfAlarm, ownerOfCanary } from '../deployment/names.ts';
import type { Json } from '../loopback/states/json.ts';
import { Random } from './engine/random.ts';
import { failoverOf } from './failover.ts';
import { isFault, type Plan } from './plan.ts';
import { Timeline } from './world/timeline.ts';
import { epochStart, World } from './world/world.ts';

/** What the plainest rule there is does: whoever says that the active region is red, traffic goes to the other one. */
export interface Naive {
  readonly serves: Region | null;
  /** Whether the region that serves in the end answers well. */
  readonly healthy: boolean;
  readonly moves: number;
  /** Of them: away from a region that was well. */
  readonly needless: number;
  /** Of them: to a region that was not. */
  readonly harmful: number;
}

/** The same plan in the same world, but with the naive rule in place of the state machine. */
export async function simulateNaive(plan: Plan): Promise<Naive> {
  const world = new World(failoverOf(plan), new Random(plan.seed));
  const moves: { readonly needless: boolean; readonly harmful: boolean }[] = [];
  const move = (from: Region, to: Region): void => {
    moves.push({ needless: world.isWell(from), harmful: !world.isWell(to) });
    world.moveByHand(to);
  };
  let first: readonly [from: Region, to: Region] | null = null;
  world.intercept = (event) => {
    const red = redRegion(event, world);
    const active = activeRegion(world.leverState().weights);
    const to = regionNames(world.service).find((name) => name !== active);
    if (active === null || red !== active || to === undefined) return;
    first ??= [active, to];
    // It takes its time to do it, and asks nothing again.
    world.time.after(1_000, () => move(active, to));
  };
  world.watch((seen) => {
    if (seen.kind !== 'fault' || seen.state !== 'begins' || first === null) return;
    // Nothing tells it that its plan is old.
    if (seen.fault.fault === 'stale-writer' || seen.fault.fault === 'redriven') move(...first);
  });
  // It has no runs and no epochs: what waits for one of ours comes after its first move.
  const items = plan.items.map((item) =>
    isFault(item) && item.after !== undefined ? { ...item, after: undefined, atMs: item.atMs + 180_000 } : item,
  );
  const timeline = new Timeline(world, { ...plan, items });
  const lastAt = Math.max(0, ...items.map(({ atMs, forMs }) => atMs + (forMs ?? 0)));
  await world.time.run(epochStart + Math.min(plan.forMs, lastAt + 5 * 60_000), () => timeline.ahead < 0);
  const serves = activeRegion(world.leverState().weights);
  return {
    serves,
    healthy: serves !== null && world.isWell(serves),
    moves: moves.length,
    needless: moves.filter(({ needless }) => needless).length,
    harmful: moves.filter(({ harmful }) => harmful).length,
  };
}

function redRegion(event: Json, { failover }: World): Region | null {
  const { detail } = event as { readonly detail?: { readonly alarmName?: string; readonly 'canary-name'?: string } };
  const owner =
    detail?.alarmName === undefined
      ? ownerOfCanary(failover, detail?.['canary-name'] ?? '')
      : ownerOfAlarm(failover, detail.alarmName);
  return owner?.region ?? null;
}
