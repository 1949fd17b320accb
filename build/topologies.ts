import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadFailover } from '../config/load.ts';
import { parseTopology, type Topology, topologyFolder } from '../config/topology.ts';
import { topologyConfiguration, topologyNames } from '../config/topology-names.ts';
import { buildFunctions } from './handlers.ts';

/**
 * Writes each topology to `<outDir>/topologies/<name>/`: `topology.json`, a folder for every application's function, and the
 * files of its static site. What deploys and what plays take them from there.
 */
export async function buildTopologies(outDir: string): Promise<void> {
  for (const name of topologyNames()) await buildTopology(name, join(outDir, 'topologies', name));
}

/** Of every image: a bundle on the runtime's own. */
const dockerfile = join(topologyFolder('application'), 'Dockerfile');

/** One of them, to a folder of its own. Throws where `topology.ts` and `configuration.ts` contradict each other. */
export async function buildTopology(name: string, outDir: string): Promise<void> {
  const source = topologyFolder(name);
  const file = join(source, 'topology.ts');
  const { default: input } = (await import(pathToFileURL(join(process.cwd(), file)).href)) as { default: unknown };
  const topology = parseTopology(input, file);
  const failover = await loadFailover(topologyConfiguration(name));
  const missing = failover.services.find((service) => topology.applications[service.name] === undefined);
  if (topology.name !== name) throw new Error(`${file} names itself ${topology.name}`);
  if (missing !== undefined) throw new Error(`${file} has no application for the service ${missing.name}`);
  await mkdir(outDir, { recursive: true });
  await buildFunctions(
    bundlesOf(topology).map((bundle) => ({
      in: join(source, 'app', `${bundle}.lambda.ts`),
      out: join(bundle, 'index'),
    })),
    outDir,
  );
  for (const { bundle, packaging, site } of Object.values(topology.applications)) {
    if (packaging === 'image') await cp(dockerfile, join(outDir, bundle, 'Dockerfile'));
    if (site !== undefined) await cp(join(source, site), join(outDir, site), { recursive: true });
  }
  await writeFile(join(outDir, 'topology.json'), `${JSON.stringify(topology, null, 2)}\n`);
}

const bundlesOf = ({ applications }: Topology) => [...new Set(Object.values(applications).map(({ bundle }) => bundle))];
