import type { Region } from '../../../../core/brand.ts';
import { effectiveWeights, rankRegions } from '../../../../core/choose-region.ts';
import type { Outcome } from '../../../../core/observation.ts';
import { homeWeights } from '../../../../core/plan.ts';
import { encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../../../../core/routing-value.ts';
import { type Failover, regionNames, type Service } from '../../../../core/service.ts';
import { readStored } from '../../../../core/stored-value.ts';
import type { KvsStore } from '../../../../handlers/adapters/kvs-store.ts';
import { kvsLever } from '../../../../handlers/adapters/lever.kvs.ts';
import { limitRegion } from '../../../../handlers/adapters/region-limit.kvs.ts';
import type { LeavePorts } from '../../../../handlers/steps/region/leave.ts';
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
  const servedBy = (service: Service, observer: Region): Region => {
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
    levers: (service) => kvsLever({ store, service, random: () => 0, wait: clock.wait }),
    vantages: new ScriptedVantages(script, clock, clock.wait),
    regionStores: [{ services, limit: (limit) => limitRegion(store, { ...limit, services }, async () => {}) }],
  };
  return { failover, services, clock, store, broken, late, ledger, ports, servedBy };
}

const frontOf = (name: string): Pick<Service, 'frontDoor' | 'regions'> => ({
  frontDoor: { url: `https://${name}.front.example.com`, resolvers: [] },
  regions: orders.regions.map(({ region }) => ({ region, endpoint: `https://${name}.${region}.example.com` })),
});
