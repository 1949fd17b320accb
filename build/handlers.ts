import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { canaryFile } from '../deployment/canary-code.ts';
import { node20, requireBanner } from './node20.ts';

/** A Lambda function or canary as it is shipped. */
export interface Bundle {
  readonly kind: 'functions' | 'synthetics';
  readonly name: string;
  readonly file: string;
  /** Of the code that a cold start reads: the file and all that it imports, without source maps. */
  readonly bytes: number;
}

/** A cold start reads and compiles all of it. */
export const HANDLER_BYTES_MAX = 1024 * 1024;

export interface BuiltHandlers {
  readonly bundles: readonly Bundle[];
  /** What esbuild says of inputs and outputs. */
  readonly metafiles: readonly Metafile[];
}

/**
 * Bundles `handlers/*.lambda.ts` and the vantages of `synthetics/` to `<outDir>/functions/<name>.mjs`, which share what they have in
 * common, and the canaries of `synthetics/` to where the Synthetics runtime looks for them in `<outDir>/synthetics/<name>`.
 * Throws where one is larger than `HANDLER_BYTES_MAX`.
 */
export async function buildHandlers(outDir: string): Promise<BuiltHandlers> {
  const asFile = (name: string) => join('functions', `${name}.mjs`);
  const functions = [
    ...(await entriesIn('handlers', 'functions', /^(.+)\.lambda\.ts$/, asFile)),
    ...(await entriesIn('synthetics', 'functions', /^(.+)\.lambda\.ts$/, asFile)),
  ];
  const asFolder = (name: string) => join('synthetics', name, canaryFile);
  const canaries = await entriesIn('synthetics', 'synthetics', /^(.+)\.canary\.ts$/, asFolder);
  const [ofFunctions, ofCanaries] = await Promise.all([
    bundle(functions, outDir, { ...asFunction, splitting: true, chunkNames: 'functions/chunk-[hash]' }),
    bundle(canaries, outDir, asCanary),
  ]);
  const bundles = [
    ...functions.map((entry) => measure(entry, ofFunctions, outDir)),
    ...canaries.map((entry) => measure(entry, ofCanaries, outDir)),
  ];
  const tooLarge = bundles.filter(({ bytes }) => bytes > HANDLER_BYTES_MAX);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(({ kind, name, bytes }) => `${kind}/${name} has ${bytes} bytes`).join(', ');
    throw new Error(`bundles larger than ${HANDLER_BYTES_MAX} bytes: ${list}`);
  }
  return { bundles, metafiles: [ofFunctions, ofCanaries] };
}

const root = fileURLToPath(new URL('..', import.meta.url));

const asFunction: BuildOptions = {
  outExtension: { '.js': '.mjs' },
  format: 'esm',
  // Lambda has Node 24; the sandbox of a project runs the same files on the project's own Node.
  ...node20,
  banner: { js: requireBanner },
};

/**
 * The runtime requires the file, and has Node 22.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_nodejs.html
 */
const asCanary: BuildOptions = { format: 'cjs', ...node20 };

/** Bundles functions that are not Understudy's own: `in` from the repository's folder, `out` in `outDir`, without an ending. */
export async function buildFunctions(
  entries: readonly { readonly in: string; readonly out: string }[],
  outDir: string,
): Promise<void> {
  await bundleEntries(entries, outDir, asFunction);
}

function bundle(entries: readonly Entry[], outDir: string, options: BuildOptions): Promise<Metafile> {
  const entryPoints = entries.map(({ source, file }) => ({ in: source, out: file.replace(/\.m?js$/, '') }));
  return bundleEntries(entryPoints, outDir, options);
}

async function bundleEntries(
  entryPoints: readonly { readonly in: string; readonly out: string }[],
  outDir: string,
  options: BuildOptions,
): Promise<Metafile> {
  const built = await build({
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
    metafile: true,
  });
  return built.metafile;
}

interface Entry {
  readonly kind: Bundle['kind'];
  readonly name: string;
  readonly source: string;
  /** In the folder that everything is written to. */
  readonly file: string;
}

async function entriesIn(
  folder: string,
  kind: Entry['kind'],
  pattern: RegExp,
  fileOf: (name: string) => string,
): Promise<Entry[]> {
  const files = (await readdir(join(root, folder))).sort();
  return files.flatMap((source): Entry[] => {
    const name = pattern.exec(source)?.[1];
    return name === undefined ? [] : [{ kind, name, source: join(folder, source), file: fileOf(name) }];
  });
}

/** esbuild names outputs by their paths from `absWorkingDir`. */
function measure({ kind, name, file }: Entry, { outputs }: Metafile, outDir: string): Bundle {
  const read = new Set<string>();
  const visit = (path: string): number => {
    const output = outputs[path];
    if (output === undefined || read.has(path)) return 0;
    read.add(path);
    const imported = output.imports.filter((each) => each.kind === 'import-statement');
    return imported.reduce((sum, each) => sum + visit(each.path), output.bytes);
  };
  const path = join(outDir, file);
  return { kind, name, file: path, bytes: visit(relative(root, resolve(path))) };
}
