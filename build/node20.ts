import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/**
 * What ships runs on Node 20, too: newer syntax is lowered, and the newer functions that the sources call are brought along without a
 * change of anybody's globals.
 */
export const node20: BuildOptions = {
  target: 'node20',
  // Node 20 has them from 20.10 on.
  supported: { 'import-attributes': true },
  define: { 'Promise.withResolvers': 'promiseWithResolvers', 'Map.groupBy': 'mapGroupBy' },
  inject: [fileURLToPath(new URL('./node20-functions.ts', import.meta.url))],
};
