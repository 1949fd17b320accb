import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { encodeServiceValue } from '../../core/routing-value.ts';
import type { LeverIntent } from '../../handlers/ports.ts';
import { home, observers, standby } from '../../simulation/failover.ts';
import type { Fault } from '../../simulation/faults/catalogue.ts';
import { allCheckers, invariants } from '../../simulation/invariants/invariants.ts';
import type { Item, Plan } from '../../simulation/plan.ts';
import { simulate } from '../../simulation/simulate.ts';
import { SimulatedBeacon } from '../../simulation/world/beacon.ts';
import { SimulatedKvs } from '../../simulation/world/kvs.ts';
import { epochStart, type World } from '../../simulation/world/world.ts';

/*
 * Each invariant is shown to break: the product is broken in one way, from outside, and the checker of that name must see it.
 * A checker that nothing can turn red proves nothing.
 */

const s = 1_000;
const m = 60_000;

const fault = (atMs: number, what: Fault, forMs?: number): Item => ({
  atMs,
  fault: what,
  ...(forMs !== undefined && { forMs }),
});
const homeDown = fault(5 * s, { fault: 'api-dark', region: home });
const plan = (items: readonly Item[], more: Partial<Plan> = {}): Plan => ({
  name: 'broken',
  seed: 7,
  lever: 'kvs',
  regions: 2,
  policy: {},
  hooks: [],
  items,
  forMs: 40 * m,
  ...more,
});

/** Wraps the ports of every invocation. */
type Ports = ReturnType<World['portsFor']>;
const withPorts =
  (change: (ports: Ports, world: World) => Partial<Ports>) =>
  (world: World): void => {
    const real = world.portsFor;
    world.portsFor = (caller) => {
      const ports = real(caller);
      return { ...ports, ...change(ports, world) };
    };
  };

/** Changes what the ledger is asked, as a step would that forgot something. */
const commanding = (change: (command: LedgerCommand) => LedgerCommand) =>
  withPorts(({ ledger }) => ({
    ledger: { ...ledger, change: (service, command) => ledger.change(service, change(command)) },
  }));

const withStep =
  (step: keyof World['functions'], change: (real: World['functions']['shift']) => World['functions']['shift']) =>
  (world: World): void => {
    world.functions = { ...world.functions, [step]: change(world.functions[step]) };
  };

const everyAnswerGood = withPorts(({ vantages }) => ({
  vantages: {
    burst: async (observer, aims, burst) =>
      (await vantages.burst(observer, aims, burst)).map((seen) =>
        seen.target.kind === 'regional' && seen.target.region === standby
          ? { ...seen, outcome: { kind: 'good', servedBy: standby } }
          : seen,
      ),
  },
}));

const believing = (observer: string) =>
  withPorts(({ vantages }) => ({
    vantages: {
      // One observer's word is taken for everybody's.
      burst: async (asked, aims, burst) =>
        (await vantages.burst(observer as typeof asked, aims, burst)).map((seen) => ({
          ...seen,
          observer: asked,
          outcome:
            seen.target.kind === 'control' || (seen.target.kind === 'regional' && seen.target.region === standby)
              ? ({ kind: 'good', servedBy: null } as const)
              : seen.outcome,
        })),
    },
  }));

/** The ledger says yes to whoever asks. */
const renewing = withPorts(({ ledger }) => ({
  ledger: {
    ...ledger,
    change: async (service, command) => {
      const outcome = await ledger.change(service, command);
      return command.kind === 'renew' ? { kind: 'done', record: outcome.record } : outcome;
    },
  },
}));

const alwaysFresh = withStep(
  'shift',
  (real) => (payload, ports, failover) =>
    real({ ...(payload as object), evidenceAt: ports.clock.now() }, ports, failover),
);

/**
 * The write of a run that is over, at a lever and with a step that do not ask: neither the ledger, nor the age of the
 * evidence, nor the epoch. Each of the three alone stops it.
 */
const staleWriter = {
  plan: plan([
    fault(5 * s, { fault: 'api-dark', region: home }, 5 * m),
    { atMs: 10 * m, act: { act: 'acknowledge' } },
    { atMs: 11 * m, act: { act: 'start', to: home, force: false } },
    fault(20 * m, { fault: 'stale-writer', step: 'shift' }),
  ]),
  tamper: (world: World): void => {
    withPorts((ports) => ({ levers: (service) => blind(ports.levers(service), world) }))(world);
    renewing(world);
    alwaysFresh(world);
  },
};

