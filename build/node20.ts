import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';

/**
 * What ships runs on Node 20, too: newer syntax is lowered, and the newer functions that the sources call are brought along without a
 * change of anybody's globals.
 */
export const node20: BuildOptions = {
  // node20 would be 20.0, without import attributes.
  target: 'node20.19',
  define: { 'Promise.withResolvers': 'promiseWithResolvers', 'Map.groupBy': 'mapGroupBy' },
  inject: [fileURLToPath(new URL('./node20-functions.ts', import.meta.url))],
};

/** For an ES module: what is bundled from CommonJS requires Node's own modules, which ESM has no word for. */
export const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
