import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtTopology, parseTopology, type Topology } from './topology.ts';

/** A topology as the build wrote it. */
export interface BuiltTopology extends Topology {
  /** With `topology.json`, a folder for every bundle, and `edge/` where there is a distribution. */
  readonly folder: string;
}

/** Throws one sentence, with what to run, where it is not there. */
export function builtTopologyNamed(name: string, dist: string): BuiltTopology {
  const folder = builtTopology(dist, name);
  const file = join(folder, 'topology.json');
  if (!existsSync(file)) {
    throw new Error(`${file} is not there: there is no topology ${name}, or \`npm run build\` has to run first`);
  }
  return { ...parseTopology(JSON.parse(readFileSync(file, 'utf8')), file), folder };
}

/** Name of the function of an application, the same in each of its regions. */
export const applicationFunction = (topology: Pick<Topology, 'name'>, service: string): string =>
  `${topology.name}-${service}-api`;
