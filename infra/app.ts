import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { builtTopologyNamed } from '../config/built-topology.ts';
import { withCreated } from '../config/created-levers.ts';
import { loadFailover, loadOutputs } from '../config/load.ts';
import { topologyFolder } from '../config/topology.ts';
import { breakGlassPage } from '../runbook/page.ts';
import { dist } from './constructs/dist.ts';
import { understudyApp } from './understudy-app.ts';

/** What the last deployment made, where it was told to write that down. */
const outputs = 'cdk-outputs.json';

/**
 * What `cdk` runs: the configuration in, a cloud assembly out, and beside it the page for moving traffic by hand. A mistake in
 * the configuration is a message, not a trace.
 */
try {
  const file = process.env['UNDERSTUDY_CONFIG'] ?? 'understudy.config.ts';
  const failover = await loadFailover(file);
  const isTopology = relative(topologyFolder(failover.name), file) === 'configuration.ts';
  const topology = isTopology ? builtTopologyNamed(failover.name, dist()) : undefined;
  const outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out';
  understudyApp(failover, { outdir, topology }).synth();
  const created = existsSync(outputs) ? await loadOutputs(outputs, failover) : null;
  await writeFile(
    join(outdir, 'break-glass.md'),
    breakGlassPage(created === null ? failover : withCreated(failover, created)),
  );
} catch (error) {
  process.stderr.write(`synth: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
