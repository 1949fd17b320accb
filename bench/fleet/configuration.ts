import type { FailoverInput } from '../../config/failover-input.ts';
import example from '../../understudy.config.ts';

type ServiceInput = FailoverInput['services'][number];

const regions = ['us-east-1', 'us-west-2'] as const;
const zone = { id: 'Z0123456789EXAMPLE', name: 'example.com' };
const each = <Value>(make: (region: string) => Value) =>
  Object.fromEntries(regions.map((region) => [region, make(region)]));

/**
 * So many services of mixed levers, in two regions, seen by three observers: half of them by KeyValueStore, as many by ARC as one
 * configuration takes, which is twenty here (docs/limits.md), and the others by a beacon.
 */
export function fleet(count: number): FailoverInput {
  return { ...example, services: Array.from({ length: count }, (_, index) => service(index)) };
}

function service(index: number): ServiceInput {
  const name = `service-${String(index).padStart(4, '0')}`;
  const common = {
    name,
    regions: regions.map((region) => ({ region, endpoint: `https://${name}-${region}.example.com` })),
    frontDoor: { url: `https://${name}.example.com` },
    healthy: { path: '/health', body: { service: name } },
  };
  if (index % 2 === 0) {
    return { ...common, lever: { ...leverOf('kvs'), origins: each((region) => `${name}-${region}`) } };
  }
  if (index < 200 && index % 10 === 1) {
    const panel = index.toString(16).padStart(32, '0');
    const arn = `arn:aws:route53-recovery-control::${example.account}:controlpanel/${panel}/routingcontrol`;
    return {
      ...common,
      lever: {
        ...leverOf('arc'),
        controls: each((region) => `${arn}/${region === regions[0] ? 'a' : 'b'}${panel.slice(-15)}`),
      },
    };
  }
  return {
    ...common,
    lever: {
      kind: 'beacon',
      hostedZone: {
        ...zone,
        aliases: each((region) => ({ dnsName: `${name}-${region}.example.com`, zoneId: zone.id })),
      },
    },
    policy: { verify: { timeoutMs: 300_000 }, rtoTargetMs: 600_000 },
  };
}

/** The lever of the example that exists, of a kind. */
function leverOf<Kind extends 'kvs' | 'arc'>(kind: Kind): Extract<ServiceInput['lever'], { kind: Kind }> {
  const found = example.services.find(({ lever }) => lever.kind === kind);
  if (found === undefined) throw new Error(`the example has no service by ${kind}`);
  return found.lever as Extract<ServiceInput['lever'], { kind: Kind }>;
}
