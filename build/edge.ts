import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serviceKey } from '../core/routing-value.ts';
import type { CompiledService, CompiledTable, EdgeRegion, EdgeService, EdgeTable } from '../handlers/edge/table.ts';

/** What CloudFront takes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const FILE_BYTES_MAX = 10_240;

/** Our own bound, for everything but the table: some two hundred bytes a service then leave room for nearly thirty of them. */
export const CODE_BYTES_MAX = 4096;

/**
 * Writes the viewer-request function as one file for the cloudfront-js-2.0 runtime, with `table` compiled in.
 * A table that contradicts itself, and an output that CloudFront would not run, are errors and write nothing.
 */
export async function buildEdge(table: EdgeTable, outFile: string): Promise<{ bytes: number }> {
  const compiled = compileTable(table);
  const code = await bundle(compiled);
  refuseUnfit(code, Buffer.byteLength(await bundle([], compiled)));
  await mkdir(dirname(outFile), { recursive: true });
  await writeFile(outFile, code);
  return { bytes: Buffer.byteLength(code) };
}

/** The table in matching order. Throws one error that names every fault. */
export function compileTable({ services }: EdgeTable): CompiledTable {
  const faults = services.flatMap(faultsOf);
  const compiled = services.map(compileService).sort(moreSpecificFirst);
  for (const [index, service] of compiled.entries()) {
    const twin = compiled
      .slice(index + 1)
      .find(({ host, prefix }) => host === service.host && prefix === service.prefix);
    if (twin !== undefined) faults.push(`services: ${service.key} and ${twin.key} match the same requests`);
  }
  if (faults.length > 0) throw new Error(`edge table:\n  ${faults.join('\n  ')}`);
  return compiled;
}

function faultsOf({
  service,
  pathPrefix,
  indexDocument,
  regions,
  defaultRegion,
  failoverStatusCodes,
}: EdgeService): string[] {
  const faults: string[] = [];
  const names = regions.map(({ region }) => region);
  if (!names.includes(defaultRegion))
    faults.push(`${service}.defaultRegion: ${defaultRegion} is not one of its regions`);
  if (new Set(names).size < names.length) faults.push(`${service}.regions: a region stands there twice`);
  if (new Set(regions.map(({ originId }) => originId)).size < names.length) {
    faults.push(`${service}.regions: two regions share an origin`);
  }
  if (indexDocument !== undefined && !indexDocument.startsWith('/'))
    faults.push(`${service}.indexDocument: must begin with /`);
  if (pathPrefix !== undefined && !pathPrefix.startsWith('/')) faults.push(`${service}.pathPrefix: must begin with /`);
  for (const code of failoverStatusCodes) {
    if (!FAILOVER_STATUS_CODES.has(code))
      faults.push(`${service}.failoverStatusCodes: CloudFront does not take ${code}`);
  }
  // A refused connection counts as 503 and a timeout as 504, and only where they are listed.
  for (const code of [503, 504]) {
    if (!failoverStatusCodes.includes(code)) faults.push(`${service}.failoverStatusCodes: must list ${code}`);
  }
  return faults;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_STATUS_CODES = new Set([400, 403, 404, 416, 429, 500, 502, 503, 504]);

function compileService(service: EdgeService): CompiledService {
  const isDefault = ({ region }: EdgeRegion) => region === service.defaultRegion;
  const regions = [...service.regions.filter(isDefault), ...service.regions.filter((region) => !isDefault(region))];
  return {
    host: service.host?.toLowerCase() ?? '',
    prefix: `${service.pathPrefix ?? ''}/`.replace(/\/+$/, '/'),
    key: serviceKey(service.service),
    ...(service.tellsViewer === true ? { tellsViewer: true } : {}),
    ...(service.indexDocument === undefined ? {} : { indexDocument: service.indexDocument }),
    regions: regions.map(({ region }) => region),
    origins: regions.map(({ originId }) => ({ originId })),
    failover: { statusCodes: service.failoverStatusCodes },
  };
}

function moreSpecificFirst(a: CompiledService, b: CompiledService): number {
  const byHost = Number(b.host !== '') - Number(a.host !== '');
  if (byHost !== 0) return byHost;
  return b.prefix.length - a.prefix.length || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** With what the services of `table` ask for, and `shipped` compiled in. */
async function bundle(shipped: CompiledTable, table = shipped): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../handlers/edge/viewer-request.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    external: ['cloudfront'],
    define: {
      EDGE_TABLE: JSON.stringify(shipped),
      // What no service asks for is not in the file.
      TELLS_VIEWER: String(table.some(({ tellsViewer }) => tellsViewer)),
      HAS_SITES: String(table.some(({ indexDocument }) => indexDocument)),
      HAS_HOSTS: String(table.some(({ host }) => host !== '')),
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
    .replaceAll('define_EDGE_TABLE_default', 'EDGE_TABLE')
    .replaceAll(/^(\/\/ .*)?\n/gm, '')
    // A third shorter, and as easy to read where it runs.
    .replaceAll(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))
    .replaceAll(/\{\n\t*\}/g, '{}')
    .replaceAll(TEXT_OR_SPACED, (found, mark, sign) => mark ?? sign ?? found);
  return `import cf from 'cloudfront';\n${body}`;
}

const IMPORT_LINE = /^import cf from ["']cloudfront["'];\n/m;

/** A string, which stays as it is, or a mark with spaces that it can do without; not those between two signs: `a - -b`. */
const TEXT_OR_SPACED =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`| *([=!<>]==?|&&|\|\||[=<>*%&|^?:;,(){}[\]]) *|(?<![-+]) ([-+/]) (?![-+])/g;

/** CloudFront publishes what it cannot run, and then answers 503 to everybody: the build looks first. */
function refuseUnfit(code: string, codeBytes: number): void {
  const faults: string[] = [];
  const withoutImport = code.replace(IMPORT_LINE, '');
  for (const [artefact, pattern] of MODULE_ARTEFACTS) {
    if (pattern.test(withoutImport)) faults.push(`contains ${artefact}`);
  }
  if (!/^async function handler\(/m.test(code)) faults.push('has no function named handler');
  const bytes = Buffer.byteLength(code);
  if (codeBytes > CODE_BYTES_MAX) faults.push(`has ${codeBytes} bytes of code, more than ${CODE_BYTES_MAX}`);
  if (bytes > FILE_BYTES_MAX) faults.push(`is ${bytes} bytes long with its table, more than ${FILE_BYTES_MAX}`);
  if (faults.length > 0) throw new Error(`edge function ${faults.join(', ')}`);
}

const MODULE_ARTEFACTS: readonly [string, RegExp][] = [
  ['exports', /\bexports\b/],
  ['export', /^\s*export\b/m],
  ['require(', /\brequire\s*\(/],
  ['an import other than cloudfront', /\bimport\b/],
];
