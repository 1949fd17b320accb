import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compileTable } from '../deployment/compile-table.ts';
import {
  type EdgeParts,
  edgeFileName,
  edgeMarks,
  edgePartsOf,
  everyEdgeParts,
  withTable,
} from '../deployment/edge-function.ts';
import type { CompiledTable, EdgeTable } from '../deployment/edge-table.ts';

/** Our own bound, for everything but the service in it: what somebody's own function has left beside ours. */
export const CODE_BYTES_MAX = 4096;

/**
 * Writes the viewer-request function for the cloudfront-js-2.0 runtime to `<outDir>/edge/`, a file for each case of what services ask
 * for, with a mark where what it has to know comes. An output that CloudFront would not run is an error.
 */
export async function buildEdgeFiles(outDir: string): Promise<void> {
  await mkdir(join(outDir, 'edge'), { recursive: true });
  for (const parts of everyEdgeParts) await writeFile(join(outDir, 'edge', edgeFileName(parts)), await edgeFile(parts));
}

/** Writes the function of one table. A table that contradicts itself, or is too long, is an error and writes nothing. */
export async function buildEdge(table: EdgeTable, outFile: string): Promise<{ bytes: number }> {
  return writeEdge(compileTable(table), outFile);
}

/** The same of a table that is compiled already. */
export async function writeEdge(compiled: CompiledTable, outFile: string): Promise<{ bytes: number }> {
  const code = withTable(await edgeFile(edgePartsOf(compiled)), compiled);
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, code);
  return { bytes: Buffer.byteLength(code) };
}

async function edgeFile({ lookup, sites, viewer }: EdgeParts): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../handlers/edge/viewer-request.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    external: ['cloudfront'],
    define: {
      EDGE_TABLE: edgeMarks.table,
      EDGE_PAGES: edgeMarks.pages,
      EDGE_KEYS: edgeMarks.keys,
      FAILOVER_CODES: edgeMarks.codes,
      LOOKS_UP: String(lookup !== false),
      PAGES_IN_STORE: String(lookup === 'store'),
      TELLS_VIEWER: String(viewer),
      HAS_SITES: String(sites),
    },
    // The engine is ES5.1 and what is listed below; anything else is lowered or refused.
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
    target: 'es5',
    supported: { 'async-await': true, 'const-and-let': true, 'template-literal': true, arrow: true },
    charset: 'ascii',
    // `handler` is found by its name, and the file should be readable where it runs.
    minifyIdentifiers: false,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote no edge function');
  // It is exported so that tree shaking keeps it; CloudFront calls a global of that name. The import goes to the top, where
  // the documentation has it.
  const body = output.text
    .replace(/export \{\s*handler\s*\};\s*$/, '')
    .replace(IMPORT_LINE, '')
    .replaceAll(/define_(\w+)_default/g, '$1')
    .replaceAll(/^(\/\/ .*)?\n/gm, '')
    // A third shorter, and as easy to read where it runs. All but a few lines are in functions.
    .replaceAll(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2 - 1))
    .replaceAll(/\{\n\t*\}/g, '{}')
    // Not where it may be all that a loop does.
    .replaceAll(/^(\t*(?!\t|for|while).*);\n\t*\}/gm, '$1}')
    .replaceAll(TEXT_OR_SPACED, (found, mark, sign) => mark ?? sign ?? found);
  const code = `import cf from 'cloudfront';\n${body}`;
  refuseUnfit(code);
  return code;
}

const IMPORT_LINE = /^import cf from ["']cloudfront["'];\n/m;

/** A string, which stays as it is, or a mark with spaces that it can do without; not those between two signs: `a - -b`. */
const TEXT_OR_SPACED =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`| *([=!<>]==?|&&|\|\||[=<>*%&|^?:;,(){}[\]]) *|(?<![-+]) ([-+/]) (?![-+])/g;

/** CloudFront publishes what it cannot run, and then answers 503 to everybody: the build looks first. */
function refuseUnfit(code: string): void {
  const faults: string[] = [];
  const withoutImport = code.replace(IMPORT_LINE, '');
  for (const [artefact, pattern] of MODULE_ARTEFACTS) {
    if (pattern.test(withoutImport)) faults.push(`contains ${artefact}`);
  }
  if (!/^async function handler\(/m.test(code)) faults.push('has no function named handler');
  const bytes = Buffer.byteLength(Object.values(edgeMarks).reduce((text, mark) => text.replace(mark, ''), code));
  if (bytes > CODE_BYTES_MAX) faults.push(`has ${bytes} bytes of code, more than ${CODE_BYTES_MAX}`);
  if (faults.length > 0) throw new Error(`edge function ${faults.join(', ')}`);
}

const MODULE_ARTEFACTS: readonly [string, RegExp][] = [
  ['exports', /\bexports\b/],
  ['export', /^\s*export\b/m],
  ['require(', /\brequire\s*\(/],
  ['an import other than cloudfront', /\bimport\b/],
];
