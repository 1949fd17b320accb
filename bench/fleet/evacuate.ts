import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseFailover } from '../../config/define-failover.ts';
import type { Region } from '../../core/brand.ts';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { Observation, Outcome } from '../../core/observation.ts';
import { homeWeights } from '../../core/plan.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../../core/routing-value.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { readStored } from '../../core/stored-value.ts';
import type { KvsStore } from '../../handlers/adapters/kvs-store.ts';
import { kvsLever } from '../../handlers/adapters/lever.kvs.ts';
import { limitRegion } from '../../handlers/adapters/region-limit.kvs.ts';
import type { Aim, Ledger } from '../../handlers/ports.ts';
import { type LeavePorts, leave } from '../../handlers/steps/region/leave.ts';
import { prove } from '../../handlers/steps/region/prove.ts';
import example from '../../understudy.config.ts';
import { type ControlsMeasured, measureControls } from './controls.ts';

/*
 * `npm run bench -- evacuation`: a thousand services by kvs leave a region, by the steps that ship. Every call to the store, the ledger and
 * a vantage takes 40 ms beside what it does; bursts are those of the policy. Prints a table, and writes `out/bench-evacuation.json`.
 */
const callMs = 40;
const count = 1_000;
const [first] = example.services;
if (first?.lever.kind !== 'kvs') throw new Error('the example has other levers now');

const failover: Failover = parseFailover({ ...example, services: [first] });
const [orders] = failover.services;
if (orders === undefined) throw new Error('the example has no service');
const [home] = regionNames(orders);
if (home === undefined) throw new Error('the example has no region');
const services = Array.from({ length: count }, (_, index): Service => {
  const name = `service-${String(index).padStart(4, '0')}`;
  return { ...orders, name, frontDoor: { url: `https://${name}.example.com`, resolvers: [] } };
});
const fleet: Failover = { ...failover, services };
/** Three that cannot leave, as an evacuation has them. */
const stranded = new Set(services.slice(0, 3).map(({ name }) => name));

const entries = new Map<string, string>([[OVERRIDE_KEY, '{"v":1,"e":0,"x":{}}']]);
for (const service of services) {
  const value = encodeServiceValue({ epoch: 1, weights: homeWeights(service) });
  if (value.kind === 'encoded') entries.set(serviceKey(service.name), value.text);
}
let version = 1;
const writtenAt: number[] = [];
const store: KvsStore = {
  etag: async () => wait(callMs, String(version)),
  get: async (key) => wait(callMs, entries.get(key) ?? null),
  async put(pairs, etag) {
    await wait(callMs);
    if (etag !== String(version)) return 'conflict';
    for (const [key, value] of Object.entries(pairs)) entries.set(key, value);
    version += 1;
    writtenAt.push(performance.now());
    return 'written';
  },
};

const records = new Map<string, LedgerRecord>();
const recordOf = (name: string) => records.get(name) ?? freshRecord(name);
const ledger: Pick<Ledger, 'read' | 'change' | 'append'> = {
  read: async (name) => wait(callMs, recordOf(name)),
  async change(name, command) {
    await wait(2 * callMs);
    const outcome = applyLedger(recordOf(name), command, Date.now());
    records.set(name, outcome.record);
    return outcome;
  },
  append: async () => wait(callMs, 'appended' as const),
};

const byHost = new Map(services.map((service) => [new URL(service.frontDoor.url).host, service]));
let questions = 0;

function answer(observer: Region, { target, url }: Aim): Outcome {
  if (target.kind === 'control') return { kind: 'good', servedBy: null };
  const service =
    byHost.get(new URL(url).host) ?? services.find(({ regions }) => url.startsWith(regions[0]?.endpoint ?? '-'));
  const at = service ?? orders;
  if (target.kind === 'regional') return { kind: 'good', servedBy: target.region };
  const regions = regionNames(at as Service);
  const value = readStored(entries.get(serviceKey((at as Service).name)));
  const override = readStored(entries.get(OVERRIDE_KEY));
  const weights = effectiveWeights(regions, value, override);
  const servedBy = regions[rankRegions(regions, weights, observer)[0] ?? 0] ?? null;
  if (target.kind === 'edge')
    return { kind: 'good', servedBy, belief: { override: override.e, routing: value.e, weights } };
  return { kind: 'good', servedBy };
}

const ports: LeavePorts = {
  clock: { now: Date.now },
  wait: (ms) => wait(ms),
  log: { warn: (message) => process.stderr.write(`${message}\n`) },
  ledger: ledger as Ledger,
  levers: (service) => kvsLever({ store, service, random: Math.random, wait }),
  vantages: {
    async burst(observer, aims, { count: probes, intervalMs }) {
      questions += 1;
      await wait(callMs + (probes - 1) * intervalMs);
      return aims.flatMap((aim) =>
        Array.from({ length: probes }, (): Observation => {
          return { observer, target: aim.target, at: Date.now(), latencyMs: callMs, outcome: answer(observer, aim) };
        }),
      );
    },
  },
  regionStores: [{ services, limit: (limit) => limitRegion(store, { ...limit, services }, wait) }],
};

for (const name of stranded) {
  const paused = applyLedger(recordOf(name), { kind: 'pause', by: 'ada', reason: 'a migration' }, Date.now());
  records.set(name, paused.record);
}
const begunAt = performance.now();
const act = { id: 'bench', region: home, by: 'bench', reason: 'a benchmark' };
const { led, stays, writes } = await leave({ ...act, services, kept: [], force: false }, ports, fleet);
const movedMs = (writtenAt.at(-1) ?? Number.NaN) - begunAt;
const asked = led.flatMap(({ service, override }) => {
  const found = services.find(({ name }) => name === service);
  return found === undefined ? [] : [{ service: found, override }];
});
const proofs = await prove(asked, Date.now() + 300_000, ports, fleet);
const verifiedMs = performance.now() - begunAt;
const verified = proofs.filter(({ isProved }) => isProved).length;
if (led.length !== count - stranded.size || verified !== led.length || stays.length !== stranded.size) {
  throw new Error(`${led.length} led, ${verified} verified, ${stays.length} stay: that is no evacuation of ${count}`);
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1);
const cells = [count, led.length, stays.length, writes, seconds(movedMs), seconds(verifiedMs), questions];
process.stdout.write(
  `${[
    '| services | led out | named, and spared | writes | last write after, s | all verified after, s | questions to vantages |',
    `|${' --: |'.repeat(cells.length)}`,
    `| ${cells.join(' | ')} |`,
  ].join('\n')}\n`,
);
const controls: ControlsMeasured[] = [];
for (const endpoints of [5, 1]) controls.push(await measureControls(endpoints));
process.stdout.write(
  `${[
    '',
    '| endpoints that answer | controls | calls | throttled | from the first write to the last, s | with leases and record, s |',
    `|${' --: |'.repeat(6)}`,
    ...controls.map(
      ({ endpoints, controls: written, calls, throttled, writtenMs, doneMs }) =>
        `| ${endpoints} | ${written} | ${calls} | ${throttled} | ${seconds(writtenMs)} | ${seconds(doneMs)} |`,
    ),
  ].join('\n')}\n`,
);
await mkdir('out', { recursive: true });
await writeFile(
  'out/bench-evacuation.json',
  `${JSON.stringify({ count, led: led.length, stays: stays.length, writes, movedMs, verifiedMs, questions, controls }, null, 2)}\n`,
);