/** Without a way to begin a write, so that `write` is the only one. */
function fromTheStart({ begin: _, ...lever }: ReturnType<Ports['levers']>): ReturnType<Ports['levers']> {
  return lever;
}

/** A lever that takes every write, whatever its epoch, and writes it down under that. */
function blind(lever: ReturnType<Ports['levers']>, world: World): ReturnType<Ports['levers']> {
  return {
    ...fromTheStart(lever),
    write: async (intent) => {
      const routing = { epoch: intent.epoch, weights: intent.weights };
      const before = world.leverState();
      world.tell({
        kind: 'lever',
        before,
        after: routing,
        under: intent.epoch,
        readableFrom: world.time.now(),
        by: { run: `run of ${intent.epoch}`, step: 'shift', mode: 'manual', epoch: intent.epoch },
        sentAt: world.time.now(),
      });
      const value = encodeServiceValue(routing);
      if (world.lever instanceof SimulatedKvs && value.kind === 'encoded') world.lever.overwrite(value.text);
      return { kind: 'accepted', routing };
    },
  };
}

/** A write that is a no-op at a lever that says otherwise. */
const writingNothing = (world: World): void => {
  let pretended: RoutingReading | null = null;
  withPorts((ports) => ({
    levers: (service) => ({
      ...fromTheStart(ports.levers(service)),
      read: async () => pretended ?? ports.levers(service).read(),
      write: async ({ epoch, weights }) => {
        const routing = { epoch, weights };
        pretended = { kind: 'read', routing };
        return { kind: 'accepted', routing };
      },
    }),
  }))(world);
};

/** Edges are not asked: whatever they believe, a look takes for what was written. */
const believingReads = withPorts(({ vantages, levers }, world) => ({
  vantages: {
    burst: async (observer, aims, burst) => {
      const reading = await levers(world.service).read();
      const { epoch = 0, weights = {} } = reading.kind === 'read' ? reading.routing : {};
      const belief = {
        override: 0,
        routing: epoch ?? 0,
        weights: world.service.regions.map(({ region }) => weights[region] ?? 0),
      };
      return (await vantages.burst(observer, aims, burst)).map((seen) =>
        seen.target.kind === 'edge' && seen.outcome.kind === 'good'
          ? { ...seen, outcome: { ...seen.outcome, servedBy: standby, belief } }
          : seen,
      );
    },
  },
}));

interface Broken {
  readonly plan: Plan;
  readonly tamper: (world: World) => void;
}

