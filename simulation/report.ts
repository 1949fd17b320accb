import { catalogue, faultKinds } from './faults/catalogue.ts';
import { allCheckers, invariants } from './invariants/invariants.ts';
import { itemText, lineOf } from './line.ts';
import type { Plan } from './plan.ts';
import type { Played } from './play-scenario.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import type { Failure, Survey } from './survey.ts';

/** Seeds, incidents, what was tried and what held: one screen. */
export function surveyLines({ seeds, incidents, runs, faults, endings, invariants: broken }: Survey): string[] {
  return [
    `${seeds} seeds, ${incidents} incidents, ${runs} runs`,
    '',
    'Stories in which a fault did harm',
    ...faultKinds.map(
      (kind) => `  ${String(faults[kind]).padStart(7)}  ${kind.padEnd(22)} ${catalogue[kind].sentence}`,
    ),
    '',
    'How runs ended',
    ...Object.entries(endings)
      .sort((a, b) => b[1] - a[1])
      .map(([state, count]) => `  ${String(count).padStart(7)}  ${state}`),
    '',
    'Invariants',
    ...invariants.map(({ name, sentence }) => {
      const count = broken[name] ?? 0;
      return `  ${count === 0 ? '  holds' : `${String(count).padStart(5)} ✗`}  ${name.padEnd(28)} ${sentence}`;
    }),
  ];
}

/** What a failure takes, and no more. */
export function shortestOf({ plan, invariant }: Failure): Promise<Plan> {
  const breaks = async (candidate: Plan) =>
    (await simulate(candidate, { checkers: allCheckers })).violations.some(
      (violation) => violation.invariant === invariant,
    );
  return shrink(plan, breaks);
}

/** A story that broke an invariant: the seed, the faults that are needed for it, and one line for each event. */
export async function failureLines(failure: Failure, cut?: Plan): Promise<string[]> {
  const { seed, invariant, because } = failure;
  const shortest = cut ?? (await shortestOf(failure));
  return [
    `seed ${seed} breaks ${invariant}: ${because}`,
    `again: understudy simulate --seed ${seed}`,
    '',
    `What it takes (${shortest.lever}, ${shortest.regions} regions, policy ${JSON.stringify(shortest.policy)}${shortest.hooks.length === 0 ? '' : `, hooks ${shortest.hooks.join(', ')}`}):`,
    ...shortest.items.map((item) => `  ${itemText(item)}`),
    '',
    ...(await storyLines(shortest)),
  ];
}

/** One line for each event of a story. */
export async function storyLines(plan: Plan): Promise<string[]> {
  const lines: string[] = [];
  const { violations } = await simulate(plan, {
    checkers: allCheckers,
    onlookers: [
      (seen) => {
        const line = lineOf(seen);
        if (line !== null) lines.push(line);
      },
    ],
  });
  return [...lines, ...violations.slice(0, 5).map(({ invariant, because }) => `✗ ${invariant}: ${because}`)];
}

/** A scenario, told side by side. */
export function playedLines({ scenario, ours, naive, differences, violations }: Played): string[] {
  const count = (moves: number, needless: number, harmful: number) =>
    `${moves} ${moves === 1 ? 'move' : 'moves'}${needless > 0 ? `, ${needless} away from a region that was well` : ''}${harmful > 0 ? `, ${harmful} to a region that was not` : ''}`;
  const serves = (region: string | null, healthy: boolean) =>
    `${region ?? 'nobody'} serves${healthy ? ' well' : ', and is not well'}`;
  return [
    scenario.name,
    ...scenario.story
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    ...scenario.plan.items.map((item) => `    ${itemText(item)}`),
    `  naive rule   ${count(naive.moves, naive.needless, naive.harmful)}; ${serves(naive.serves, naive.healthy)}. ${scenario.naive.says}`,
    `  understudy   ${count(ours.moves, ours.needless, ours.harmful)}; ${serves(ours.serves, ours.healthy)}. Runs ended as ${ours.ends.join(', ') || 'none'}; people got ${ours.messages === 1 ? 'one message' : `${ours.messages} messages`}.`,
    ...differences.map((difference) => `  ✗ ${difference}`),
    ...violations.slice(0, 5).map(({ invariant, because }) => `  ✗ ${invariant}: ${because}`),
  ];
}
