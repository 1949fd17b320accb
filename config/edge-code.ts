import { existsSync, readFileSync } from 'node:fs';
import type { Failover } from '../core/service.ts';
import { deployedTable } from '../deployment/compile-table.ts';
import { edgeFileName, edgePartsOf, withTable } from '../deployment/edge-function.ts';
import type { CompiledTable } from '../deployment/edge-table.ts';
import { edgeTable } from './edge-table.ts';
import { dist } from './installation.ts';
import type { Topology } from './topology.ts';

/** The viewer-request function: what the build wrote, with what it has to know of this configuration in it. */
export const edgeFunction = (failover: Failover, topology?: Topology): string =>
  edgeFunctionOf(deployedTable(edgeTable(failover, topology)));

export function edgeFunctionOf(table: CompiledTable): string {
  const file = dist('edge', edgeFileName(edgePartsOf(table)));
  if (!existsSync(file)) throw new Error(`${file} is not there: run \`npm run build\` first`);
  return withTable(readFileSync(file, 'utf8'), table);
}

/** Whether the distribution is another account's, where the function has to be made and associated. */
export const isSteeredElsewhere = ({ services }: Pick<Failover, 'services'>): boolean =>
  services.some(({ lever }) => lever.kind === 'kvs' && lever.assume !== undefined);
