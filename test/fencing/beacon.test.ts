import { describe, expect, test, vi } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { BeaconDatum } from '../../core/beacon.ts';
import { epoch } from '../../core/brand.ts';
import { activeRegion } from '../../core/routing.ts';
import type { Failover } from '../../core/service.ts';
import { functionTimeoutSeconds } from '../../deployment/steps.ts';
import { beaconLever } from '../../handlers/adapters/lever.beacon.ts';
import type { Lever } from '../../handlers/ports.ts';
import exampleInput from '../../understudy.config.ts';
import { acquire } from '../contracts/ledger.contract.ts';
import { home, routingOf, standby } from '../contracts/lever.contract.ts';
import { beaconOf, serviceWith } from '../contracts/service.ts';
import { MemoryLedger } from '../support/memory/ledger.ts';
import { failover as example, orders as ordersOnKvs, t0 } from '../support/world.ts';
import { everyInterleaving, type Gate } from './interleavings.ts';
import { gated, type Outcome, orchestrate } from './orchestrator.ts';

const orders = { ...serviceWith(beaconOf()), policy: ordersOnKvs.policy };
const failover: Failover = { ...example, services: [orders] };
const never = () => new Promise<never>(() => {});
const { periodMs } = beaconOf();

/**
 * What CloudWatch keeps of one metric: sum, maximum and minimum of each minute, whenever a datum of it arrives. The sandbox's own
 * takes too long for as many orders; adapters/lever.beacon.test.ts has the lever over that.
 */
function metricOver(data: { readonly value: number; readonly at: number }[], pass: (effect: string) => Promise<void>) {
  return {
    async read(): Promise<readonly BeaconDatum[]> {
      await pass('GetMetricData');
      const minutes = Map.groupBy(data, ({ at }) => Math.floor(at / periodMs) * periodMs);
      return [...minutes].map(([at, group]) => {
        const values = group.map(({ value }) => value);
        const sum = values.reduce((total, value) => total + value, 0);
        return { at, sum, maximum: Math.max(...values), minimum: Math.min(...values) };
      });
    },
    async put(value: number, at: number): Promise<void> {
      await pass('PutMetricData');
      data.push({ value, at });
    },
  };
}

function newWorld() {
  let now = t0;
  const clock = { now: () => now };
  const data: { value: number; at: number }[] = [];
  const newLever = (pass: (effect: string) => Promise<void>): Lever =>
    beaconLever({ metric: metricOver(data, pass), service: orders, clock, periodMs });
  return {
    clock,
    newLever,
    ledger: new MemoryLedger(clock),
    pass(ms: number) {
      now += ms;
    },
  };
}

type World = ReturnType<typeof newWorld>;

/** Lambda stops a function that ran for so long: nothing that it would still have done happens. */
const functionMs = functionTimeoutSeconds.shift * 1000;

function run(actor: string, world: World, gate: Gate, lifeMs: number, thenUndo: boolean): Promise<Outcome> {
  const { clock } = world;
  let begun = clock.now();
  const pass = async (effect: string) => {
    if (clock.now() - begun <= lifeMs) await gate(actor, effect);
    if (clock.now() - begun > lifeMs) throw new Error('this function was stopped');
  };
  const lever = world.newLever(pass);
  const ledger = gated(world.ledger, () => pass('ledger'));
  const begin = () => {
    begun = clock.now();
  };
  const ports = { clock, wait: never, ledger, levers: () => lever };
  return orchestrate(actor, orders, failover, ports, { thenUndo, begin });
}

/** Somebody who wrote nothing, and reads what alarm and health check go by. */
const standing = (world: World) => routingOf(world.newLever(straight));
const straight = async () => {};

/** Something stands, as it does on every day but the first. */
async function newWorldWithPast() {
  const world = newWorld();
  await world.newLever(straight).write({ epoch: epoch(1), weights: home, expected: home });
  await world.ledger.change(orders.name, acquire('an earlier run', 0));
  return world;
}

// Every order of a story takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('two orchestrators and a beacon, in every order of their effects', () => {
  test.each([
    ['what the newer epoch wrote stands, for no function outlives its lease', functionMs, false],
    ['also where the newer one went back', functionMs, true],
    [
      'and where one does outlive it: its datum is stamped with a time that is long past',
      Number.POSITIVE_INFINITY,
      true,
    ],
  ])('%s', async (_, lifeMs, undone) => {
    const ends = new Set<string>();

    const count = await everyInterleaving(async (gate) => {
      const world = await newWorldWithPast();
      const [first, second] = await Promise.all([
        run('A', world, gate, lifeMs, false).catch(() => null),
        gate('time', 'passes the lease').then(() => {
          world.pass(orders.policy.leaseMs + 1);
          return run('B', world, gate, lifeMs, undone);
        }),
      ]);

      const outcome = second?.outcome ?? 'refused';
      ends.add(`${first?.outcome} ${outcome}`);
      if (second === null || (outcome !== 'accepted' && outcome !== 'rolled-back')) return;
      const found = await standing(world);
      expect(found.epoch).toBe(second.incident.epoch);
      if (first !== null && first.incident.epoch < second.incident.epoch) {
        expect(activeRegion(found.weights)).toBe(undone ? second.from : second.to);
      }
    });

    expect(count).toBeGreaterThan(50);
    expect([...ends].some((end) => end.endsWith(undone ? 'rolled-back' : 'accepted'))).toBe(true);
  });

  test('where rivals heed no lease, whoever moves has its way at first; the older one learns that it is fenced, and the newer one can restore', async () => {
    const count = await everyInterleaving(async (gate) => {
      const world = await newWorldWithPast();
      const wayOf = (actor: string) => (effect: string) => gate(actor, effect);
      const older = world.newLever(wayOf('older'));
      const newer = world.newLever(wayOf('newer'));

      const [, outcome] = await Promise.all([
        older.write({ epoch: epoch(2), weights: standby, expected: home }),
        newer.write({ epoch: epoch(3), weights: home, expected: home }),
      ]);

      if (outcome.kind !== 'accepted') return;
      const found = await standing(world);
      expect(found.epoch).toBe(3);
      const late = world.newLever(straight);
      expect(await late.write({ epoch: epoch(2), weights: standby, expected: found.weights })).toMatchObject({
        kind: 'fenced',
      });
      await late.write({ epoch: epoch(3), weights: home, expected: found.weights });
      expect(await standing(world)).toEqual({ epoch: 3, weights: home });
    });

    expect(count).toBe(6);
  });

  test('a lease is longer than a datum can be stamped ahead, and a function that writes can live', () => {
    const hasty = { ...inputOf(beaconOf()), policy: { leaseMs: 239_999, verify: { timeoutMs: 240_000 } } };

    expect(() => parseFailover({ ...exampleInput, services: [hasty] })).toThrow(
      'services[0].policy.leaseMs must be at least 240000',
    );
  });
});

function inputOf(lever: ReturnType<typeof beaconOf>) {
  const [first] = exampleInput.services;
  return { ...first, name: 'orders', lever };
}
