import { knownStore, type LeverConfig } from '../core/lever.ts';
import type { Failover, Service } from '../core/service.ts';
import { startArn } from '../deployment/names.ts';
import type { LocalPlaces } from './local-failover.ts';

/** What `GET /_sandbox` answers: where everything is. All on loopback. */
export interface Addresses {
  readonly ready: boolean;
  /** The one endpoint of all AWS services: `AWS_ENDPOINT_URL`. */
  readonly aws: string;
  /** ARC's five cluster endpoints, in the order us-east-1, us-west-2, eu-west-1, ap-northeast-1, ap-southeast-2. */
  readonly arc: readonly string[];
  /** The CloudFront distribution, as the first edge location serves it. */
  readonly edge: string;
  readonly edges: Readonly<Record<string, string>>;
  /** The name server, `address:port`, UDP. */
  readonly dns: string;
  /** The regional APIs, by region. */
  readonly regions: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, ServiceAddresses>>;
  readonly account: string;
  /** Where the orchestrator runs: ARN of what starts a run, by control region. */
  readonly stateMachines: Readonly<Record<string, string>>;
  readonly ledger: { readonly tableName: string; readonly region: string };
  /** How many times as fast as AWS periods pass here. */
  readonly tempo: number;
  /** The configuration as it is deployed here, with these addresses in it. */
  readonly config: string;
}

export interface ServiceAddresses {
  readonly lever: LeverConfig['kind'];
  readonly frontDoor: string;
  readonly regions: Readonly<Record<string, string>>;
  /** KeyValueStore ARN, or routing control ARNs by region. */
  readonly store?: string;
  readonly routingControls?: Readonly<Record<string, string>>;
}

/** `edges` by name. */
export function addressesOf(
  failover: Failover,
  { aws, arc, dns, regions, edges: byName }: LocalPlaces,
  edges: Readonly<Record<string, string>>,
  tempo: number,
): Addresses {
  return {
    ready: true,
    aws,
    arc,
    edge: Object.values(byName)[0] ?? '',
    edges,
    dns,
    regions,
    services: Object.fromEntries(failover.services.map((service) => [service.name, serviceAddresses(service)])),
    account: failover.account,
    stateMachines: Object.fromEntries(failover.controlRegions.map((region) => [region, startArn(failover, region)])),
    ledger: failover.ledger,
    tempo,
    config: `${aws}/_sandbox/config`,
  };
}

function serviceAddresses({ lever, regions, frontDoor }: Service): ServiceAddresses {
  return {
    lever: lever.kind,
    frontDoor: frontDoor.url,
    regions: Object.fromEntries(regions.map(({ region, endpoint }) => [region, endpoint])),
    ...(lever.kind === 'kvs' && { store: knownStore(lever) }),
    ...(lever.kind === 'arc' && { routingControls: lever.controls }),
  };
}
