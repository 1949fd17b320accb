import { region } from '../../core/brand.ts';
import type { BeaconLeverConfig, LeverConfig, Service } from '../../core/service.ts';

/** A service with its home in us-east-1 and its standby in us-west-2, for contracts of ports. */
export function serviceWith(lever: LeverConfig, name = 'orders'): Service {
  return {
    name,
    regions: [
      { region: region('us-east-1'), endpoint: 'http://127.0.0.1:1' },
      { region: region('us-west-2'), endpoint: 'http://127.0.0.1:2' },
    ],
    frontDoor: { url: 'http://127.0.0.1:3', resolvers: [] },
    healthy: {
      path: '/health',
      status: 200,
      contentType: 'application/json',
      body: { ok: true },
      servedBy: { field: 'region' },
      slowMs: 500,
      timeoutMs: 1_000,
    },
    lever,
    policy: {
      automatic: true,
      shadow: false,
      minority: false,
      quorum: 2,
      brownOut: { share: 0.4, windowMs: 600_000, probes: 100 },
      dwellMs: 0,
      burst: { count: 3, intervalMs: 100 },
      recheckForMs: 0,
      cooldownMs: 60_000,
      evidenceMaxAgeMs: 30_000,
      eventMaxAgeMs: 60_000,
      leaseMs: 60_000,
      approval: { required: false },
      ramp: { percents: [100], bakeMs: 0 },
      verify: { timeoutMs: 60_000, intervalMs: 1_000, consecutive: 2 },
      failback: { automatic: false },
      reprotect: { greenForMs: 1_800_000, withinMs: 14_400_000 },
      rtoTargetMs: 60_000,
    },
    hooks: [],
    canaries: { everyMinutes: 1 },
  };
}

export const storeArn = 'arn:aws:cloudfront::123456789012:key-value-store/9c2ba4d8-6b4b-4f9f-a1c5-2d9f3d4c7a11';

export const ordersOnKvs = serviceWith({
  kind: 'kvs',
  storeArn,
  origins: { 'us-east-1': 'orders-us-east-1', 'us-west-2': 'orders-us-west-2' },
});

const panel = 'arn:aws:route53-recovery-control::123456789012:controlpanel/0123456789abcdef0123456789abcdef';

export const controls = {
  'us-east-1': `${panel}/routingcontrol/aaaaaaaaaaaaaaaa`,
  'us-west-2': `${panel}/routingcontrol/bbbbbbbbbbbbbbbb`,
} as const;

/** A beacon of `serviceWith`'s regions. */
export function beaconOf(endpoint?: string): BeaconLeverConfig {
  return {
    kind: 'beacon',
    namespace: 'Understudy/Beacon',
    periodMs: 60_000,
    ...(endpoint !== undefined && { endpoint }),
    hostedZone: {
      id: 'Z0123456789ABCDEFGHIJ',
      name: 'example.com',
      aliases: {
        'us-east-1': { dnsName: 'd-aaaaaaaaaa.execute-api.us-east-1.amazonaws.com', zoneId: 'Z1UJRXOUMOOFQ8' },
        'us-west-2': { dnsName: 'd-bbbbbbbbbb.execute-api.us-west-2.amazonaws.com', zoneId: 'Z2OJLYMUO9EFXC' },
      },
    },
  };
}
