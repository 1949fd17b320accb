import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import type { Failover } from '../../core/service.ts';
import example from '../../understudy.config.ts';

type ServiceInput = FailoverInput['services'][number];

/** A service that moves by the store of the example, told apart from the others by its path. */
function behindEdge(name: string, regions: readonly string[], change: Partial<ServiceInput> = {}): ServiceInput {
  const [orders] = example.services;
  if (orders?.lever.kind !== 'kvs') throw new Error('the example has other levers now');
  return {
    ...orders,
    name,
    regions: regions.map((region) => ({ region, endpoint: `https://${name}-${region}.example.com` })),
    frontDoor: { url: `https://api.example.com/${name}` },
    healthy: { path: '/health', body: { service: name, status: 'healthy' }, slowMs: 4_500, timeoutMs: 4_500 },
    writeProbe: undefined,
    lever: { ...orders.lever, origins: Object.fromEntries(regions.map((region) => [region, `${name}-${region}`])) },
    policy: { quorum: 2, dwellMs: 0, cooldownMs: 0 },
    ...change,
  };
}

/** `payments` of the example by ARC, and services behind one edge, by name with the regions of each. */
export function fleet(
  byEdge: Readonly<Record<string, readonly string[]>>,
  {
    more = {},
    controlRegions = ['us-west-2', 'us-east-2'],
  }: {
    readonly more?: Readonly<Record<string, Partial<ServiceInput>>>;
    readonly controlRegions?: readonly string[];
  } = {},
): Failover {
  const payments = example.services.find(({ name }) => name === 'payments');
  if (payments === undefined) throw new Error('the example has no payments now');
  return parseFailover({
    ...example,
    controlRegions: [...controlRegions],
    services: [
      ...Object.entries(byEdge).map(([name, regions]) => behindEdge(name, regions, more[name])),
      { ...payments, policy: { ...payments.policy, dwellMs: 0, cooldownMs: 0 } },
    ],
  });
}
