import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that a bundle is made from. */
const sources = [
  'core',
  'config',
  'deployment',
  'workflows',
  'console',
  'handlers',
  'synthetics',
  'build',
  'infra/topologies',
  'package-lock.json',
];

/**
 * Whether a source is younger than what was built last, or nothing was. `stamp` is a file written when a build is complete.
 */
export async function isStale(stamp: string): Promise<boolean> {
  const builtAtMs = await modifiedAtMs(stamp);
  if (builtAtMs === null) return true;
  const youngest = await Promise.all(sources.map(youngestAtMs));
  return Math.max(...youngest) >= builtAtMs;
}

/** Folders count too: they change when a file is taken away. */
async function youngestAtMs(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const paths = [path, ...entries.map((entry) => join(entry.parentPath, entry.name))];
  return Math.max(
    ...(await Promise.all(paths.map(async (file) => (await modifiedAtMs(file)) ?? Number.POSITIVE_INFINITY))),
  );
}

async function modifiedAtMs(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return null;
  }
}