const broken: Readonly<Record<string, Broken>> = {
  'somebody-serves': {
    plan: plan([homeDown]),
    tamper: withPorts((ports) => ({
      levers: (service) => {
        const lever = ports.levers(service);
        const none = Object.fromEntries(service.regions.map(({ region }) => [region, 0]));
        return { ...fromTheStart(lever), write: (intent) => lever.write({ ...intent, weights: none }) };
      },
    })),
  },
  'fresh-good-evidence': {
    plan: plan([homeDown, fault(5 * s, { fault: 'api-refuses', region: standby })]),
    tamper: everyAnswerGood,
  },
  'quorum-before-automation': {
    plan: plan([fault(5 * s, { fault: 'path-cut', observers: [standby], region: home })]),
    tamper: believing(standby),
  },
  'silence-moves-nothing': {
    plan: plan([fault(5 * s, { fault: 'everything-dark' })]),
    tamper: believing(standby),
  },
  'epochs-grow': staleWriter,
  'older-epoch-changes-nothing': staleWriter,
  'one-writer': {
    plan: plan([homeDown], { policy: { leaseMs: 2 * m, dwellMs: 30 * s } }),
    // Leases are compared with a clock that nobody said is wrong.
    tamper: (world) => {
      const real = world.portsFor;
      world.portsFor = (caller) => {
        const { now } = caller.clock;
        if (caller.region !== standby) Object.assign(caller, { clock: { now: () => now() + 4 * m } });
        return real(caller);
      };
    },
  },
  'paused-means-paused': {
    plan: plan([homeDown, { atMs: 1 * s, act: { act: 'pause' } }]),
    tamper: (world) => {
      commanding((command) => (command.kind === 'acquire' ? { ...command, force: true } : command))(world);
      // Every run insists, as only a person may.
      withStep('admit', (real) => async (payload, ports, failover) => {
        const answer = (await real(payload, ports, failover)) as { incident?: object };
        return answer.incident === undefined ? answer : { ...answer, incident: { ...answer.incident, force: true } };
      })(world);
    },
  },
  'automation-limits': {
    // The policy leaves moves to people.
    plan: plan([homeDown], { policy: { automatic: false } }),
    tamper: (world) => {
      commanding((command) => (command.kind === 'acquire' ? { ...command, mode: 'manual' } : command))(world);
      const [service] = world.failover.services;
      if (service !== undefined) Object.assign(service.policy, { automatic: true });
    },
  },
  'freezes-hold': {
    // Two of three observers do not reach home any more, and the third does.
    plan: plan([
      { atMs: 1 * s, act: { act: 'freeze', region: standby, for: 60 * m } },
      fault(200 * s, { fault: 'path-cut', region: home, observers: observers.slice(0, 2) }, 30 * m),
    ]),
    // Whoever looks has not heard of it.
    tamper: withPorts(({ ledger }) => ({
      ledger: {
        ...ledger,
        change: async (service, command) => {
          const outcome = await ledger.change(service, command);
          return { ...outcome, record: { ...outcome.record, freezes: [] } };
        },
      },
    })),
  },
  'several-people': {
    plan: plan([homeDown, { atMs: 2 * m, act: { act: 'approve' } }, { atMs: 3 * m, act: { act: 'approve' } }], {
      policy: { approval: { required: true, deadlineMs: 10 * m, onDeadline: 'abort', people: 2 } },
    }),
    // Each answer is taken for somebody else's.
    tamper: (world) => {
      let nth = 0;
      commanding((command) => (command.kind === 'approve' ? { ...command, by: `${command.by} ${nth++}` } : command))(
        world,
      );
    },
  },
  'bounded-moves': {
    plan: plan(
      [
        fault(5 * s, { fault: 'api-dark', region: home }, 3 * m),
        fault(200 * s, { fault: 'api-dark', region: standby }, 5 * m),
      ],
      { policy: { cooldownMs: 0 } },
    ),
    // Forgets to disarm.
    tamper: commanding((command) => (command.kind === 'conclude' ? { ...command, mode: 'manual' } : command)),
  },
  'rehearsal-writes-nothing': {
    plan: plan([{ atMs: 5 * s, act: { act: 'rehearse', to: standby, force: false } }]),
    tamper: (world) => {
      commanding((command) => (command.kind === 'acquire' ? { ...command, mode: 'manual' } : command))(world);
      withStep('shift', (real) => (payload, ports, failover) => {
        const given = payload as { incident: object };
        return real({ ...given, incident: { ...given.incident, mode: 'manual' } }, ports, failover);
      })(world);
    },
  },
  'on-record-before-write': {
    plan: plan([homeDown]),
    // The verdict is written down when there is time for it.
    tamper: withPorts(({ ledger }, world) => ({
      ledger: {
        ...ledger,
        append: async (entry) => {
          if (entry.what.kind !== 'decided') return ledger.append(entry);
          world.time.wait(30 * s).then(() => ledger.append(entry));
          return 'appended';
        },
      },
    })),
  },
  'no-control-plane': {
    plan: plan([homeDown]),
    tamper: (world) =>
      withStep('shift', (real) => (payload, ports, failover) => {
        world.around.operations.add('route53:ChangeResourceRecordSets');
        return real(payload, ports, failover);
      })(world),
  },
  'restores-or-pages': {
    plan: plan([
      fault(5 * s, { fault: 'api-dark', region: home }),
      { atMs: 1 * s, after: 'first-write', fault: { fault: 'api-dark', region: standby } },
    ]),
    tamper: withStep('rollback', () => async () => ({ outcome: 'rolled-back', because: 'so it says' })),
  },
  'hooks-follow': {
    plan: { ...plan([homeDown, fault(0, { fault: 'hook-fails' })]), hooks: ['prepare'] },
    // Whatever a prepare hook has set in motion stays as it is.
    tamper: withStep('settle', () => async () => ({ outcome: 'settled', because: 'so it says' })),
  },
  'proof-depends-on-write': {
    plan: plan([
      fault(0, { fault: 'kvs-slow', by: 20 * m }),
      fault(30 * s, { fault: 'api-dark', region: home }, 10 * m),
    ]),
    // As it was: reads that fail over anyway are proof enough.
    tamper: believingReads,
  },
  'people-are-not-undone': {
    plan: plan([homeDown, { atMs: 1 * s, after: 'first-write', fault: { fault: 'lever-moved-by-hand', to: home } }]),
    // As it was: a run that was overtaken left automation armed.
    tamper: commanding((command) => (command.kind === 'conclude' ? { ...command, overtakenAtLever: false } : command)),
  },
  'leases-are-free': {
    plan: plan([
      homeDown,
      { atMs: 1 * s, after: 'first-write', fault: { fault: 'stopped' } },
      { atMs: 8 * m, act: { act: 'acknowledge' } },
    ]),
    // As it was: nobody asks whether the run that holds the lease is still there.
    tamper: withPorts(() => ({ executions: { statusOf: async () => 'running' as const } })),
  },
  'pages-are-bounded': {
    plan: plan(
      [
        fault(0, { fault: 'standby-not-ready' }, 70 * m),
        fault(5 * s, { fault: 'api-flaps', region: home, down: 90 * s, up: 90 * s }, 60 * m),
      ],
      { hooks: ['readiness'], forMs: 80 * m },
    ),
    // As it was: what people heard is forgotten with each good look.
    tamper: commanding((command) => (command.kind === 'sighted' ? { ...command, isTold: false } : command)),
  },
  'outage-is-heard': {
    plan: plan([{ atMs: 1 * s, act: { act: 'pause' } }, fault(5 * s, { fault: 'all-apis-dark' }, 20 * m)]),
    // As it was: nobody looks at what is paused.
    tamper: commanding((command) => (command.kind === 'acquire' ? { ...command, mode: 'manual' } : command)),
  },
  'ends-and-tells': {
    plan: plan([homeDown]),
    tamper: withPorts(() => ({ notifiers: [] })),
  },
  'drills-end': {
    plan: plan([
      { atMs: 5 * s, act: { act: 'drill', for: 2 * m } },
      { atMs: 40 * s, fault: { fault: 'stopped' } },
    ]),
    // Nobody but the run that began it leads a drill back, and that one was stopped.
    tamper: commanding((command) => (command.kind === 'renew' ? { ...command, drill: undefined } : command)),
  },
  'moves-in-time': {
    plan: plan([homeDown]),
    tamper: (world) => {
      const [service] = world.failover.services;
      if (service !== undefined) Object.assign(service.policy, { quorum: 4 });
    },
  },
};

