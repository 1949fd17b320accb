import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { loadFailover } from '../config/load.ts';
import { benchColdImport } from './cold-import.ts';
import { benchEdge } from './edge.ts';
import { benchFailover } from './failover.ts';
import { benchInterpreter } from './interpreter.ts';
import { benchSandboxStart } from './sandbox-start.ts';
import { seeded } from './seeded.ts';
import { coldImportLines, edgeLines, failoverLines, interpreterLines, sandboxLines } from './table.ts';

/** How often each thing is measured. */
const thorough = { edge: 9, runs: 20, starts: 5, interpreter: 7, sliceMs: 300, imports: 5 };
const quick = { edge: 3, runs: 4, starts: 2, interpreter: 3, sliceMs: 100, imports: 2 };

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new Error(`--seed takes a whole number, not ${values.seed}`);
const times = values.quick === true ? quick : thorough;

const print = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);
const startedAt = performance.now();
const machine = {
  cores: availableParallelism(),
  node: process.version,
  arch: process.arch,
  platform: process.platform,
};
print([
  `Understudy benchmarks, seed ${seed}${values.quick === true ? ', quick' : ''}`,
  `${machine.cores} cores, Node ${machine.node}, ${machine.platform} ${machine.arch}. Median (least–most); ratios of things measured in turn.`,
  '',
]);

const failover = await loadFailover('understudy.config.ts');
const edge = await benchEdge({ rounds: times.edge });
print(edgeLines(edge));
const alarmToWrite = await benchFailover(failover, { runs: times.runs, random: seeded(seed) });
print(failoverLines(alarmToWrite));
const sandboxStart = await benchSandboxStart(failover, { rounds: times.starts });
print(sandboxLines(sandboxStart));
const interpreter = await benchInterpreter({
  rounds: times.interpreter,
  sliceMs: times.sliceMs,
  random: seeded(seed + 1),
});
print(interpreterLines(interpreter));
const coldImport = await benchColdImport('dist', { rounds: times.imports });
print(coldImportLines(coldImport));

const tookMs = Math.round(performance.now() - startedAt);
const result = {
  at: new Date().toISOString(),
  seed,
  quick: values.quick === true,
  machine,
  tookMs,
  edge,
  alarmToWrite,
  sandboxStart,
  interpreter,
  coldImport,
};
await mkdir('out', { recursive: true });
await writeFile('out/bench.json', `${JSON.stringify(result, null, 2)}\n`);
print([`${(tookMs / 1000).toFixed(0)} s; everything in out/bench.json`]);
