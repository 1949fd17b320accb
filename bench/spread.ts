/** What repeated measurements came to. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return { median: middle.reduce((sum, value) => sum + value, 0) / middle.length, min, max, count: sorted.length };
}

/** Round by round: both of a pair were measured within a moment of one another, so a busy machine was busy for both. */
export function ratios(over: readonly number[], under: readonly number[]): Spread {
  if (over.length !== under.length) throw new Error(`${over.length} measurements have no partners in ${under.length}`);
  return spread(over.map((value, index) => value / (under[index] ?? Number.NaN)));
}

/** How often something is measured. On a busy machine the budget ends it sooner, after two rounds at the least. */
export interface Rounds {
  readonly rounds: number;
  readonly budgetMs: number;
}

/** Each key once per round, and in each round another one first. */
export async function inTurn<Key extends string>(
  keys: readonly Key[],
  { rounds, budgetMs }: Rounds,
  measure: (key: Key) => number | Promise<number>,
): Promise<Readonly<Record<Key, readonly number[]>>> {
  const samples = Object.fromEntries(keys.map((key) => [key, [] as number[]])) as Record<Key, number[]>;
  const until = performance.now() + budgetMs;
  for (let round = 0; round < rounds && (round < roundsMin || performance.now() < until); round++) {
    const first = round % keys.length;
    for (const key of [...keys.slice(first), ...keys.slice(0, first)]) samples[key].push(await measure(key));
  }
  return samples;
}

export const roundsMin = 2;
