import { isCreated } from '../config/created-levers.ts';
import { epoch } from '../core/brand.ts';
import { knownStore } from '../core/lever.ts';
import { homeWeights } from '../core/plan.ts';
import { encodeOverride, encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../core/routing-value.ts';
import { type Failover, homeRegion } from '../core/service.ts';
import type { RoutingControlCluster } from '../loopback/aws/arc.ts';
import type { KeyValueStores } from '../loopback/aws/kvs.ts';

/**
 * What exists before a deployment, because the configuration names it: stores and routing controls, with everything at home, and
 * said so. An empty store or two controls that are Off would leave it to chance.
 */
export function seedLevers(failover: Failover, stores: KeyValueStores, cluster: RoutingControlCluster): void {
  const byStore = new Map<string, Record<string, string>>();
  for (const service of failover.services) {
    if (service.lever.kind !== 'kvs' || isCreated(service.lever)) continue;
    const storeArn = knownStore(service.lever);
    const entries = byStore.get(storeArn) ?? {
      [OVERRIDE_KEY]: encoded(encodeOverride({ epoch: epoch(0), weights: {} })),
    };
    entries[serviceKey(service.name)] = encoded(encodeServiceValue({ epoch: epoch(0), weights: homeWeights(service) }));
    byStore.set(storeArn, entries);
  }
  for (const [arn, entries] of byStore) stores.createStore({ arn, entries });
  const controlled = failover.services.flatMap((service) =>
    service.lever.kind === 'arc' && !isCreated(service.lever) ? [{ service, lever: service.lever }] : [],
  );
  cluster.createCluster({
    controls: controlled.flatMap(({ service, lever }) =>
      Object.entries(lever.controls).map(([region, arn]) => ({
        arn,
        name: `${service.name}-${region}`,
        controlPanelArn: arn.split('/routingcontrol/')[0] ?? arn,
        controlPanelName: service.name,
        initial: region === homeRegion(service) ? ('On' as const) : ('Off' as const),
      })),
    ),
    safetyRules: controlled.flatMap(({ service, lever }) => safetyRules(service.name, Object.values(lever.controls))),
  });
}

function encoded(value: ReturnType<typeof encodeServiceValue>): string {
  if (value.kind === 'malformed') throw new Error(`the first routing cannot be written: ${value.because}`);
  return value.text;
}

/** Never all Off, never two On: together only a call that changes both of a pair is accepted. */
function safetyRules(name: string, controls: readonly string[]) {
  const arn = (rule: string) => `${controls[0]?.split('/routingcontrol/')[0]}/safetyrule/${rule}`;
  return [
    {
      kind: 'assertion' as const,
      arn: arn('atleastone'),
      name: `${name}-at-least-one`,
      type: 'ATLEAST' as const,
      threshold: 1,
      assertedControls: controls,
    },
    {
      kind: 'assertion' as const,
      arn: arn('notboth'),
      name: `${name}-not-two`,
      type: 'ATLEAST' as const,
      threshold: 2,
      inverted: true,
      assertedControls: controls,
    },
  ];
}
