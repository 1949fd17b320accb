import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFailover } from '../../config/define-failover.ts';
import { plainApp } from '../../infra/plain-app.ts';
import { fleet } from './configuration.ts';

/** What a synthesis of a fleet comes to. Bytes as they are uploaded. */
export interface FleetSynthesis {
  readonly services: number;
  readonly stacks: number;
  readonly bytes: number;
  readonly resources: number;
  readonly largestStack: { readonly bytes: number; readonly resources: number };
  /** Of the processor, of all its threads: parsing the configuration, and the synthesis without anybody who judges templates. */
  readonly parsingMs: number;
  readonly synthesisMs: number;
  readonly peakMb: number;
}

/** In a process of its own: `node bench/fleet/synthesise.ts 100` writes one line of JSON. */
const services = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
try {
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  };
  const start = spent();
  const failover = parseFailover(fleet(services));
  const parsed = spent();
  const { stacks } = plainApp(failover, { outdir: folder, validated: false }).synth();
  const done = spent();
  const sizes = stacks.map(({ template, templateFullPath }) => ({
    bytes: statSync(templateFullPath).size,
    resources: Object.keys(template.Resources ?? {}).length,
  }));
  const sum = (member: 'bytes' | 'resources') => sizes.reduce((total, size) => total + size[member], 0);
  const most = (member: 'bytes' | 'resources') => Math.max(...sizes.map((size) => size[member]));
  const result: FleetSynthesis = {
    services,
    stacks: stacks.length,
    bytes: sum('bytes'),
    resources: sum('resources'),
    largestStack: { bytes: most('bytes'), resources: most('resources') },
    parsingMs: parsed - start,
    synthesisMs: done - parsed,
    peakMb: process.resourceUsage().maxRSS / 1_024,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
