import { loadFailover } from '../config/load.ts';
import { buildEdge } from './edge.ts';
import { edgeTable } from './edge-table.ts';

/** `node build/edge-of.ts CONFIGURATION FILE` writes the edge function of one configuration, and nothing else. */
const [configuration, file] = process.argv.slice(2);
if (configuration === undefined || file === undefined) throw new Error('build/edge-of.ts CONFIGURATION FILE');
// The command that needs it warns.
await buildEdge(edgeTable(await loadFailover(configuration, () => {})), file);
