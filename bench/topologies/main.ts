import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { type Fault, faults as faultNames } from '../../sandbox/regions/fault.ts';
import { documented } from './documented.ts';
import { type Measurement, measure } from './measure.ts';
import { table } from './table.ts';

/*
 * Time from fault to 99 % of requests served: `node bench/topologies/main.ts [tempo] [topology …] [fault …]`. Writes
 * `out/topologies.json` and prints the table; without names, it also puts it into `docs/topologies/README.md`.
 */

const usualFaults: readonly Fault[] = ['dark', 'hang', '500'];

/** At the pace of AWS; who does not serve by then is said not to. */
const watchedMs = 600_000;

const [tempoText = '20', ...more] = process.argv.slice(2);
const names = more.filter((word) => documented[word] !== undefined);
const given = more.filter((word): word is Fault => faultNames.some((name) => name === word));
if (names.length + given.length < more.length) throw new Error(`neither a topology nor a fault: ${more.join(', ')}`);
const faults = given.length > 0 ? given : usualFaults;
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
