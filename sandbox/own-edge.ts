import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A folder with `edge/viewer-request.js`. */
export interface OwnEdge extends AsyncDisposable {
  readonly folder: string;
}

/**
 * The edge function of a configuration file. What `npm run build` wrote to `dist` is for one configuration; for another one the function
 * is compiled anew, because an edge that does not know a service cannot steer it.
 */
export async function ownEdge(file: string, dist: string): Promise<OwnEdge> {
  const built = await readFile(join(dist, '.complete'), 'utf8').catch(() => null);
  if (built === file || built === null) return { folder: dist, [Symbol.asyncDispose]: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'understudy-edge-'));
  await run(process.execPath, ['build/edge-of.ts', file, join(folder, 'edge', 'viewer-request.js')]);
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

const run = promisify(execFile);
