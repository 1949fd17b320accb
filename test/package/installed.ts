import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildPackage } from '../../build/package/package.ts';

export interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A project of somebody's, in which the packed package is installed. */
/** A folder of a project. */
export interface Folder {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  /** What a program there prints; rejects with what it complains of. */
  run(program: string, args: readonly string[]): Promise<string>;
}

/** A project of somebody's, in which the packed package is installed. */
export interface Project extends Folder, AsyncDisposable {
  readonly manifest: Manifest;
  /** The packed package. */
  readonly tarball: string;
  /** A folder in it, which finds the packages of the project. */
  within(name: string): Folder;
}

/** What `npm` runs on, where these tests do not: packages run on the Node of who installs them. */
export const nodes: readonly string[] = [
  ...new Set([process.execPath, process.env['npm_node_execpath'] ?? process.execPath]),
];

/**
 * Packs the package and unpacks it as a package manager would. Of other packages the project has those alone that the package asks for,
 * as links to the repository's: what the package uses and does not ask for is not found.
 */
export async function installed(): Promise<Project> {
  const parent = await mkdtemp(join(tmpdir(), 'understudy-project-'));
  const folder = join(parent, 'project');
  const staged = join(parent, 'staged');
  await buildPackage(staged, Date.now());
  const manifest = JSON.parse(await readFile(join(staged, 'package.json'), 'utf8')) as Manifest;
  const { stdout } = await promisify(execFile)('npm', ['pack', staged, '--pack-destination', parent, '--json'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
  });
  const [{ filename = '' } = {}] = JSON.parse(stdout) as readonly { readonly filename?: string }[];
  const tarball = join(parent, filename);
  const own = join(folder, 'node_modules', manifest.name);
  await mkdir(own, { recursive: true });
  await promisify(execFile)('tar', ['xzf', tarball, '--strip-components=1', '-C', own]);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, '@types/node': '' })) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    if (existsSync(join('node_modules', name))) await symlink(resolve('node_modules', name), link);
  }
  return {
    ...folderAt(folder),
    manifest,
    tarball,
    within: (name) => folderAt(join(folder, name)),
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

const folderAt = (folder: string): Folder => ({
  folder,
  async write(file, text) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  },
  async run(program, args) {
    const ran = promisify(execFile)(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    });
    // What a test runner says of a failure stands in its output.
    const { stdout } = await ran.catch((error: Error & { readonly stdout?: string }) => {
      throw Object.assign(error, { message: `${error.message}\n${error.stdout?.slice(-4_000)}` });
    });
    return stdout;
  },
});
