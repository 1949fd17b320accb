import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { canaryFile } from '../deployment/canary-code.ts';
import { inTurn, type Rounds, ratios, type Spread, spread } from './spread.ts';

export interface ColdImport {
  /** `functions/shift` */
  readonly name: string;
  readonly bytes: number;
  /** As it is uploaded, more or less. */
  readonly gzipBytes: number;
  /** Reading, compiling and running the module in a fresh process whose files the system has in memory. */
  readonly importMs: Spread;
}

export interface ColdImportBench {
  readonly bundles: readonly ColdImport[];
  /** A whole process that imports nothing: what any cold start pays before the handler. */
  readonly emptyProcessMs: Spread;
  /** The largest handler's import against an empty process. */
  readonly slowestToEmptyProcess: Spread;
}

/** One fresh process per bundle and round; in turn, so that a noisy moment hits all of them alike. */
export async function benchColdImport(dist: string, rounds: Rounds): Promise<ColdImportBench> {
  const files = new Map(await bundlesIn(dist));
  const samples = await inTurn([...files.keys(), empty], rounds, (name) => {
    const file = files.get(name);
    return file === undefined ? emptyProcess() : importIn(file);
  });
  const bundles = await Promise.all(
    [...files].map(async ([name, file]) => {
      const code = Buffer.concat(await codeOf(file));
      return { name, bytes: code.length, gzipBytes: gzipSync(code).length, importMs: spread(samples[name] ?? []) };
    }),
  );
  const slowest = bundles.toSorted((a, b) => b.importMs.median - a.importMs.median)[0]?.name ?? empty;
  return {
    bundles,
    emptyProcessMs: spread(samples[empty] ?? []),
    slowestToEmptyProcess: ratios(samples[slowest] ?? [], samples[empty] ?? []),
  };
}

const empty = 'an empty process';

async function bundlesIn(dist: string): Promise<[name: string, file: string][]> {
  const found: [string, string][] = [];
  for (const file of (await readdir(join(dist, 'functions'))).toSorted()) {
    if (!file.endsWith('.mjs') || file.startsWith('chunk-')) continue;
    found.push([`functions/${file.replace(/\.mjs$/, '')}`, resolve(dist, 'functions', file)]);
  }
  for (const name of (await readdir(join(dist, 'synthetics'))).toSorted()) {
    found.push([`synthetics/${name}`, resolve(dist, 'synthetics', name, canaryFile)]);
  }
  return found;
}

/** Of the file and all that it imports. */
async function codeOf(file: string, known: Set<string> = new Set()): Promise<Buffer[]> {
  known.add(file);
  const code: Buffer[] = [await readFile(file)];
  for (const [, next = ''] of String(code[0]).matchAll(/["']\.\/(chunk-\w+\.mjs)["']/g)) {
    const path = join(dirname(file), next);
    if (!known.has(path)) code.push(...(await codeOf(path, known)));
  }
  return code;
}

async function importIn(file: string): Promise<number> {
  const url = JSON.stringify(pathToFileURL(file).href);
  const program = `const start = performance.now(); const { handler } = await import(${url});
    const ms = performance.now() - start; process.stdout.write(typeof handler === 'function' ? String(ms) : 'no handler');`;
  const stdout = await run(program);
  const ms = Number(stdout);
  if (Number.isNaN(ms)) throw new Error(`${file}: ${stdout}`);
  return ms;
}

async function emptyProcess(): Promise<number> {
  const start = performance.now();
  await run('');
  return performance.now() - start;
}

async function run(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return stdout;
}
