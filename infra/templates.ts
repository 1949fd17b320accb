import { builtTopologyNamed } from '../config/built-topology.ts';
import { dist } from '../config/installation.ts';
import { loadFailover } from '../config/load.ts';
import { plainApp } from './plain-app.ts';

/**
 * Writes the templates of a configuration and nothing else: `node infra/templates.ts CONFIG OUTDIR [TOPOLOGY]`. They are those of
 * `npm run synth`, which judges them too; what deploys them on loopback finds out by deploying.
 */
const [file, outdir, topology] = process.argv.slice(2);
if (file === undefined || outdir === undefined)
  throw new Error('usage: node infra/templates.ts CONFIG OUTDIR [TOPOLOGY]');
const failover = await loadFailover(file, { warn: () => {} });
plainApp(failover, {
  outdir,
  validated: false,
  topology: topology === undefined ? undefined : builtTopologyNamed(topology, dist()),
}).synth();
