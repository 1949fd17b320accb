import { type Region, region } from '../../../../core/brand.ts';
import { effectiveWeights, rankRegions } from '../../../../core/choose-region.ts';
import type { Outcome } from '../../../../core/observation.ts';
import { homeWeights } from '../../../../core/plan.ts';
import { encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../../../../core/routing-value.ts';
import { type ArcLeverConfig, type Failover, regionNames, type Service } from '../../../../core/service.ts';
import { readStored } from '../../../../core/stored-value.ts';
import { arcCluster } from '../../../../handlers/adapters/arc-cluster.ts';
import type { KvsStore } from '../../../../handlers/adapters/kvs-store.ts';
import { arcLever } from '../../../../handlers/adapters/lever.arc.ts';
import { kvsLever } from '../../../../handlers/adapters/lever.kvs.ts';
import { limitRegion } from '../../../../handlers/adapters/region-limit.kvs.ts';
import type { LeavePorts } from '../../../../handlers/steps/region/leave.ts';
import { arcRegions, createRoutingControlCluster } from '../../../../loopback/aws/arc.ts';
import { clientOver } from '../../../fencing/wire.ts';
import { ManualClock } from '../../../support/memory/clock.ts';
import { MemoryLedger } from '../../../support/memory/ledger.ts';
import { MemoryLog } from '../../../support/memory/log.ts';
import { type Probe, ScriptedVantages } from '../../../support/memory/vantages.ts';
import { failover as example, orders, t0 } from '../../../support/world.ts';

/** A store in memory that counts what is written to it, and of which edges know all at once. */
export class MemoryStore implements KvsStore {
  readonly entries = new Map<string, string>();
  readonly writes: Readonly<Record<string, string>>[] = [];
  #version = 1;

  async etag() {
    return String(this.#version);
  }

  async get(key: string) {
    return this.entries.get(key) ?? null;
  }

  async put(pairs: Readonly<Record<string, string>>, etag: string) {
    if (etag !== String(this.#version)) return 'conflict' as const;
    if (Object.keys(pairs).length > 50) throw new Error('UpdateKeys takes fifty pairs');
    for (const [key, value] of Object.entries(pairs)) this.entries.set(key, value);
    this.writes.push(pairs);
    this.#version += 1;
    return 'written' as const;
  }
}

/** Services that move by one store, and a world in which regions of each may be bad. */
export function fleetOf(names: readonly string[], changed: Readonly<Record<string, Partial<Service>>> = {}) {
  const services = names.map((name): Service => ({ ...orders, name, ...frontOf(name), ...changed[name] }));
  const byStore = services.filter(({ lever }) => lever.kind === 'kvs');
  const failover: Failover = { ...example, services };
  const clock = new ManualClock(t0);
  const store = new MemoryStore();
  store.entries.set(OVERRIDE_KEY, '{"v":1,"e":0,"x":{}}');
  for (const service of services) {
    const value = encodeServiceValue({ epoch: 1, weights: homeWeights(service) });
    if (value.kind === 'encoded') store.entries.set(serviceKey(service.name), value.text);
  }
  /** `<service> <region>` that answers nobody. */
  const broken = new Set<string>();
  /** Services whose edges still have what was there before. */
  const late = new Set<string>();
  const before = new Map(store.entries);
  const weightsAt = (service: Service) => {
    const entries = late.has(service.name) ? before : store.entries;
    const value = readStored(entries.get(serviceKey(service.name)));
    const override = readStored(entries.get(OVERRIDE_KEY));
    return { value, override, weights: effectiveWeights(regionNames(service), value, override) };
  };
  const cluster = arcOf(services, clock);
  const servedBy = (service: Service, observer: Region): Region => {
    if (service.lever.kind === 'arc')
      return late.has(service.name) ? (regionNames(service)[0] as Region) : cluster.servedBy(service);
    const regions = regionNames(service);
    return regions[rankRegions(regions, weightsAt(service).weights, observer)[0] ?? 0] as Region;
  };
  const script = ({ observer, aim: { target, url } }: Probe): Outcome => {
    if (target.kind === 'control') return { kind: 'good', servedBy: null };
    const service = services.find(({ name }) => new URL(url).hostname.split('.').includes(name));
    if (service === undefined) throw new Error(`nobody is at ${url}`);
    const region = target.kind === 'regional' ? target.region : servedBy(service, observer);
    if (target.kind === 'edge') {
      const { value, override, weights } = weightsAt(service);
      return { kind: 'good', servedBy: region, belief: { override: override.e, routing: value.e, weights } };
    }
    if (broken.has(`${service.name} ${region}`)) return { kind: 'bad', because: 'refused', detail: 'refused' };
    return { kind: 'good', servedBy: region };
  };
  const ledger = new MemoryLedger(clock);
  const ports: LeavePorts = {
    clock,
    wait: clock.wait,
    log: new MemoryLog(),
    ledger,
    levers: (service) =>
      service.lever.kind === 'arc'
        ? cluster.lever(service)
        : kvsLever({ store, service, random: () => 0, wait: clock.wait }),
    vantages: new ScriptedVantages(script, clock, clock.wait),
    regionStores: [
      { services: byStore, limit: (limit) => limitRegion(store, { ...limit, services: byStore }, async () => {}) },
    ],
  };
  return { cluster, failover, services, clock, store, broken, late, ledger, ports, servedBy };
}

/** A service that moves by two routing controls of its own. */
export const byControls = (name: string): Partial<Service> => ({
  lever: {
    kind: 'arc',
    endpoints: arcRegions.map((at) => ({ region: region(at), url: `https://${at}.example.com` })),
    controls: Object.fromEntries(orders.regions.map((at) => [at.region, `arn:control/${name}/${at.region}`])),
  } as ArcLeverConfig,
});

/** ARC as loopback plays it, under the test's own time, and every update that it took. */
function arcOf(services: readonly Service[], clock: ManualClock) {
  const arc = createRoutingControlCluster({ now: () => clock.now() });
  const own = services.flatMap((service) => (service.lever.kind === 'arc' ? [{ service, lever: service.lever }] : []));
  const panel = { controlPanelArn: 'panel', controlPanelName: 'fleet' };
  arc.createCluster({
    controls: own.flatMap(({ lever }) =>
      Object.entries(lever.controls).map(([name, arn], index) => ({
        ...panel,
        arn,
        name,
        initial: index === 0 ? ('On' as const) : ('Off' as const),
      })),
    ),
    safetyRules: own.map(({ service, lever }) => ({
      kind: 'assertion',
      arn: `rule/${service.name}`,
      name: 'one serves',
      type: 'ATLEAST',
      threshold: 1,
      assertedControls: Object.values(lever.controls),
    })),
  });
  const updates: { readonly at: number; readonly controls: number; readonly endpoint: number }[] = [];
  const hooks: { before?: () => Promise<void> } = {};
  const cluster = arcCluster({
    endpoints: own[0]?.lever.endpoints ?? [],
    clientOf: (endpoint) => {
      const index = own[0]?.lever.endpoints.indexOf(endpoint) ?? 0;
      const there = async (operation: string, input: Readonly<Record<string, unknown>>) => {
        await clock.wait(40);
        if (operation !== 'UpdateRoutingControlStates') return;
        await hooks.before?.();
        const entries = input['UpdateRoutingControlStateEntries'] as readonly unknown[];
        updates.push({ at: clock.now(), controls: entries.length, endpoint: index });
      };
      return clientOver(arc, { there }, index);
    },
    clock,
    random: () => 0,
    wait: clock.wait,
    deadline: () => new AbortController().signal,
  });
  const controlsOf = ({ lever }: Service) => (lever.kind === 'arc' ? lever.controls : {});
  return {
    updates,
    hooks,
    lever: (service: Service) => arcLever({ cluster, service, controls: controlsOf(service), wait: clock.wait }),
    servedBy: (service: Service) =>
      Object.entries(controlsOf(service)).find(([, arn]) => arc.state(arn) === 'On')?.[0] as Region,
  };
}

const frontOf = (name: string): Pick<Service, 'frontDoor' | 'regions'> => ({
  frontDoor: { url: `https://${name}.front.example.com`, resolvers: [] },
  regions: orders.regions.map(({ region }) => ({ region, endpoint: `https://${name}.${region}.example.com` })),
});
