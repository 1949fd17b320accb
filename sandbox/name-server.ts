import { type Failover, homeRegion } from '../core/service.ts';
import type { RoutingControlCluster } from './aws/arc.ts';
import type { Clock } from './clock.ts';
import { type DnsServer, startDns } from './dns/dns.ts';
import { localName, localZone } from './local-failover.ts';

/** Records with a health check answer for a minute at most, or a move takes longer to be seen than to be made. */
const ttlSeconds = 60;

/** Route 53 with a pair of failover records for every service that moves by ARC, each behind its routing control. */
export async function startNameServer(
  failover: Failover,
  {
    cluster,
    addresses,
    clock,
    random,
    tempo,
  }: {
    readonly cluster: RoutingControlCluster;
    readonly addresses: Readonly<Record<string, string>>;
    readonly clock: Clock;
    readonly random: () => number;
    readonly tempo: number;
  },
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const pairs = failover.services.flatMap((service) =>
    service.lever.kind === 'arc'
      ? Object.entries(service.lever.controls).map(([region, arn]) => ({
          service,
          region,
          arn,
          id: `${service.name}-${region}`,
        }))
      : [],
  );
  const server: DnsServer = await startDns({
    port: 0,
    clock,
    random,
    tempo,
    routingControls: cluster,
    healthChecks: pairs.map(({ id, arn }) => ({ id, kind: 'RECOVERY_CONTROL', routingControlArn: arn })),
    zones: [
      {
        name: localZone,
        records: pairs.map(({ service, region, id }) => ({
          name: localName(service),
          type: 'A',
          ttlSeconds,
          values: [addresses[region] ?? '127.0.0.1'],
          failover: region === homeRegion(service) ? 'PRIMARY' : 'SECONDARY',
          healthCheckId: id,
        })),
      },
    ],
  });
  return { address: `${server.address}:${server.port}`, close: () => server.close() };
}
