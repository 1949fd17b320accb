import { region } from '../core/brand.ts';
import { activeRegion } from '../core/routing.ts';
import type { Violation } from './invariants/checker.ts';
import { allCheckers } from './invariants/invariants.ts';
import { type Naive, simulateNaive } from './naive.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import type { Onlooker } from './world/happening.ts';
import { heardMessages } from './world/heard.ts';
import { epochStart } from './world/world.ts';

export interface Played {
  readonly scenario: Scenario;
  readonly ours: Naive & {
    readonly ends: readonly string[];
    readonly firstWriteMs: number | null;
    readonly messages: number;
  };
  readonly naive: Naive;
  /** What came otherwise than the file says; empty where the scenario holds. */
  readonly differences: readonly string[];
  readonly violations: readonly Violation[];
}

export async function play(scenario: Scenario, onlookers: readonly Onlooker[] = []): Promise<Played> {
  const { plan } = scenario;
  const moved = new Map<string, { needless: boolean; harmful: boolean }>();
  let firstWriteMs: number | null = null;
  let messages = 0;
  const heard = heardMessages();
  let truth: (name: string) => boolean = () => true;
  const simulated = await simulate(plan, {
    checkers: allCheckers,
    onlookers: [
      ...onlookers,
      (seen) => {
        if (heard(seen) !== null) messages++;
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
    messages,
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

function differencesOf(whose: string, expected: Scenario['naive'] | Scenario['ours'], found: Naive): string[] {
  return (['serves', 'healthy', 'moves', 'needless', 'harmful'] as const).flatMap((member) => {
    const [wanted, is] = [expected[member], found[member]];
    if (wanted === undefined || wanted === is) return [];
    if (typeof wanted !== 'object') return [`${whose}.${member} is ${is}, not ${wanted}`];
    return Number(is) >= wanted.atLeast ? [] : [`${whose}.${member} is ${is}, less than ${wanted.atLeast}`];
  });
}

function endDifferences({ ends, never, within, messages }: Scenario['ours'], found: Played['ours']): string[] {
  return [
    ...ends.flatMap((state) =>
      found.ends.includes(state) ? [] : [`no run ended as ${state}, only as ${found.ends.join(', ')}`],
    ),
    ...never.flatMap((state) => (found.ends.includes(state) ? [`a run ended as ${state}`] : [])),
    ...(within === undefined || (found.firstWriteMs !== null && found.firstWriteMs <= within)
      ? []
      : [`the first write came after ${found.firstWriteMs} ms, not within ${within} ms`]),
    ...(messages === undefined || found.messages === messages
      ? []
      : [`people got ${found.messages} messages, not ${messages}`]),
  ];
}
