import { Random } from './engine/random.ts';
import { failoverOf, home } from './failover.ts';
import type { FaultKind } from './faults/catalogue.ts';
import type { Checker, CheckerOf, Violation } from './invariants/checker.ts';
import type { Plan } from './plan.ts';
import type { Onlooker, Seen } from './world/happening.ts';
import { endOf } from './world/last-state.ts';
import { Timeline } from './world/timeline.ts';
import { epochStart, World } from './world/world.ts';

export interface Simulated {
  readonly plan: Plan;
  readonly world: World;
  readonly violations: readonly Violation[];
  readonly hits: ReadonlyMap<FaultKind, number>;
  /** Runs that were admitted. */
  readonly incidents: number;
  /** Executions that were started, refused ones too. */
  readonly runs: number;
  /** How each run ended, by the name of its last state. */
  readonly endings: ReadonlyMap<string, number>;
  readonly lastedMs: number;
}

export interface SimulateOptions {
  readonly checkers: readonly CheckerOf[];
  readonly onlookers?: readonly Onlooker[];
  /** Changes the world before anything happens: tests break it here. */
  readonly tamper?: (world: World) => void;
  /** From then on nothing new begins, and what is under way ends. */
  readonly enough?: (world: World) => boolean;
}

/** Plays one plan to its end, with onlookers who check. The same plan gives the same story, to the last event. */
export async function simulate(
  plan: Plan,
  { checkers, onlookers = [], tamper, enough }: SimulateOptions,
): Promise<Simulated> {
  const world = new World(failoverOf(plan), new Random(plan.seed));
  if (plan.half === true) world.beginAtHalf();
  if (plan.users !== undefined) world.beginUsers(plan.users);
  tamper?.(world);
  const violations: Violation[] = [];
  const watching: Checker[] = checkers.map((checkerOf) =>
    checkerOf({
      plan,
      world,
      violated: (invariant, because) => violations.push({ invariant, because, at: world.time.now() }),
    }),
  );
  const tally = new Tally(world);
  for (const onlooker of onlookers) world.watch(onlooker);
  for (const checker of watching) world.watch(checker.see);
  const timeline = new Timeline(world, plan);
  const isOver = () =>
    enough?.(world) === true ||
    (timeline.ahead === 0 &&
      world.time.now() - tally.changedAt > quietFor(plan, world) &&
      watching.every((checker) => checker.owed?.() !== true));
  await world.time.run(epochStart + plan.forMs, isOver);
  // What is under way ends; nothing new begins.
  world.close();
  await world.time.run(Number.POSITIVE_INFINITY, () => world.running === 0);
  for (const checker of watching) checker.end?.();
  return {
    plan,
    world,
    violations,
    hits: world.faults.hits,
    incidents: tally.incidents,
    runs: tally.runs,
    endings: tally.endings,
    lastedMs: world.time.now() - epochStart,
  };
}

/** Long enough for every canary, its alarm and every reconciler to have had their say; what they start comes to its end. */
const quietMs = 90_000;

/** Where automation may go home, it is given the time to: an alarm is green late, and then for as long as the policy says. */
function quietFor({ policy }: Plan, world: World): number {
  const { failback, cooldownMs } = { ...world.service.policy, ...policy };
  if (!failback.automatic || (world.leverState().weights[home] ?? 0) > 0) return quietMs;
  return quietMs + failback.greenForMs + cooldownMs + 90_000;
}

class Tally {
  incidents = 0;
  runs = 0;
  /** The last moment at which anything changed outside of the runs: they look every minute while a region is red. */
  changedAt = epochStart;
  readonly endings = new Map<string, number>();

  constructor(world: World) {
    world.watch((seen) => this.#see(seen));
  }

  #see(seen: Seen): void {
    switch (seen.kind) {
      case 'started':
      case 'redriven':
        this.runs++;
        break;
      case 'ended': {
        const state = endOf(seen);
        this.endings.set(state, (this.endings.get(state) ?? 0) + 1);
        break;
      }
      case 'ledger':
        if (seen.after.epoch > (seen.before?.epoch ?? 0)) this.incidents++;
        break;
      case 'fault':
      case 'act':
      case 'lever':
        this.changedAt = seen.at;
        break;
      default:
    }
  }
}
