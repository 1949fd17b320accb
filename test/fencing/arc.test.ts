import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { functionTimeoutSeconds } from '../../deployment/steps.ts';
import { arcCluster } from '../../handlers/adapters/arc-cluster.ts';
import { arcLever } from '../../handlers/adapters/lever.arc.ts';
import { keepLease } from '../../handlers/steps/lease.ts';
import { arcRegions, type ControlState, createRoutingControlCluster } from '../../loopback/aws/arc.ts';
import example from '../../understudy.config.ts';
import { away } from '../contracts/lever.contract.ts';
import { controls } from '../contracts/service.ts';
import { MemoryLedger } from '../support/memory/ledger.ts';
import { failover, serviceNamed, t0 } from '../support/world.ts';
import { everyInterleaving, type Gate } from './interleavings.ts';
import { gated, type Outcome, orchestrate } from './orchestrator.ts';
import { clientOver } from './wire.ts';

const payments = serviceNamed('payments');
const arns = Object.values(controls);
const never = () => new Promise<never>(() => {});
const endpoints = arcRegions.map((region) => ({ region, url: `https://${region}.example.com` }));

function newWorld() {
  let now = t0;
  const clock = { now: () => now };
  // Without the wait period after a change, for it keeps rivals apart too, if only for five seconds.
  const cluster = createRoutingControlCluster({ now: clock.now, defaultWaitPeriodMs: 0 });
  const panel = { controlPanelArn: 'panel', controlPanelName: 'payments' };
  const rule = { kind: 'assertion', type: 'ATLEAST', assertedControls: arns } as const;
  cluster.createCluster({
    controls: Object.entries(controls).map(([name, arn]) => {
      const initial: ControlState = name === 'us-east-1' ? 'On' : 'Off';
      return { ...panel, arn, name, initial };
    }),
    safetyRules: [
      { ...rule, arn: 'rule-1', name: 'one serves', threshold: 1 },
      { ...rule, arn: 'rule-2', name: 'never two', threshold: 2, inverted: true },
    ],
  });
  /** How many controls were On after each change. */
  const on: number[] = [];
  cluster.subscribe(() => on.push(arns.filter((arn) => cluster.state(arn) === 'On').length));
  return {
    clock,
    cluster,
    on,
    /** Who wrote, in order. */
    writers: [] as string[],
    ledger: new MemoryLedger(clock),
    pass(ms: number) {
      now += ms;
    },
  };
}

type World = ReturnType<typeof newWorld>;

/** Lambda stops a function that ran for so long: nothing that it would still have done happens. */
const functionMs = functionTimeoutSeconds.shift * 1000;

/** An orchestrator whose functions live for `lifeMs` at most. */
function orchestrator(actor: string, world: World, gate: Gate, lifeMs: number, thenUndo = false) {
  const { clock, cluster } = world;
  let begun = clock.now();
  const pass = async (effect: string) => {
    if (clock.now() - begun <= lifeMs) await gate(actor, effect);
    if (clock.now() - begun > lifeMs) throw new Error('this function was stopped');
  };
  const wait = async (ms: number) => world.pass(ms);
  const arc = arcCluster({
    endpoints,
    clientOf: ({ region }) =>
      clientOver(
        cluster,
        {
          // One control of a pair stands for both: a read that is torn shows as neither state, and is read again.
          there: (operation, { RoutingControlArn }) =>
            RoutingControlArn === arns[1] ? Promise.resolve() : pass(operation),
          async back(operation) {
            if (operation === 'UpdateRoutingControlStates') world.writers.push(actor);
          },
        },
        endpoints.findIndex((endpoint) => endpoint.region === region),
      ),
    clock,
    random: () => 0,
    wait,
  });
  const lever = arcLever({ cluster: arc, service: payments, controls, wait });
  const begin = () => {
    begun = clock.now();
  };
  const ledger = gated(world.ledger, () => pass('ledger'));
  const ports = { clock, wait: never, ledger, levers: () => lever };
  return () => orchestrate(actor, payments, failover, ports, { thenUndo, begin });
}

/** Two orchestrators, and a lease of the first that runs out at any moment: the second starts then. */
function race(world: World, gate: Gate, lifeMs: number, undone: string): Promise<Outcome[]> {
  const first = orchestrator('A', world, gate, lifeMs, undone.includes('A'));
  const second = orchestrator('B', world, gate, lifeMs, undone.includes('B'));
  const later = gate('time', 'passes the lease').then(() => {
    world.pass(payments.policy.leaseMs + 1);
    return second();
  });
  // A function that was stopped while it asked to be admitted leaves nothing.
  return Promise.all([first().catch(() => null), later]);
}

