import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { canaryFile } from '../deployment/canaries.ts';

/** A Lambda function or canary as it is shipped: one folder with its code and the source map. */
export interface Bundle {
  readonly kind: 'handlers' | 'synthetics';
  readonly name: string;
  readonly file: string;
  /** Of the code, without the source map. */
  readonly bytes: number;
}

/** A cold start reads and compiles all of it. */
export const HANDLER_BYTES_MAX = 1024 * 1024;

/**
 * Bundles `handlers/*.lambda.ts` and the vantages of `synthetics/` to `<outDir>/<kind>/<name>/index.mjs`, and the canaries
 * of `synthetics/` to where the Synthetics runtime looks for them in `<outDir>/synthetics/<name>`. Throws where one is
 * larger than `HANDLER_BYTES_MAX`.
 */
export async function buildHandlers(outDir: string): Promise<readonly Bundle[]> {
  const functions = [
    ...(await entriesIn('handlers', /^(.+)\.lambda\.ts$/, 'index.mjs')),
    ...(await entriesIn('synthetics', /^(.+)\.lambda\.ts$/, 'index.mjs')),
  ];
  const canaries = await entriesIn('synthetics', /^(.+)\.canary\.ts$/, canaryFile);
  await Promise.all([
    bundle(functions, outDir, asFunction),
    canaries.length === 0 ? null : bundle(canaries, outDir, asCanary),
  ]);
  const bundles = await Promise.all([...functions, ...canaries].map((entry) => measure(entry, outDir)));
  const tooLarge = bundles.filter(({ bytes }) => bytes > HANDLER_BYTES_MAX);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(({ kind, name, bytes }) => `${kind}/${name} has ${bytes} bytes`).join(', ');
    throw new Error(`bundles larger than ${HANDLER_BYTES_MAX} bytes: ${list}`);
  }
  return bundles;
}

const root = fileURLToPath(new URL('..', import.meta.url));

const asFunction: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  target: 'node24',
  // Some packages are CommonJS inside and require Node's own modules, which ESM has no word for.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * The runtime requires the file, and has Node 22.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_nodejs.html
 */
const asCanary: BuildOptions = { format: 'cjs', target: 'node22' };

/** Bundles functions that are not Understudy's own: `in` from the repository's folder, `out` in `outDir`, without an ending. */
export async function buildFunctions(
  entries: readonly { readonly in: string; readonly out: string }[],
  outDir: string,
): Promise<void> {
  await bundleEntries(entries, outDir, asFunction);
}

async function bundle(entries: readonly Entry[], outDir: string, options: BuildOptions): Promise<void> {
  const entryPoints = entries.map(({ kind, name, source, file }) => ({
    in: source,
    out: join(kind, name, file).replace(/\.m?js$/, ''),
  }));
  await bundleEntries(entryPoints, outDir, options);
}

async function bundleEntries(
  entryPoints: readonly { readonly in: string; readonly out: string }[],
  outDir: string,
  options: BuildOptions,
): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [...entryPoints],
    outdir: outDir,
    bundle: true,
    platform: 'node',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    ...options,
  });
}

interface Entry {
  readonly kind: Bundle['kind'];
  readonly name: string;
  readonly source: string;
  /** In the bundle's folder. */
  readonly file: string;
}

async function entriesIn(kind: Bundle['kind'], pattern: RegExp, file: string): Promise<Entry[]> {
  const files = (await readdir(join(root, kind))).sort();
  return files.flatMap((source) => {
    const name = pattern.exec(source)?.[1];
    return name === undefined ? [] : [{ kind, name, source: join(kind, source), file }];
  });
}

async function measure({ kind, name, file }: Entry, outDir: string): Promise<Bundle> {
  const path = join(outDir, kind, name, file);
  return { kind, name, file: path, bytes: (await stat(path)).size };
}
