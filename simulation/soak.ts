import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freshSeed } from './fresh-seed.ts';
import { noiseLines, noiseSurvey } from './noise/survey.ts';
import { failureLines, shortestOf, surveyLines } from './report.ts';
import { readSoaked, soakedOf, sumLines } from './sum.ts';
import { survey, untried } from './survey.ts';

/*
 * npm run soak -- --seeds N: many stories, one after the other, on one core. Begins where no soak has been, unless --first says where.
 * Several may run at once. What came of it is left in out/soak, and each story that broke something, cut down to what that
 * takes, beside it: moved to simulation/regressions it is played by every `npm test`. `--sum FILES` adds several runs up.
 * `--hours N` plays ordinary noise instead: what must move nothing, and real outages that must be left.
 * Ends with 1 where an invariant broke or a fault was never met.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    incidents: { type: 'string' },
    first: { type: 'string' },
    hours: { type: 'string' },
    sum: { type: 'boolean', default: false },
  },
});
const number = (text: string | undefined, otherwise: number): number => {
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value >= 0) return value;
  process.stderr.write(`soak: ${text} is no whole number\n`);
  process.exit(2);
};
const print = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);

if (values.sum) print(sumLines(positionals.map(readSoaked)));
else if (values.hours !== undefined) process.exitCode = await noise();
else process.exitCode = await soak();

async function noise(): Promise<0 | 1> {
  const first = number(values.first, freshSeed());
  const hours = number(values.hours, 0);
  process.stderr.write(`from seed ${first} on; again: npm run soak -- --hours ${hours} --first ${first}\n`);
  Error.stackTraceLimit = 0;
  const result = await noiseSurvey(first, hours);
  print(noiseLines(result));
  return result.falseMoves.length + result.missed.length > 0 ? 1 : 0;
}

async function soak(): Promise<0 | 1> {
  const first = number(values.first, freshSeed());
  const incidents = number(values.incidents, 0);
  const seeds = number(values.seeds, incidents > 0 ? 0 : 1_000);
  process.stderr.write(`from seed ${first} on; again: npm run soak -- --first ${first}\n`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  // Nobody reads the stacks of errors that are played; making them takes a tenth of the time.
  Error.stackTraceLimit = 0;

  const startedAt = process.cpuUsage();
  let admitted = 0;
  const result = await survey({
    first,
    seeds,
    incidents,
    signal: stop.signal,
    onStory({ incidents: more, plan, violations }, soFar) {
      admitted += more;
      // Told at once: a long soak may be stopped before its end.
      for (const { invariant } of violations.slice(0, 1)) process.stderr.write(`${plan.name} breaks ${invariant}\n`);
      if (soFar % 1_000 === 0) process.stderr.write(`${soFar} seeds, ${admitted} incidents\n`);
    },
  });
  const { user, system } = process.cpuUsage(startedAt);
  const seconds = (user + system) / 1e6;
  const folder = join('out', 'soak');
  mkdirSync(folder, { recursive: true });
  const kept = join(folder, `${first}.json`);
  writeFileSync(kept, `${JSON.stringify(soakedOf(result, { first, commit: commit(), seconds }))}\n`);

  print(surveyLines(result));
  for (const [index, failure] of result.failures.slice(0, 10).entries()) {
    const plan = await shortestOf(failure);
    const { seed, invariant, because } = failure;
    const file = join(folder, `seed-${seed}-${invariant}.json`);
    writeFileSync(file, `${JSON.stringify({ breaks: invariant, because, plan }, null, 2)}\n`);
    print([
      '',
      ...(index < 3 ? await failureLines(failure, plan) : [`seed ${seed} breaks ${invariant}: ${because}`]),
      `kept: ${file}`,
    ]);
  }
  if (result.failures.length > 0)
    print(['', `seeds that failed: ${result.failures.map(({ seed }) => seed).join(' ')}`]);
  const never = untried(result);
  if (never.length > 0) print(['', `never met: ${never.join(', ')}`]);
  print(['', `from seed ${first} on, ${seconds.toFixed(0)} s of one core; kept: ${kept}`]);
  return result.failures.length > 0 || never.length > 0 ? 1 : 0;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
