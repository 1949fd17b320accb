import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { node20, requireBanner } from '../node20.ts';
import { entries, programs } from './entries.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes the library and the command to `<outDir>/lib`: as ES modules that share what they have in common, and each entry as CommonJS too.
 * All files lie in one folder, so that what is started by its path is found from wherever its starter ended up. Packages stay
 * imports, but for dynalite. Returns what esbuild says of inputs and outputs.
 */
export async function buildLibrary(outDir: string): Promise<readonly Metafile[]> {
  const outdir = join(outDir, 'lib');
  const byPath = reachedByPath();
  const ofEntries = Object.fromEntries(Object.values(entries).map(({ name, file }) => [name, file]));
  const asModule: BuildOptions = {
    ...common,
    entryPoints: {
      ...ofEntries,
      ...programs,
      ...Object.fromEntries(byPath.filter(isCode).map((file) => [builtName(file), file])),
    },
    outdir,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunk-[hash]',
    banner: { js: requireBanner },
  };
  const asCommonJs: BuildOptions = {
    ...common,
    entryPoints: ofEntries,
    outdir,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    define: { ...common.define, 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  };
  await mkdir(outdir, { recursive: true });
  for (const file of byPath.filter((each) => !isCode(each)))
    await copyFile(join(root, file), join(outdir, basename(file)));
  const results = await Promise.all([asModule, asCommonJs].map((options) => build(options)));
  return results.flatMap(({ metafile }) => metafile ?? []);
}

/** Threads, programs and data have names of their own in the package; code has no ending but `.js`. */
const reachedPath = /new URL\('(\.[^']+\.(?:ts|mjs|json))', import\.meta\.url\)/g;

const rooms = [
  'core',
  'deployment',
  'config',
  'workflows',
  'runbook',
  'origin',
  'infra',
  'loopback',
  'simulation',
  'sandbox',
  'console',
  'cli',
];

const isCode = (file: string): boolean => /\.(ts|mjs)$/.test(file);

/** Files that others start or read by their path: a bundler follows imports alone. */
function reachedByPath(): string[] {
  const found = new Set<string>();
  for (const room of rooms) {
    for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|mjs)$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, path = ''] of text.matchAll(reachedPath)) {
        found.add(relative(root, resolve(entry.parentPath, path)));
      }
    }
  }
  for (const program of Object.values(programs)) found.delete(program);
  const names = [...found].map(builtName);
  if (new Set(names).size < names.length) throw new Error(`two files are reached by one name: ${names.join(', ')}`);
  return [...found];
}

function builtName(file: string): string {
  const program = Object.entries(programs).find(([, path]) => path === file);
  return program?.[0] ?? basename(file).replace(/\.(ts|mjs)$/, '');
}

const builtFile = (file: string): string => (isCode(file) ? `${builtName(file)}.js` : basename(file));

const reachedAsBuilt: Plugin = {
  name: 'reached-as-built',
  setup({ onLoad }) {
    onLoad({ filter: /\.(ts|mjs)$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return undefined;
      const text = await readFile(path, 'utf8');
      const contents = text.replaceAll(
        reachedPath,
        (_, reached: string) =>
          `new URL('./${builtFile(relative(root, resolve(dirname(path), reached)))}', import.meta.url)`,
      );
      return { contents, loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
  },
};

/**
 * Everything that the package depends on stays an import. dynalite is brought along, because it depends on an addon that it needs
 * for a store on disk alone, and the sandbox's store is in memory: an addon makes the installation of some package managers fail.
 */
const packages: Plugin = {
  name: 'packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^level$/ }, () => ({ path: 'level', namespace: 'no-disk' }));
    onLoad({ filter: /.*/, namespace: 'no-disk' }, () => ({
      contents: "export class Level { constructor() { throw new Error('the store of the sandbox is in memory') } }",
    }));
    // What a bundler finds by a pattern it knows by its whole name.
    onLoad({ filter: /node_modules\/dynalite\/index\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        /require\('(\.\/(?:actions|validations)\/)' \+ action\)/g,
        "require('$1' + action + '.js')",
      ),
      resolveDir: dirname(path),
    }));
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const isOurs = !importer.includes('node_modules');
      return isOurs && path !== 'dynalite' && !path.startsWith(root) ? { path, external: true } : undefined;
    });
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  ...node20,
  metafile: true,
  logLevel: 'error',
  legalComments: 'none',
  plugins: [packages, reachedAsBuilt],
};