const writing = (change: (intent: LeverIntent) => LeverIntent) =>
  withPorts(({ levers }) => ({
    levers: (service) => {
      const lever = levers(service);
      return { ...fromTheStart(lever), write: (intent) => lever.write(change(intent)) };
    },
  }));

const handInTheMiddle: Broken = {
  plan: plan([homeDown, { atMs: 1 * s, after: 'first-write', fault: { fault: 'lever-moved-by-hand', to: home } }]),
  // As it was: a run that was overtaken left automation armed.
  tamper: commanding((command) => (command.kind === 'conclude' ? { ...command, overtakenAtLever: false } : command)),
};

/** What the levers have of their own. */
const brokenToo: readonly (readonly [invariant: string, where: string, Broken])[] = [
  [
    'freezes-hold',
    'where the calendar is not asked',
    {
      plan: plan([fault(5 * s, { fault: 'path-cut', region: home, observers: observers.slice(0, 2) }, 30 * m)], {
        frozen: true,
      }),
      tamper: (world) => {
        Object.assign(world.failover, { freezes: [] });
      },
    },
  ],
  [
    'drills-end',
    'where the return finds its region down, and tells nobody',
    {
      plan: plan([
        { atMs: 5 * s, act: { act: 'drill', for: 2 * m } },
        fault(60 * s, { fault: 'api-dark', region: home }),
      ]),
      tamper: withPorts(({ notifiers }) => ({
        notifiers: notifiers.map((each) => ({ ...each, takes: ({ mode }) => mode !== 'drill' })),
      })),
    },
  ],
  ['bounded-moves', 'at a KeyValueStore that a person moves back', handInTheMiddle],
  [
    'bounded-moves',
    'at a beacon that a person moves back',
    { ...handInTheMiddle, plan: { ...handInTheMiddle.plan, lever: 'beacon' } },
  ],
  [
    'proof-depends-on-write',
    'where two edges of three are behind and nobody asks them',
    {
      plan: plan([
        fault(0, {
          fault: 'edge-behind',
          observers: ['us-east-2' as typeof home, 'ca-central-1' as typeof home],
          by: 20 * m,
        }),
        fault(30 * s, { fault: 'api-dark', region: home }, 10 * m),
      ]),
      tamper: believingReads,
    },
  ],
  [
    'proof-depends-on-write',
    'where nothing is written and everything believed',
    {
      plan: plan([homeDown]),
      tamper: (world) => {
        writingNothing(world);
        withStep('verify', (real) => async (payload, ports, failover) => ({
          ...((await real(payload, ports, failover)) as object),
          state: 'verified',
          done: true,
          bakeUntil: null,
        }))(world);
      },
    },
  ],
  [
    'older-epoch-changes-nothing',
    'at a beacon that is not read before the write',
    {
      plan: { ...staleWriter.plan, lever: 'beacon' },
      tamper: (world) => {
        renewing(world);
        alwaysFresh(world);
        const real = world.portsFor;
        world.portsFor = (caller) => {
          if (world.lever instanceof SimulatedBeacon && world.time.now() > epochStart + 19 * m) {
            const { clientFor } = world.lever;
            world.lever.clientFor = (late) => readingNothing(clientFor.call(world.lever, late));
          }
          return real(caller);
        };
      },
    },
  ],
  [
    'moves-in-time',
    'at a beacon whose alarm nobody follows',
    {
      plan: plan([homeDown], {
        lever: 'beacon',
        // Long enough for callers to be owed their move before the run says itself that it is not proven.
        policy: { dwellMs: 0, verify: { timeoutMs: 600_000, intervalMs: 10_000, consecutive: 2 } },
      }),
      tamper: (world) => {
        world.lever.atEdge = () => ({ epoch: null, weights: { [home]: 1000 } });
      },
    },
  ],
  [
    'epochs-grow',
    'at a beacon, where every run says the same number',
    {
      plan: { ...staleWriter.plan, lever: 'beacon' },
      tamper: writing((intent) => ({ ...intent, epoch: epoch(7) })),
    },
  ],
  [
    'restores-or-pages',
    'at a beacon, where what stands is taken for what was written',
    {
      plan: plan(
        [
          fault(0, { fault: 'lever-moved-by-hand', to: home }),
          fault(100 * s, { fault: 'beacon-answers-lost', percent: 100 }, 51 * s),
          fault(100 * s, { fault: 'beacon-slow', by: 60 * s }, 3 * m),
          { atMs: 130 * s, act: { act: 'start', to: standby, force: false } },
        ],
        { lever: 'beacon', seed: 1 },
      ),
      tamper: writing((intent) => ({ ...intent, undoes: false })),
    },
  ],
];

