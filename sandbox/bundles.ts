import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { edgeTable } from '../config/edge-table.ts';
import type { Topology } from '../config/topology.ts';
import type { Failover } from '../core/service.ts';
import { canaryPlans } from '../deployment/canaries.ts';
import { canaryFile } from '../deployment/canary-code.ts';
import { deployedTable } from '../deployment/compile-table.ts';
import { edgeFileName, edgePartsOf } from '../deployment/edge-function.ts';
import { functionRoles } from '../deployment/names.ts';

/** Throws one sentence, with what to run, where a file is missing that the sandbox needs sooner or later. */
export function refuseMissingBundles(failover: Failover, dist: string, topology?: Topology): void {
  const missing = bundlesOf(failover, dist, topology).filter((file) => !existsSync(file));
  if (missing.length === 0) return;
  const others = missing.length === 1 ? '' : ` (and ${missing.length - 1} more)`;
  throw new Error(`${missing[0]}${others} is not there: run \`npm run build\` first`);
}

function bundlesOf(failover: Failover, dist: string, topology: Topology | undefined): string[] {
  const canaries = new Set(
    failover.observers.flatMap((observer) => canaryPlans(failover, observer)).map(({ bundle }) => bundle),
  );
  const table = edgeTable(failover, topology);
  return [
    ...(table.services.length > 0 ? [join('edge', edgeFileName(edgePartsOf(deployedTable(table))))] : []),
    ...functionRoles.map((name) => join('functions', `${name}.mjs`)),
    ...[...canaries].map((name) => join('synthetics', name, canaryFile)),
  ].map((file) => join(dist, file));
}
