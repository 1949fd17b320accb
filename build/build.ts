import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadFailover } from '../config/load.ts';
import { buildEdge } from './edge.ts';
import { edgeTable } from './edge-table.ts';
import { buildHandlers } from './handlers.ts';
import { isStale } from './stale.ts';

/** Writes everything that is shipped under `dist/`: the edge function, and one folder per Lambda function and canary. */
export async function build(configFile: string, outDir: string): Promise<void> {
  const failover = await loadFailover(configFile);
  await rm(outDir, { recursive: true, force: true });
  await Promise.all([buildEdge(edgeTable(failover), join(outDir, 'edge', 'viewer-request.js')), buildHandlers(outDir)]);
}

/** Written last: a build that was interrupted has none. */
const stamp = 'dist/.complete';

if (import.meta.main) {
  try {
    if (!process.argv.includes('--if-stale') || (await isStale(stamp))) {
      await build('understudy.config.ts', 'dist');
      await writeFile(stamp, '');
    }
  } catch (error) {
    process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