/** The epochs that were written, in order. */
function epochsOf({ writers }: World, [first = null, second = null]: readonly Outcome[]): number[] {
  return writers.map((actor) => (actor === 'A' ? first : second)?.incident.epoch ?? Number.NaN);
}

const grew = (epochs: readonly number[]) => epochs.every((epoch, index) => epoch >= (epochs[index - 1] ?? 0));

// Every order of a story takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('two orchestrators and ARC, in every order of their effects', () => {
  test.each([
    ['an older epoch changes nothing once a newer one was written, for no function outlives its lease', ''],
    ['nor does a way back that comes late', 'A'],
    ['nor where the newer one went back', 'B'],
  ])('%s', async (_, undone) => {
    const writers = new Set<string>();

    const count = await everyInterleaving(async (gate) => {
      const world = newWorld();
      const runs = await race(world, gate, functionMs, undone);

      expect(epochsOf(world, runs)).toSatisfy(grew);
      expect(world.on.every((on) => on === 1)).toBe(true);
      writers.add(world.writers.join(''));
    });

    expect(count).toBeGreaterThan(200);
    expect([...writers].some((order) => /A.*B/.test(order))).toBe(true);
  });

  test('a writer that outlives its lease can write over a newer one; one region serves all the same, and its own run is told to stop', async () => {
    let overwritten = 0;
    await everyInterleaving(async (gate) => {
      const world = newWorld();
      const runs = await race(world, gate, Number.POSITIVE_INFINITY, 'B');

      expect(world.on.every((on) => on === 1)).toBe(true);
      const [first] = runs;
      if (grew(epochsOf(world, runs)) || first === null || first === undefined) return;
      overwritten++;
      expect(await keepLease(world.ledger, first.incident, payments.policy)).toMatchObject({ refusal: 'fenced' });
    });

    expect(overwritten).toBeGreaterThan(0);
  });

  test('a lease is at least twice as long as a function that writes may run', () => {
    const [first, ...others] = example.services;
    const hasty = { ...example, services: [{ ...first, policy: { leaseMs: 29_999 } }, ...others] };

    expect(() => parseFailover(hasty)).toThrow('services[0].policy.leaseMs must be at least 30000');
    expect(functionTimeoutSeconds.shift * 2).toBeLessThanOrEqual(30);
    // It looks before it renews, and renews for as long as that may have taken: 20 s.
    expect((functionTimeoutSeconds.rollback - 20) * 2).toBeLessThanOrEqual(30);
  });
});

describe('one writer and ARC, whatever AWS answers', () => {
  const fate = fc.constantFrom(
    'fine',
    'fine',
    'lost there',
    'lost back',
    'ThrottlingException',
    'ConflictException',
    'EndpointTemporarilyUnavailableException',
    'InternalServerException',
    'AccessDeniedException',
  );

  test('who is told `accepted` has written, who is told `refused` has not, and nobody is told more than is known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 30 }), async (fates) => {
        const world = newWorld();
        const left = [...fates];
        let written = false;
        const clientOf = () => {
          let fated: string | undefined;
          return clientOver(world.cluster, {
            async there() {
              fated = left.shift();
              if (fated === 'lost there') throw new Error('lost on the way there');
              if (fated?.endsWith('Exception')) throw Object.assign(new Error('for a test'), { name: fated });
            },
            async back(operation) {
              if (operation === 'UpdateRoutingControlStates') written = true;
              if (fated === 'lost back') throw new Error('lost on the way back');
            },
          });
        };
        const wait = async (ms: number) => world.pass(ms);
        const cluster = arcCluster({ endpoints, clientOf, clock: world.clock, random: () => 0, wait });
        const lever = arcLever({ cluster, service: payments, controls, wait });

        const outcome = await lever.write(away(1)).catch((error: Error) => error);

        expect(world.on.every((on) => on === 1)).toBe(true);
        if (outcome instanceof Error) expect(outcome.name).toBe('LeverUnavailable');
        else if (outcome.kind === 'accepted') expect(written).toBe(true);
        else expect([outcome.kind, written]).toEqual(['refused', false]);
      }),
      { numRuns: 300 },
    );
  });
});
