import { existsSync, readdirSync } from 'node:fs';
import { topologyFolder } from './topology.ts';

/** What Understudy is told of a topology. Beside it the folder may hold parts that several of them share. */
export const topologyConfiguration = (name: string): string => `${topologyFolder(name)}/configuration.ts`;

/** Every topology, by its folder. Paths are relative to the repository. */
export function topologyNames(): readonly string[] {
  const entries = existsSync(topologyFolder('')) ? readdirSync(topologyFolder('')) : [];
  return entries.filter((name) => existsSync(topologyConfiguration(name))).sort();
}
