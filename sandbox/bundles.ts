import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { steps } from '../config/names.ts';
import type { Failover } from '../core/service.ts';

/** What runs in every control region. */
export const orchestrators = [...steps, 'reconcile'] as const;

/** Throws one sentence, with what to run, where a file is missing that the sandbox needs sooner or later. */
export function refuseMissingBundles(failover: Failover, dist: string): void {
  const missing = bundlesOf(failover, dist).filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  const others = missing.length === 1 ? '' : ` (and ${missing.length - 1} more)`;
  throw new Error(`${missing[0]}${others} is not there: run \`npm run build\` first`);
}

function bundlesOf({ services }: Failover, dist: string): string[] {
  const folders = [
    ...orchestrators.map((name) => join('handlers', name)),
    ...['vantage', 'regional-api', 'front-door'].map((name) => join('synthetics', name)),
  ];
  const isSteered = services.some(({ lever }) => lever.kind === 'kvs');
  return [...(isSteered ? [edgeFunctionFile(dist)] : []), ...folders.map((folder) => join(dist, folder, 'index.mjs'))];
}

export const edgeFunctionFile = (dist: string): string => join(dist, 'edge', 'viewer-request.js');
