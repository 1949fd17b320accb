import type { Environment } from './environment.ts';
import type { Fault } from './regions/fault.ts';

/** All deployments of a sandbox, asked as one. */
export interface Environments {
  /** The sandbox's own. */
  readonly first: Environment;
  /** The one of this name; the first where none is asked for. */
  named(deployment: string | null): Environment | undefined;
  /** Whose a function or a canary is; the first has what carries no deployment's name, an application of its topology. */
  of(name: string): Environment;
  regions(): readonly string[];
  /** In every deployment that has the region. */
  setFault(region: string, fault: Fault | null): Promise<void>;
  /** Those that hold, by region. */
  faults(): Readonly<Record<string, Fault>>;
  token(authorization: string | undefined): { readonly status: number; readonly body: object };
}

export function environmentsOf(all: readonly Environment[]): Environments {
  const [first] = all;
  if (first === undefined) throw new Error('a sandbox has one deployment at least');
  const regions = () => [...new Set(all.flatMap((each) => Object.keys(each.regions.urls)))];
  return {
    first,
    named: (deployment) => (deployment === null ? first : all.find(({ configured: { name } }) => name === deployment)),
    of: (name) => all.find((each) => each.owns(name)) ?? first,
    regions,
    async setFault(region, fault) {
      const there = all.filter((each) => Object.hasOwn(each.regions.urls, region));
      if (there.length === 0) throw new Error(`there is no region ${region}; there are ${regions().join(', ')}`);
      await Promise.all(there.map((each) => each.regions.setFault(region, fault)));
    },
    // The sandbox's own count where they differ.
    faults: () => Object.assign({}, ...all.toReversed().map((each) => each.regions.faults())),
    token(authorization) {
      const answers = all.map(({ doors }) => doors.token(authorization));
      return answers.find(({ status }) => status === 200) ?? first.doors.token(authorization);
    },
  };
}
