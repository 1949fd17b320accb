import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installation, isPackage } from '../config/installation.ts';
import type { Failover } from '../core/service.ts';

/** Everything that templates are made from, beside the configuration: of the repository, and of the package. */
const sources = [
  ...['infra', 'deployment', 'config', 'core', 'workflows', 'runbook', 'package-lock.json'],
  ...['lib', 'package.json'],
];

const program = fileURLToPath(new URL('../infra/templates.ts', import.meta.url));

/** So many are kept, the newest: each has a copy of every bundle. */
const kept = 24;

/**
 * The folder of the templates of a configuration, as `npm run synth` would write them: from the last time where nothing that they
 * are made from has changed since, else from a process of its own, because CDK needs much memory and this process lives long.
 * Rejects with what that process said.
 */
export async function synthesised(
  failover: Failover,
  { topology }: { readonly topology?: string | undefined } = {},
): Promise<string> {
  const configuration = `${JSON.stringify(failover, null, 2)}\n`;
  const key = createHash('sha256')
    .update(`${topology ?? ''}\n${configuration}\n${await fingerprint()}`)
    .digest('hex');
  const cache = cacheFolder();
  const folder = join(cache, key.slice(0, 32));
  if (existsSync(folder)) return folder;
  const making = join(cache, `.${randomUUID()}`);
  await mkdir(making, { recursive: true });
  try {
    const file = join(making, 'configuration.json');
    await writeFile(file, configuration);
    await synthesise([file, join(making, 'assembly'), ...(topology === undefined ? [] : [topology])]);
    // Another process may have been quicker: what it made is the same.
    await rename(join(making, 'assembly'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  await forgetOld(cache);
  return folder;
}

async function synthesise(parameters: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [program, ...parameters], {
      cwd: installation,
      env: surroundings(),
    });
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string };
    throw new Error(`the templates could not be written:\n${stderr.trim()}`, { cause: error });
  }
}

/** A package belongs to a project, which keeps such things where it keeps its packages. */
function cacheFolder(): string {
  if (!isPackage) return resolve(installation, 'out', 'templates');
  const cache = existsSync('node_modules') ? join('node_modules', '.cache') : tmpdir();
  return resolve(cache, 'understudy-failover', 'templates');
}

/** Without AWS settings. Yarn without a `node_modules` has Node find packages by its options. */
const surroundings = () => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  ...(process.versions['pnp'] !== undefined && { NODE_OPTIONS: process.env['NODE_OPTIONS'] }),
});

/** Names, sizes and ages of everything that templates are made from, the bundles among them. */
async function fingerprint(): Promise<string> {
  const bundles = join('dist', '.complete');
  const files = await Promise.all([...sources, bundles].map(filesBelow));
  const described = await Promise.all(
    files.flat().map(async (file) => {
      const { mtimeMs, size } = await stat(join(installation, file));
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
  return described.toSorted().join('\n');
}

async function filesBelow(path: string): Promise<string[]> {
  const found = await stat(join(installation, path)).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [path];
  const entries = await readdir(join(installation, path), { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installation.length));
}

async function forgetOld(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => !name.startsWith('.'));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(cache, name)).catch(() => ({ mtimeMs: 0 }))).mtimeMs })),
  );
  const old = dated.toSorted((a, b) => b.at - a.at).slice(kept);
  await Promise.all(old.map(({ name }) => rm(join(cache, name), { recursive: true, force: true })));
}
