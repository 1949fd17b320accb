import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A Lambda function or canary as it is shipped: one folder with `index.mjs` and its source map. */
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
 * Bundles `handlers/*.lambda.ts` to `<outDir>/handlers/<name>/index.mjs`, and the canaries and vantages of `synthetics/`
 * to `<outDir>/synthetics/<name>/index.mjs`. Throws where one is larger than `HANDLER_BYTES_MAX`.
 */
export async function buildHandlers(outDir: string): Promise<readonly Bundle[]> {
  const entries = [
    ...(await entriesIn('handlers', /^(.+)\.lambda\.ts$/)),
    ...(await entriesIn('synthetics', /^(.+)\.(?:lambda|canary)\.ts$/)),
  ];
  await build({
    absWorkingDir: root,
    entryPoints: entries.map(({ kind, name, source }) => ({ in: source, out: `${kind}/${name}/index` })),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // Some packages are CommonJS inside and require Node's own modules, which ESM has no word for.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
  });
  const bundles = await Promise.all(entries.map((entry) => measure(entry, outDir)));
  const tooLarge = bundles.filter(({ bytes }) => bytes > HANDLER_BYTES_MAX);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(({ kind, name, bytes }) => `${kind}/${name} has ${bytes} bytes`).join(', ');
    throw new Error(`bundles larger than ${HANDLER_BYTES_MAX} bytes: ${list}`);
  }
  return bundles;
}

const root = fileURLToPath(new URL('..', import.meta.url));

interface Entry {
  readonly kind: Bundle['kind'];
  readonly name: string;
  readonly source: string;
}

async function entriesIn(kind: Bundle['kind'], pattern: RegExp): Promise<Entry[]> {
  const files = (await readdir(join(root, kind))).sort();
  return files.flatMap((file) => {
    const name = pattern.exec(file)?.[1];
    return name === undefined ? [] : [{ kind, name, source: join(kind, file) }];
  });
}

async function measure({ kind, name }: Entry, outDir: string): Promise<Bundle> {
  const file = join(outDir, kind, name, 'index.mjs');
  return { kind, name, file, bytes: (await stat(file)).size };
}
