import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { edgeTable } from '../config/edge-table.ts';
import { chosenStage, defaultFile, loadFailover } from '../config/load.ts';
import { deployedTable } from '../deployment/compile-table.ts';
import { synthesised } from '../sandbox/synthesis.ts';
import { buildConsole, buildCopyPage } from './console.ts';
import { buildEdgeFiles, writeEdge } from './edge.ts';
import { buildHandlers } from './handlers.ts';
import { replaceFolder } from './replace-folder.ts';
import { isStale } from './stale.ts';
import { buildTopologies } from './topologies.ts';

/** Written last, and as old as the build's beginning: a source that changed meanwhile is younger. */
const stamp = '.complete';

/**
 * Writes everything that is shipped, whatever the configuration, to `outDir`: the edge function without its table, one folder per
 * Lambda function and canary, one per topology, and the console's page. What was there stays until all of it is written. `now` in milliseconds.
 */
export async function build(outDir: string, now: number): Promise<void> {
  await replaceFolder(outDir, now, async (folder) => {
    await Promise.all([
      buildEdgeFiles(folder),
      buildHandlers(folder),
      buildTopologies(folder),
      buildConsole(join(folder, 'console', 'index.html')).then(() => buildCopyPage(folder)),
    ]);
    await writeFile(join(folder, stamp), '');
    await utimes(join(folder, stamp), now / 1000, now / 1000);
  });
}

if (import.meta.main) {
  const outDir = 'dist';
  try {
    if (!process.argv.includes('--if-stale')) {
      const failover = await loadFailover(process.env['UNDERSTUDY_CONFIG'] ?? defaultFile, { stage: chosenStage() });
      await build(outDir, Date.now());
      // As it is deployed for this configuration: to be looked at, and for a distribution of one's own.
      await writeEdge(deployedTable(edgeTable(failover)), join(outDir, 'edge', 'viewer-request.js'));
      // The sandbox deploys them, and would make them when it starts.
      await synthesised(failover);
    } else if (await isStale(join(outDir, stamp))) {
      await build(outDir, Date.now());
    }
  } catch (error) {
    process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
