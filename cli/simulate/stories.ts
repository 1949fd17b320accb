import { readFile } from 'node:fs/promises';
import { drawPlan } from '../../simulation/draw.ts';
import { allCheckers } from '../../simulation/invariants/invariants.ts';
import { itemText } from '../../simulation/line.ts';
import { play } from '../../simulation/play-scenario.ts';
import { failureLines, playedLines, storyLines, surveyLines } from '../../simulation/report.ts';
import { parseScenario, ScenarioFault } from '../../simulation/scenario.ts';
import { simulate } from '../../simulation/simulate.ts';
import { survey } from '../../simulation/survey.ts';
import { type Invocation, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export async function scenario(file: string, { values, out }: Invocation): Promise<number> {
  const source = await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`the scenario could not be read: ${error.message}`);
  });
  let played: Awaited<ReturnType<typeof play>>;
  try {
    played = await play(parseScenario(source, file));
  } catch (error) {
    if (error instanceof ScenarioFault) throw new UsageError(error.message);
    throw error;
  }
  const { ours, naive, differences, violations, scenario: told } = played;
  if (values['json'] === true) out(JSON.stringify({ name: told.name, ours, naive, differences, violations }));
  else out([...playedLines(played), '', ...(await storyLines(told.plan))].join('\n'));
  return differences.length + violations.length === 0 ? exitCodes.done : exitCodes.otherwise;
}

export async function one(seed: number, { values, out }: Invocation): Promise<number> {
  const plan = drawPlan(seed);
  const { violations, hits, endings } = await simulate(plan, { checkers: allCheckers });
  const [first] = violations;
  if (values['json'] === true) {
    out(JSON.stringify({ plan, violations, hits: Object.fromEntries(hits), endings: Object.fromEntries(endings) }));
  } else if (first === undefined) {
    const head = `seed ${seed}: ${plan.lever}, ${plan.regions} regions, policy ${JSON.stringify(plan.policy)}`;
    out(
      [
        head,
        ...plan.items.map((item) => `  ${itemText(item)}`),
        '',
        ...(await storyLines(plan)),
        '',
        'every invariant holds',
      ].join('\n'),
    );
  } else {
    out((await failureLines({ seed, plan, ...first })).join('\n'));
  }
  return first === undefined ? exitCodes.done : exitCodes.otherwise;
}

export async function many(seeds: number, { values, out, signal }: Invocation): Promise<number> {
  const result = await survey({ first: 1, seeds, signal });
  if (signal.aborted) return exitCodes.interrupted;
  if (values['json'] === true) out(JSON.stringify(result));
  else {
    out(surveyLines(result).join('\n'));
    for (const failure of result.failures.slice(0, 1)) out(['', ...(await failureLines(failure))].join('\n'));
  }
  return result.failures.length === 0 ? exitCodes.done : exitCodes.otherwise;
}
