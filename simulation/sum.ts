import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Survey } from './survey.ts';

const counts = z.record(z.string(), z.number());

/** What `npm run soak` leaves behind of one run. */
const soakedSchema = z.object({
  first: z.number(),
  commit: z.string(),
  seconds: z.number(),
  seeds: z.number(),
  incidents: z.number(),
  runs: z.number(),
  faults: counts,
  endings: counts,
  invariants: counts,
  failed: z.array(z.object({ seed: z.number(), invariant: z.string() })),
});

export type Soaked = z.infer<typeof soakedSchema>;

export const soakedOf = (
  { failures, ...survey }: Survey,
  about: Pick<Soaked, 'first' | 'commit' | 'seconds'>,
): Soaked => ({ ...about, ...survey, failed: failures.map(({ seed, invariant }) => ({ seed, invariant })) });

export const readSoaked = (file: string): Soaked => soakedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** Several runs as one, and a line for each: Markdown, for docs/safety.md. */
export function sumLines(soaks: readonly Soaked[]): string[] {
  const total = (of: (soaked: Soaked) => number) => soaks.reduce((sum, soaked) => sum + of(soaked), 0);
  const together = (of: (soaked: Soaked) => Readonly<Record<string, number>>) => {
    const sums: Record<string, number> = {};
    for (const soaked of soaks)
      for (const [name, count] of Object.entries(of(soaked))) sums[name] = (sums[name] ?? 0) + count;
    return Object.entries(sums).sort((a, b) => b[1] - a[1]);
  };
  const faults = together(({ faults }) => faults);
  const least = faults.at(-1);
  return [
    '| seeds | commit | incidents | runs | broken |',
    '|---|---|---|---|---|',
    ...[...soaks]
      .sort((a, b) => a.first - b.first)
      .map(
        ({ first, seeds, commit, incidents, runs, failed }) =>
          `| ${figure(first)} to ${figure(first + seeds - 1)} | ${commit} | ${figure(incidents)} | ${figure(runs)} | ${failed.length === 0 ? 'none' : failed.map(({ seed, invariant }) => `${seed} \`${invariant}\``).join(', ')} |`,
      ),
    '',
    `${figure(total(({ incidents }) => incidents))} incidents, ${figure(total(({ runs }) => runs))} runs, ${figure(total(({ seeds }) => seeds))} stories, ${figure(Math.round(total(({ seconds }) => seconds)))} s of a core.`,
    ...(least === undefined ? [] : [`Every fault did harm in at least ${figure(least[1])} stories (\`${least[0]}\`).`]),
    '',
    '| ending | runs |',
    '|---|---|',
    ...together(({ endings }) => endings).map(([state, count]) => `| ${state} | ${figure(count)} |`),
    '',
    '| invariant | stories that broke it |',
    '|---|---|',
    ...together(({ invariants }) => invariants).map(([name, count]) => `| \`${name}\` | ${figure(count)} |`),
  ];
}

const figure = (count: number): string => count.toLocaleString('en-US');
