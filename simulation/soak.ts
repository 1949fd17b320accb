import { parseArgs } from 'node:util';
import { failureLines, surveyLines } from './report.ts';
import { survey, untried } from './survey.ts';

/*
 * npm run soak -- --seeds N: many stories, one after the other, on one core. Ends with 1 where an invariant broke or a fault
 * was never met.
 */

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, incidents: { type: 'string' }, first: { type: 'string' } },
});
const number = (text: string | undefined, otherwise: number): number => {
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value >= 0) return value;
  process.stderr.write(`soak: ${text} is no whole number\n`);
  process.exit(2);
};
const first = number(values.first, 1);
const incidents = number(values.incidents, 0);
const seeds = number(values.seeds, incidents > 0 ? 0 : 1_000);

const print = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
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
print(surveyLines(result));
for (const failure of result.failures.slice(0, 3)) print(['', ...(await failureLines(failure))]);
if (result.failures.length > 0) print(['', `seeds that failed: ${result.failures.map(({ seed }) => seed).join(' ')}`]);
const never = untried(result);
if (never.length > 0) print(['', `never met: ${never.join(', ')}`]);
print(['', `${((user + system) / 1e6).toFixed(0)} s of one core`]);
process.exitCode = result.failures.length > 0 || never.length > 0 ? 1 : 0;
