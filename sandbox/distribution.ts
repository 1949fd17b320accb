import { knownStore } from '../core/lever.ts';
import type { Failover } from '../core/service.ts';
import type { KeyValueStores } from './aws/kvs.ts';
import { edgeFunctionFile } from './bundles.ts';
import type { Clock } from './clock.ts';
import { type Edge, startEdge } from './edge/edge.ts';
import { feedOf, type StoreVersion } from './edge/store-feed.ts';

/** The CloudFront distribution in front of every service that moves by a KeyValueStore, at a few of its edge locations. */
export interface Distribution {
  /** The first edge location's address. */
  readonly url: string;
  /** All of them, by name. */
  readonly edges: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Two places, so that a change is seen to arrive at different times: edges disagree during a move. */
const locations = [
  { name: 'IAD89-C1', lag: 0.5 },
  { name: 'FRA56-P2', lag: 1 },
] as const;

export async function startDistribution(
  failover: Failover,
  {
    dist,
    regions,
    stores,
    clock,
    random,
    propagationMs,
    onPropagated,
  }: {
    readonly dist: string;
    /** Base URL by region. */
    readonly regions: Readonly<Record<string, string>>;
    readonly stores: KeyValueStores;
    readonly clock: Clock;
    readonly random: () => number;
    /** What the slowest location takes, at this world's tempo. */
    readonly propagationMs: number;
    readonly onPropagated: (edge: string, change: StoreVersion) => void;
  },
): Promise<Distribution | null> {
  const steered = failover.services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  const [first] = steered;
  if (first === undefined) return null;
  const origins = steered.flatMap(({ service, lever }) =>
    Object.entries(lever.origins).map(([region, id]) => ({
      id,
      url: `${regions[region]}/${service.name}`,
      // One attempt of a second: CloudFront's default, three of ten, would hold a read for half a minute.
      connectionAttempts: 1,
      connectionTimeoutMs: 1_000,
      readTimeoutMs: 3_000,
    })),
  );
  const edges: Record<string, Edge> = {};
  for (const { name, lag } of locations) {
    edges[name] = await startEdge({
      name,
      port: 0,
      functionFile: edgeFunctionFile(dist),
      origins,
      store: feedOf(stores, knownStore(first.lever)),
      propagationMs: propagationMs * lag,
      clock,
      random,
      onPropagated: (change) => onPropagated(name, change),
    });
  }
  return {
    url: edges[locations[0].name]?.url ?? '',
    edges: Object.fromEntries(Object.entries(edges).map(([name, { url }]) => [name, url])),
    async close() {
      await Promise.all(Object.values(edges).map((edge) => edge.close()));
    },
  };
}