/** CloudWatch that has nothing to tell. */
function readingNothing(client: CloudWatchClient): CloudWatchClient {
  const send = (command: unknown) =>
    command instanceof GetMetricDataCommand ? { MetricDataResults: [] } : client.send(command as never);
  return { send } as unknown as CloudWatchClient;
}

const brokenOf = (name: string): Broken => broken[name] ?? { plan: plan([]), tamper: () => {} };

const all = [...invariants.map(({ name }) => [name, 'when the product does', brokenOf(name)] as const), ...brokenToo];

test.each(all)('%s breaks %s', async (name, _, { plan: story, tamper }) => {
  const { violations } = await simulate(story, { checkers: allCheckers, tamper });

  expect([...new Set(violations.map(({ invariant }) => invariant))]).toContain(name);
});

test.each(all)('%s, which breaks %s, holds in the same story with the product as it is', async (_, __, story) => {
  const { violations } = await simulate(story.plan, { checkers: allCheckers });

  expect(violations).toEqual([]);
});

test.each(['kvs', 'arc', 'beacon'] as const)(
  'a write to a lever of kind %s that writes nothing is never proven, whatever the lever says of it',
  async (lever) => {
    const { endings } = await simulate(plan([homeDown], { lever, writes: true }), {
      checkers: allCheckers,
      tamper: writingNothing,
    });

    expect(endings.get('Recovered')).toBeUndefined();
    // Home is down, and nobody is led back there.
    expect(endings.get('Unproven')).toBeGreaterThan(0);
  },
);

test('one edge of three that never has the value does not keep a move from being proven, and is named', async () => {
  const behind = observers[0] as typeof home;
  const heard: string[] = [];
  const { endings } = await simulate(
    plan([fault(0, { fault: 'edge-behind', observers: [behind], by: 60 * m }), homeDown]),
    {
      checkers: allCheckers,
      onlookers: [
        (seen) => seen.kind === 'told' && heard.push(`${seen.message.subject} ${seen.message.lines.join(' ')}`),
      ],
    },
  );

  expect(endings.get('Recovered')).toBe(1);
  expect(heard.filter((text) => text.includes('moved'))).toEqual(
    expect.arrayContaining([expect.stringContaining(`not from ${behind}`)]),
  );
});
