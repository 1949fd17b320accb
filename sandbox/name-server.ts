import { aliasTtlMs } from '../core/caller-kinds.ts';
import { beaconRegions } from '../core/lever.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../core/service.ts';
import { beaconInsufficientData } from '../deployment/beacon.ts';
import { beaconAlarmName } from '../deployment/names.ts';
import type { RoutingControlCluster } from '../loopback/aws/arc.ts';
import type { Clock } from '../loopback/clock.ts';
import type { AlarmTurn, CloudWatchService } from '../loopback/cloudwatch/cloudwatch.ts';
import { type DnsServer, startDns } from '../loopback/dns/dns.ts';
import type { MetricFeed } from '../loopback/dns/health.ts';
import type { HealthCheck } from '../loopback/dns/health-check.ts';
import type { RecordSet } from '../loopback/dns/record.ts';
import { localName, localZone } from './local-failover.ts';

/** The records stand for aliases. */
const ttlSeconds = aliasTtlMs / 1_000;

/**
 * Route 53 with failover records for every service that moves by DNS: each of ARC's behind its routing control, the home
 * region's of a beacon behind the alarm that the beacon raises.
 */
export async function startNameServer(
  failover: Failover,
  {
    cluster,
    cloudwatch,
    addresses,
    clock,
    random,
    tempo,
  }: {
    readonly cluster: RoutingControlCluster;
    readonly cloudwatch: Pick<CloudWatchService, 'follow'>;
    readonly addresses: Readonly<Record<string, string>>;
    readonly clock: Clock;
    readonly random: () => number;
    readonly tempo: number;
  },
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const records = failover.services.flatMap((service) => recordsOf(service, addresses));
  const server: DnsServer = await startDns({
    port: 0,
    clock,
    random,
    tempo,
    routingControls: cluster,
    metrics: beaconFeed(failover, cloudwatch),
    healthChecks: failover.services.flatMap(checksOf),
    zones: [{ name: localZone, records }],
  });
  return { address: `${server.address}:${server.port}`, close: () => server.close() };
}

const checkId = ({ name }: Service, region: string) => `${name}-${region}`;

function checksOf(service: Service): HealthCheck[] {
  const { lever } = service;
  if (lever.kind === 'arc') {
    return Object.entries(lever.controls).map(([region, arn]) => ({
      id: checkId(service, region),
      kind: 'RECOVERY_CONTROL',
      routingControlArn: arn,
    }));
  }
  if (lever.kind !== 'beacon') return [];
  return [
    {
      id: checkId(service, homeRegion(service)),
      kind: 'CLOUDWATCH_METRIC',
      insufficientData: beaconInsufficientData,
    },
  ];
}

function recordsOf(service: Service, addresses: Readonly<Record<string, string>>): RecordSet[] {
  if (service.lever.kind === 'kvs') return [];
  const checked = new Set(checksOf(service).map(({ id }) => id));
  return regionNames(service).map((region) => ({
    name: localName(service),
    type: 'A',
    ttlSeconds,
    values: [addresses[region] ?? '127.0.0.1'],
    failover: region === homeRegion(service) ? 'PRIMARY' : 'SECONDARY',
    ...(checked.has(checkId(service, region)) && { healthCheckId: checkId(service, region) }),
  }));
}

function beaconFeed(failover: Failover, cloudwatch: Pick<CloudWatchService, 'follow'>): MetricFeed {
  const checks = failover.services.flatMap((service) =>
    service.lever.kind === 'beacon'
      ? [
          {
            id: checkId(service, homeRegion(service)),
            alarm: beaconAlarmName(failover, service.name),
            region: beaconRegions(regionNames(service)).standby,
          },
        ]
      : [],
  );
  return (report) =>
    cloudwatch.follow(({ region, alarm, says }: AlarmTurn) => {
      const check = checks.find((each) => each.alarm === alarm && each.region === region);
      if (check !== undefined) report(check.id, says);
    });
}
