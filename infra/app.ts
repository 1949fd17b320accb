import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { builtTopologyNamed } from '../config/built-topology.ts';
import { edgeFunction, isSteeredElsewhere } from '../config/edge-code.ts';
import { dist } from '../config/installation.ts';
import { chosenStage, defaultFile, loadFailover, loadStages, outputsOf, withOutputs } from '../config/load.ts';
import { topologyConfiguration } from '../config/topology-names.ts';
import { breakGlassPage } from '../runbook/page.ts';
import { leftBehind, stacksIn } from './left-behind.ts';
import { understudyApp } from './understudy-app.ts';

/**
 * What `cdk` runs: the configuration in, a cloud assembly out, and beside it the page for moving traffic by hand. A mistake in
 * the configuration is a message, not a trace.
 */
try {
  const file = process.env['UNDERSTUDY_CONFIG'] ?? defaultFile;
  const stage = chosenStage();
  // What two environments share is found while one of them is made, not when the other is refused.
  await loadStages(file, { topics: 'made' });
  const failover = await loadFailover(file, { stage });
  const outputs = outputsOf(stage);
  const isTopology = relative(topologyConfiguration(failover.name), file) === '';
  const topology = isTopology ? builtTopologyNamed(failover.name, dist()) : undefined;
  const outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out';
  const { stacks } = understudyApp(failover, { outdir, topology }).synth();
  const left = leftBehind(await stacksIn(outputs), {
    ...failover,
    stacks: stacks.map(({ stackName }) => stackName),
  });
  for (const line of left) process.stderr.write(`${outputs}: warning: ${line}\n`);
  // For whoever has the distribution.
  if (isSteeredElsewhere(failover)) await writeFile(join(outdir, 'viewer-request.js'), edgeFunction(failover));
  await writeFile(
    join(outdir, 'break-glass.md'),
    breakGlassPage(await withOutputs(failover, { stage }), { config: file, stage }),
  );
} catch (error) {
  process.stderr.write(`synth: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
