import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Fault } from '../../sandbox/regions/fault.ts';
import { documented } from './documented.ts';
import { type Measurement, measure } from './measure.ts';
import { table } from './table.ts';

/*
 * Time from fault to 99 % of requests served: `node bench/topologies/main.ts [tempo] [topology …]`. Writes
 * `out/topologies.json` and prints the table; without names, it also puts it into `docs/topologies/README.md`.
 */

const faults: readonly Fault[] = ['dark', 'hang', '500'];

/** At the pace of AWS; who does not serve by then is said not to. */
const watchedMs = 600_000;

const [tempoText = '20', ...names] = process.argv.slice(2);
const tempo = Number(tempoText);
if (!(tempo >= 1 && tempo <= 100)) throw new Error(`the tempo is a number from 1 to 100, not ${tempoText}`);
const measurements: Measurement[] = [];
for (const topology of names.length > 0 ? names : Object.keys(documented)) {
  for (const fault of faults) {
    process.stderr.write(`${topology}: ${fault}\n`);
    measurements.push(await measure(topology, fault, tempo, watchedMs));
  }
}
await mkdir('out', { recursive: true });
await writeFile('out/topologies.json', `${JSON.stringify(measurements, null, 2)}\n`);
process.stdout.write(`${table(measurements)}\n`);
if (names.length === 0) {
  const page = 'docs/topologies/README.md';
  const between = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;
  const measured = `$1\nTempo ${tempo}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}.\n\n${table(measurements)}\n\n$2`;
  await writeFile(page, (await readFile(page, 'utf8')).replace(between, measured));
}
