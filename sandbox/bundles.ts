import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Failover } from '../core/service.ts';
import { canariesOf, canaryFile } from '../deployment/canaries.ts';
import { orchestrators } from '../deployment/names.ts';

/**
 * Throws one sentence, with what to run, where a file is missing that the sandbox needs sooner or later. `edgeDist` has the edge
 * function, which is compiled for one configuration.
 */
export function refuseMissingBundles(failover: Failover, dist: string, edgeDist: string = dist): void {
  const missing = bundlesOf(failover, dist, edgeDist).filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  const others = missing.length === 1 ? '' : ` (and ${missing.length - 1} more)`;
  throw new Error(`${missing[0]}${others} is not there: run \`npm run build\` first`);
}

function bundlesOf(failover: Failover, dist: string, edgeDist: string): string[] {
  const functions = [...orchestrators.map((name) => join('handlers', name)), join('synthetics', 'vantage')];
  const canaries = new Set(
    failover.services.flatMap((service) => canariesOf(failover, service)).map(({ bundle }) => bundle),
  );
  const isSteered = failover.services.some(({ lever }) => lever.kind === 'kvs');
  return [
    ...(isSteered ? [edgeFunctionFile(edgeDist)] : []),
    ...functions.map((folder) => join(dist, folder, 'index.mjs')),
    ...[...canaries].map((name) => join(dist, 'synthetics', name, canaryFile)),
  ];
}

export const edgeFunctionFile = (dist: string): string => join(dist, 'edge', 'viewer-request.js');
