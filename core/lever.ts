import type { Assume } from './assume.ts';
import type { Region } from './brand.ts';

/** What kind of step a lever can do at all. */
export interface LeverTraits {
  /** Whether it takes shares; where not, a region has all of the traffic or none. */
  readonly weights: boolean;
  /** Whether the lever itself refuses an older epoch; where not, the ledger's lease is the only fence. */
  readonly compareAndSet: boolean;
}

/** What moves traffic. */
export type LeverConfig = KvsLeverConfig | ArcLeverConfig | BeaconLeverConfig;

/** What each of them can do. */
export const leverTraits: Readonly<Record<LeverConfig['kind'], LeverTraits>> = {
  kvs: { weights: true, compareAndSet: true },
  arc: { weights: false, compareAndSet: false },
  beacon: { weights: false, compareAndSet: false },
};

/** CloudFront KeyValueStore weights, read by the viewer-request function at every request. */
export interface KvsLeverConfig {
  /** Moves by CloudFront KeyValueStore weights, read by the viewer-request function at every request. */
  readonly kind: 'kvs';
  /** Nothing where the deployment makes the store and its ARN is not known here. */
  readonly storeArn?: string | undefined;
  /** Only where the store is not AWS's own: `http://host:port`. */
  readonly endpoint?: string | undefined;
  /** For a store of another account, whose distribution it steers. */
  readonly assume?: Assume | undefined;
  /** Origin ids in the distribution, by region. */
  readonly origins: Readonly<Record<string, string>>;
}

/** Route 53 ARC routing controls, one per region, of which exactly one is On. */
export interface ArcLeverConfig {
  /** Moves by Route 53 ARC routing controls, one per region, of which exactly one is On. */
  readonly kind: 'arc';
  /**
   * The cluster's five regional endpoints, as literals: looking them up needs a control plane. None where the deployment
   * makes the cluster and they are not known here.
   */
  readonly endpoints: readonly ClusterEndpoint[];
  /** Routing control ARNs, by region; none as above. */
  readonly controls: Readonly<Record<string, string>>;
  /** For controls of another account. Those of ours in a cluster that another account shares need none. */
  readonly assume?: Assume | undefined;
  /** Where the records are that follow the controls; without one the deployment leaves DNS alone. */
  readonly hostedZone?: HostedZone | undefined;
}

export interface ClusterEndpoint {
  /** Requests are signed for it. */
  readonly region: string;
  /** With the path that the cluster gives. */
  readonly url: string;
}

/**
 * A metric in the standby's region that says whether the standby serves, and an alarm and a Route 53 health check that
 * follow it: "standby takes over primary". Exactly two regions, the home region and one standby.
 */
export interface BeaconLeverConfig {
  /** Moves by a metric behind a Route 53 health check: "standby takes over primary". */
  readonly kind: 'beacon';
  /** CloudWatch namespace of the metric; where the configuration names none, one below the deployment's own. */
  readonly namespace: string;
  /** How long CloudWatch collects what it evaluates as one datum: a minute, which nothing but a sandbox shortens. */
  readonly periodMs: number;
  /** Only where CloudWatch is not AWS's own. */
  readonly endpoint?: string | undefined;
  /** Where the records are that follow the beacon. */
  readonly hostedZone: HostedZone;
}

/** Route 53's: where failover records of a service live, and what they lead to. */
export interface HostedZone {
  /** Of the zone, like `Z0123456789ABCDEFGHIJ`. */
  readonly id: string;
  /** `example.com`; the front door's host name is within it. */
  readonly name: string;
  /** By region: the name that AWS gives the regional endpoint, and the id of the zone of that name. */
  readonly aliases: Readonly<Record<string, ZoneAlias>>;
}

export interface ZoneAlias {
  /** Of the regional endpoint, as AWS names it. */
  readonly dnsName: string;
  /** Of the zone of that name, which AWS owns. */
  readonly zoneId: string;
}

/** Throws where nobody said which; whoever moves traffic checks that when it loads the configuration. */
export function knownStore({ storeArn }: KvsLeverConfig): string {
  if (storeArn === undefined) throw new Error('the KeyValueStore of this lever is not known');
  return storeArn;
}

/** The region whose metric is the beacon. */
export function beaconRegions(regions: readonly Region[]): { readonly home: Region; readonly standby: Region } {
  const [home, standby, third] = regions;
  if (home === undefined || standby === undefined || third !== undefined) {
    throw new Error(`a beacon knows a home region and one standby, not ${regions.length} regions`);
  }
  return { home, standby };
}
