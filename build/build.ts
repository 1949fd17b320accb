import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultFile, loadFailover, type Warn } from '../config/load.ts';
import { synthesised } from '../sandbox/synthesis.ts';
import { buildEdge } from './edge.ts';
import { edgeTable } from './edge-table.ts';
import { buildHandlers } from './handlers.ts';
import { replaceFolder } from './replace-folder.ts';
import { isStale } from './stale.ts';
import { buildTopologies } from './topologies.ts';

/** Written last, and as old as the build's beginning: a source that changed meanwhile is younger. */
const stamp = '.complete';

/**
 * Writes everything that is shipped to `outDir`: the edge function, one folder per Lambda function and canary, and one per
 * topology. What was there stays until all of it is written. `now` in milliseconds.
 */
export async function build(configFile: string, outDir: string, now: number, warn?: Warn): Promise<void> {
  const failover = await loadFailover(configFile, warn);
  await replaceFolder(outDir, now, async (folder) => {
    await Promise.all([
      buildEdge(edgeTable(failover), join(folder, 'edge', 'viewer-request.js')),
      buildHandlers(folder),
      buildTopologies(folder),
    ]);
    await writeFile(join(folder, stamp), configFile);
    await utimes(join(folder, stamp), now / 1000, now / 1000);
  });
}

if (import.meta.main) {
  const outDir = 'dist';
  const configFile = process.env['UNDERSTUDY_CONFIG'] ?? defaultFile;
  try {
    if (!process.argv.includes('--if-stale')) {
      await build(configFile, outDir, Date.now());
      // The sandbox deploys them, and would make them when it starts.
      await synthesised(await loadFailover(configFile, () => {}));
    } else if (await isStale(join(outDir, stamp), configFile)) {
      // The command that needs it warns.
      await build(configFile, outDir, Date.now(), () => {});
    }
  } catch (error) {
    process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
