import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { decodeServiceValue, encodeServiceValue, serviceKey } from '../../core/routing-value.ts';
import { kvsStore } from '../../handlers/adapters/kvs-store.ts';
import { kvsLever } from '../../handlers/adapters/lever.kvs.ts';
import { createKeyValueStores } from '../../loopback/aws/kvs.ts';
import { home } from '../contracts/lever.contract.ts';
import { storeArn } from '../contracts/service.ts';
import { MemoryLedger } from '../support/memory/ledger.ts';
import { failover, orders, t0 } from '../support/world.ts';
import { everyInterleaving, type Gate } from './interleavings.ts';
import { gated, type Outcome, orchestrate } from './orchestrator.ts';
import { clientOver, type Way } from './wire.ts';

const key = serviceKey('orders');
const never = () => new Promise<never>(() => {});

/** One store and one ledger, and what was written to the store, in order. */
function newWorld() {
  let now = t0;
  let draws = 1;
  const stores = createKeyValueStores({
    now: () => now,
    random() {
      draws = (draws * 16_807) % 2_147_483_647;
      return draws / 2_147_483_647;
    },
  });
  const first = encodeServiceValue({ epoch: 0, weights: home });
  if (first.kind === 'malformed') throw new Error(first.because);
  stores.createStore({ arn: storeArn, entries: { [key]: first.text } });
  const epochs: number[] = [];
  stores.subscribe(({ entries }) => {
    const value = decodeServiceValue(entries.get(key));
    epochs.push(value.kind === 'routing' ? value.epoch : Number.NaN);
  });
  const clock = { now: () => now };
  return {
    stores,
    epochs,
    clock,
    ledger: new MemoryLedger(clock),
    pass(ms: number) {
      now += ms;
    },
  };
}

type World = ReturnType<typeof newWorld>;

/** An orchestrator of its own: its own adapter, over the way that its calls take. */
function ports({ stores, clock, ledger }: World, way: Way, pass: () => Promise<void>) {
  const lever = kvsLever({
    store: kvsStore(clientOver(stores, way), storeArn),
    service: orders,
    random: () => 0,
    wait: async () => {},
  });
  return { clock, wait: never, ledger: gated(ledger, pass), levers: () => lever };
}

/** What must hold whatever the order. It looks at the store alone, and at who was given which epoch. */
function expectFenced({ epochs, stores }: World, outcomes: readonly Outcome[]): void {
  // An older epoch changes nothing once a newer one was written.
  expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  // One writer at a time: an epoch belongs to one run, and nobody writes without one.
  const granted = outcomes.flatMap((outcome) => (outcome === null ? [] : [outcome.incident.epoch]));
  expect(new Set(granted).size).toBe(granted.length);
  for (const epoch of epochs) expect(granted).toContain(epoch);
  const standing = decodeServiceValue(stores.store(storeArn).entries.get(key));
  expect(standing).toMatchObject({ kind: 'routing', epoch: Math.max(0, ...epochs) });
}

/**
 * The override key is nobody's to write here, so its reads may come at any time; and what is read back after a write decides
 * nothing that the next read does not.
 */
function wayThrough(gate: Gate, actor: string): Way {
  let wrote = false;
  return {
    async there(operation, { Key }) {
      if (operation === 'GetKey' && Key === 'g') return;
      const isReadBack = operation === 'GetKey' && wrote;
      wrote = operation === 'UpdateKeys';
      if (!isReadBack) await gate(actor, operation);
    },
  };
}

/** Two orchestrators, and a lease of the first that runs out at any moment: the second starts then. */
function race(world: World, gate: Gate, thenUndo: boolean): Promise<Outcome[]> {
  const run = (actor: string, undo: boolean) =>
    orchestrate(
      actor,
      orders,
      failover,
      ports(world, wayThrough(gate, actor), () => gate(actor, 'ledger')),
      { thenUndo: undo, isFirst: !thenUndo },
    );
  const later = gate('time', 'passes the lease').then(() => {
    world.pass(orders.policy.leaseMs + 1);
    return run('B', false);
  });
  return Promise.all([run('A', thenUndo), later]);
}

const endsOf = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => outcome?.outcome ?? 'refused').join(' ');

// Every order of a story takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('two orchestrators and a KeyValueStore, in every order of their effects', () => {
  test.each([
    ['an older epoch changes nothing once a newer one was written', false],
    ['nor does a way back that comes late', true],
  ])('%s', async (_, thenUndo) => {
    const ends = new Set<string>();

    const count = await everyInterleaving(async (gate) => {
      const world = newWorld();
      const outcomes = await race(world, gate, thenUndo);
      expectFenced(world, outcomes);
      ends.add(endsOf(outcomes));
    });

    // The race that this is about was among them: the first write, or its undoing, met a newer epoch.
    expect(ends).toContain('fenced accepted');
    expect(count).toBeGreaterThan(100);
  });
});

describe('many writers and a KeyValueStore', () => {
  const writer = fc.record({
    epoch: fc.integer({ min: 1, max: 6 }),
    share: fc.integer({ min: 0, max: 1000 }),
    /** Which of its calls, or of their answers, get lost. */
    lost: fc.array(fc.constantFrom('there', 'back', 'no', 'denied'), { maxLength: 12 }),
  });

  test('S1-B5: whatever gets lost on the way and whoever is late, epochs only grow; who was told `accepted` had written, who was told `refused` had not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(writer, { minLength: 2, maxLength: 4 }), fc.scheduler(), async (writers, scheduler) => {
        const world = newWorld();
        const outcomes = writers.map(async ({ epoch: at, share, lost }, index) => {
          const fates = [...lost];
          const turn = (operation: string) => scheduler.schedule(Promise.resolve(), `${index} ${operation}`);
          let fate: string | undefined;
          let wrote = false;
          const way: Way = {
            async there(operation) {
              await turn(operation);
              fate = fates.shift();
              if (fate === 'there') throw new Error('lost on the way there');
              if (fate === 'denied') throw Object.assign(new Error('for a test'), { name: 'AccessDeniedException' });
            },
            async back(operation) {
              if (operation === 'UpdateKeys') wrote = true;
              if (fate === 'back') throw new Error('lost on the way back');
            },
          };
          const lever = kvsLever({
            store: kvsStore(clientOver(world.stores, way), storeArn),
            service: orders,
            random: () => 0,
            wait: async () => {},
          });
          const weights = { 'us-east-1': 1000 - share, 'us-west-2': share };
          // It may have decided on what a newer one wrote: what it expects must not be what fences it.
          const standing = await lever.read();
          const expected = standing.kind === 'read' ? standing.routing.weights : home;
          const outcome = await lever.write({ epoch: epoch(at), weights, expected }).catch(() => null);
          if (outcome?.kind === 'accepted') expect(world.epochs).toContain(at);
          if (outcome?.kind === 'refused') expect(wrote).toBe(false);
          if (outcome?.kind === 'fenced') expect(world.epochs.some((written) => written > at)).toBe(true);
        });
        await scheduler.waitFor(Promise.all(outcomes));

        expect(world.epochs).toEqual(world.epochs.toSorted((a, b) => a - b));
      }),
      { numRuns: 200 },
    );
  });
});
