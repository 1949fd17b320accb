import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { defaultFile, loadFailover } from '../config/load.ts';
import { benchColdImport } from './cold-import.ts';
import { benchEdge } from './edge.ts';
import { benchFailover } from './failover.ts';
import { benchInterpreter } from './interpreter.ts';
import { benchSandboxStart } from './sandbox-start.ts';
import { seeded } from './seeded.ts';
import { benchSimulation } from './simulation.ts';
import { coldImportLines, edgeLines, failoverLines, interpreterLines, sandboxLines, simulationLines } from './table.ts';

/** How often each thing is measured, and for how long at the most: together under a minute and a half. */
const thorough = {
  edge: { rounds: 9, budgetMs: 5_000 },
  failover: { rounds: 20, budgetMs: 30_000 },
  starts: { rounds: 5, budgetMs: 10_000 },
  interpreter: { rounds: 7, budgetMs: 8_000, sliceMs: 300 },
  simulation: { rounds: 7, budgetMs: 12_000, sliceMs: 700 },
  imports: { rounds: 5, budgetMs: 15_000 },
};
const quick = {
  edge: { rounds: 3, budgetMs: 2_000 },
  failover: { rounds: 5, budgetMs: 8_000 },
  starts: { rounds: 2, budgetMs: 3_000 },
  interpreter: { rounds: 3, budgetMs: 2_000, sliceMs: 100 },
  simulation: { rounds: 2, budgetMs: 2_000, sliceMs: 200 },
  imports: { rounds: 2, budgetMs: 5_000 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, seed: { type: 'string' } },
});
const [part] = positionals;
if (part === 'fleet') {
  await import('./fleet/main.ts');
  process.exit();
} else if (part === 'evacuation') {
  await import('./fleet/evacuate.ts');
  process.exit();
} else if (part !== undefined) {
  process.stderr.write(`bench: there are fleet and evacuation, or all without a word, and no ${part}\n`);
  process.exit(2);
}
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) {
  process.stderr.write(`bench: --seed takes a whole number, not ${values.seed}\n`);
  process.exit(2);
}
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

const failover = await loadFailover(defaultFile);
// First: what it shares with the others is compiled for what it meets, and the others meet more.
const simulation = await benchSimulation({ ...times.simulation, seed });
print(simulationLines(simulation));
const edge = await benchEdge(times.edge);
print(edgeLines(edge));
const alarmToWrite = await benchFailover(failover, { ...times.failover, random: seeded(seed) });
print(failoverLines(alarmToWrite));
const sandboxStart = await benchSandboxStart(failover, times.starts);
print(sandboxLines(sandboxStart));
const interpreter = await benchInterpreter({ ...times.interpreter, random: seeded(seed + 1) });
print(interpreterLines(interpreter));
const coldImport = await benchColdImport('dist', times.imports);
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
  simulation,
  coldImport,
};
await mkdir('out', { recursive: true });
await writeFile('out/bench.json', `${JSON.stringify(result, null, 2)}\n`);
print([`${(tookMs / 1000).toFixed(0)} s; everything in out/bench.json`]);
