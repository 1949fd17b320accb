import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { silentMs } from '../../core/evacuation.ts';
import { FLEET } from '../../core/record.ts';
import { OVERRIDE_KEY } from '../../core/routing-value.ts';
import type { Service } from '../../core/service.ts';
import type { RunInput, Runs } from '../../handlers/ports.ts';
import { evacuatePayload } from '../../handlers/steps/evacuation/evacuate.payload.ts';
import { evacuate } from '../../handlers/steps/evacuation/evacuate.ts';
import type { EvacuationPorts } from '../../handlers/steps/evacuation/evacuation.ts';
import { tendEvacuation } from '../../handlers/steps/tend-evacuation.ts';
import type { RawMachine } from '../../loopback/states/compile.ts';
import { StateFailure } from '../../loopback/states/failure.ts';
import type { Json } from '../../loopback/states/json.ts';
import { runToEnd } from '../../loopback/states/run-to-end.ts';
import { evacuationMachine } from '../../workflows/evacuation/machine.ts';
import { byControls, fleetOf } from '../handlers/steps/region/fleet.ts';
import { MemoryExecutions } from '../support/memory/executions.ts';
import { MemoryMetrics } from '../support/memory/metrics.ts';
import { RecordingNotifier } from '../support/memory/notifier.ts';
import { home, orders, prepareHook, standby } from '../support/world.ts';

const definition = evacuationMachine('arn:evacuate') as unknown as RawMachine;
interface StartedRun {
  readonly name: string;
  readonly input: RunInput;
}

/** The machine that ships on the interpreter of the sandbox, its own steps over a store in memory, and runs that move as they are asked. */
function sceneOf(names: readonly string[], changed: Readonly<Record<string, Partial<Service>>> = {}) {
  const fleet = fleetOf(names, changed);
  const people = new RecordingNotifier('chat');
  const executions = new MemoryExecutions();
  const hooks: { beforeRun?: (run: StartedRun) => Promise<void>; failing?: string } = {};
  const began: StartedRun[] = [];
  /** Of runs that go on, by ARN, and how many at a time there were. */
  const running = new Map<string, StartedRun>();
  let most = 0;
  const runs: Runs = {
    async start(name, input) {
      const run = { name, input };
      began.push(run);
      running.set(`arn:${name}`, run);
      most = Math.max(most, running.size);
      return `arn:${name}`;
    },
    async look(arn) {
      const run = running.get(arn);
      if (run === undefined) return { status: 'unknown', ending: null };
      running.delete(arn);
      await hooks.beforeRun?.(run);
      if (run.input.mode === 'rehearsal') return { status: 'ended', ending: 'rehearsed' };
      await move(run.input);
      return { status: 'ended', ending: 'recovered' };
    },
  };
  const ports: EvacuationPorts = {
    ...fleet.ports,
    notifiers: [people],
    metrics: new MemoryMetrics(),
    executions,
    runs,
  };

  async function move({ service: name, from, to }: RunInput): Promise<void> {
    const service = fleet.services.find((each) => each.name === name);
    if (service === undefined) throw new Error(`no ${name}`);
    const lever = ports.levers(service);
    const reading = await lever.read();
    if (reading.kind !== 'read') throw new Error(reading.because);
    const at = (from === undefined ? to : standby) ?? home;
    const weights = {
      ...reading.routing.weights,
      ...(from === undefined ? { [standby]: 0 } : { [home]: 0 }),
      [at]: 1000,
    };
    const written = await lever.write({ epoch: epoch(9), weights, expected: reading.routing.weights });
    if (written.kind !== 'accepted') throw new StateFailure('States.TaskFailed', written.kind);
  }

  async function runTask(given: Record<string, Json>): Promise<Json> {
    const payload = evacuatePayload.parse(JSON.parse(JSON.stringify(given['Payload'])));
    if (payload.do === hooks.failing) throw new StateFailure('Error', 'scripted');
    return { Payload: JSON.parse(JSON.stringify(await evacuate(payload, ports, fleet.failover))) as Json };
  }

  async function play(input: Record<string, Json> = {}, name = 'evacuate-1') {
    const clock = { now: () => fleet.clock.now(), wait: async (ms: number) => void (await fleet.clock.wait(ms)) };
    const event = { region: home, reason: 'an event of AWS', requestedBy: 'ada', ...input };
    const ended = await fleet.clock.run(
      runToEnd(
        definition,
        event,
        {
          clock,
          random: () => 0,
          tasks: { run: (_, parameters) => runTask(parameters as Record<string, Json>) },
        },
        {
          executionName: name,
          executionArn: `arn:aws:states:us-west-2:123456789012:execution:understudy-evacuation:${name}`,
        },
      ),
    );
    const path = ended.events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    return { ...ended, path, output: ended.output as Record<string, Json> | undefined };
  }
  const servedBy = () => fleet.services.map((service) => fleet.servedBy(service, home));
  return { ...fleet, ports, people, executions, began, most: () => most, hooks, play, servedBy };
}

describe('an evacuation', () => {
  test('leads out by one write whoever can leave, names who cannot, and tells people once', async () => {
    const scene = sceneOf(['a', 'b', 'stuck']);
    scene.broken.add(`stuck ${standby}`);

    const { status, output, path } = await scene.play();

    expect(status).toBe('SUCCEEDED');
    expect(output).toMatchObject({
      isComplete: false,
      headline: `2 of 3 services are out of ${home}; not stuck`,
      stays: [{ service: 'stuck', because: expect.stringContaining(`${standby} is bad`) }],
    });
    expect(scene.servedBy()).toEqual([standby, standby, home]);
    expect(scene.store.writes.length).toBe(1);
    expect(path).toEqual([
      'Plan',
      'Planned?',
      'Turn?',
      'Lead',
      'Led?',
      'Prove',
      'Proved?',
      'NextRuns',
      'Running?',
      'Turn?',
      'Report',
      'Reported?',
      'Incomplete',
    ]);
    expect(scene.people.sent.map(({ subject }) => subject)).toEqual([
      `2 services leave ${home}`,
      `2 of 3 services are out of ${home}; not stuck`,
    ]);
    expect((await scene.ledger.read(FLEET)).evacuation).toMatchObject({
      left: ['a', 'b'],
      endedAt: expect.any(Number),
    });
    const told = (await scene.ledger.entries(FLEET, 'evacuate-1')).map(
      ({ what }) => what.kind === 'region' && what.did,
    );
    expect(told).toEqual(['named', 'named', 'wrote', 'proved', 'ended']);
  });

  test('moves what takes a run by runs, so many at a time, and fences who left by one', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const scene = sceneOf(names, Object.fromEntries(names.map((name) => [name, { hooks: [prepareHook] }])));

    const { output } = await scene.play({ atOnce: 2 });

    expect(scene.began.map(({ input }) => input.service)).toEqual(names);
    expect(scene.most()).toBe(2);
    expect(scene.began[0]).toMatchObject({
      name: 'evacuate-1-a',
      input: { service: 'a', mode: 'manual', from: home, reason: 'an event of AWS', requestedBy: 'ada' },
    });
    expect(output).toMatchObject({ isComplete: true, headline: `5 of 5 services are out of ${home}` });
    for (const service of scene.services) {
      expect(await scene.ports.levers(service).read()).toMatchObject({ routing: { weights: { [home]: -1 } } });
    }
  });

  test('lets a later tier wait for the one before', async () => {
    const scene = sceneOf(['first', 'late', 'later'], { first: {}, late: { tier: 2 }, later: { tier: 3 } });
    const seen: unknown[] = [];
    const limit = scene.ports.regionStores[0]?.limit;
    if (limit === undefined) throw new Error('no store');
    Object.assign(scene.ports.regionStores[0] ?? {}, {
      limit: async (asked: Parameters<typeof limit>[0]) => {
        const done = await limit(asked);
        seen.push(scene.servedBy());
        return done;
      },
    });

    const { path } = await scene.play();

    expect(seen).toEqual([
      [standby, home, home],
      [standby, standby, home],
      [standby, standby, standby],
    ]);
    expect(path.filter((state) => state === 'Prove').length).toBe(3);
  });

  test('undoes what is not proved in time where the region is well, and leaves it where that is bad', async () => {
    const scene = sceneOf(['a', 'b', 'c']);
    scene.late.add('b');
    scene.late.add('c');
    scene.broken.add(`c ${home}`);

    const { output } = await scene.play();

    expect(output).toMatchObject({ headline: `2 of 3 services are out of ${home}; not b` });
    scene.late.clear();
    expect(scene.servedBy()).toEqual([standby, home, standby]);
    const told = (await scene.ledger.entries(FLEET, 'evacuate-1')).flatMap(({ what }) =>
      what.kind === 'region' ? [[what.did, what.services]] : [],
    );
    expect(told).toContainEqual(['undone', ['b']]);
    expect(told).toContainEqual(['unproven', ['c']]);
  });

  test('begins nothing further after a person has said stop, and what is done stays done', async () => {
    const names = ['a', 'b', 'c'];
    const scene = sceneOf(names, Object.fromEntries(names.map((name) => [name, { hooks: [prepareHook] }])));
    scene.hooks.beforeRun = async () => {
      await scene.ledger.change(FLEET, { kind: 'abort-evacuation', by: 'bob' });
    };

    const { output } = await scene.play({ atOnce: 1 });

    expect(scene.began.map(({ input }) => input.service)).toEqual(['a']);
    expect(output).toMatchObject({
      isComplete: false,
      headline: expect.stringMatching(/^1 of 3 .* and it was aborted$/),
    });
    expect(scene.servedBy()).toEqual([standby, home, home]);
  });

  test('is one at a time: a second is refused while the first runs, and takes its place when that is gone', async () => {
    const scene = sceneOf(['a']);
    const holder = 'arn:aws:states:us-west-2:123456789012:execution:understudy-evacuation:before';
    const before = { id: 'before', holder, direction: 'leave', region: home, by: 'bob', reason: 'x' } as const;
    await scene.ledger.change(FLEET, { kind: 'begin-evacuation', ...before });

    scene.executions.known.set(holder, 'running');
    const refused = await scene.play({}, 'evacuate-2');
    scene.executions.known.set(holder, 'ended');
    const begun = await scene.play({}, 'evacuate-3');

    expect(refused).toMatchObject({
      status: 'SUCCEEDED',
      output: { refused: expect.stringContaining('before is under way') },
    });
    expect(begun.output).toMatchObject({ isComplete: true });
  });

  test('is gone on with by another control region when its own is lost, under the same id', async () => {
    const scene = sceneOf(['a', 'b', 'stuck']);
    scene.broken.add(`stuck ${standby}`);
    const holder = 'arn:aws:states:us-east-2:123456789012:execution:understudy-evacuation:before';
    const before = {
      id: 'before',
      holder,
      direction: 'leave',
      region: home,
      by: 'bob',
      reason: 'x',
      atOnce: 3,
    } as const;
    await scene.ledger.change(FLEET, { kind: 'begin-evacuation', ...before });
    await scene.ledger.change(FLEET, { kind: 'renew-evacuation', holder, left: ['a'] });
    const started: { name: string; input: Record<string, Json> }[] = [];
    const evacuations = {
      start: async (name: string, input: object) => {
        started.push({ name, input: input as Record<string, Json> });
        return 'started' as const;
      },
    };
    const look = () => scene.clock.run(tendEvacuation({ ...scene.ports, evacuations }, scene.clock.now()));

    scene.executions.known.set(holder, 'unknown');
    await look();
    await scene.clock.advance(silentMs);
    scene.executions.known.set(holder, 'running');
    await look();
    scene.executions.known.set(holder, 'ended');
    await look();
    expect(started).toEqual([]);
    scene.executions.known.set(holder, 'unknown');
    await look();
    const { name, input } = started[0] ?? { name: '', input: {} };
    const { output } = await scene.play(input, name);

    expect(name).toBe('before-xus-east-2');
    expect(output).toMatchObject({ headline: `2 of 3 services are out of ${home}; not stuck` });
    expect((await scene.ledger.read(FLEET)).evacuation).toMatchObject({
      id: 'before',
      by: 'bob',
      left: ['a', 'b'],
      progress: { of: 3, stays: ['stuck'], turn: 1, turns: 1 },
      endedAt: expect.any(Number),
    });
    expect(scene.people.sent.map(({ subject }) => subject)).toEqual([`2 of 3 services are out of ${home}; not stuck`]);
    const late = await scene.ledger.change(FLEET, { kind: 'renew-evacuation', holder });
    expect(late).toMatchObject({ kind: 'refused', refusal: 'not-evacuating' });
  });

  test('whose region comes back is not gone on with twice, and one that was heard of is not taken', async () => {
    const scene = sceneOf(['a']);
    const holder = 'arn:aws:states:us-east-2:123456789012:execution:understudy-evacuation:before';
    const before = { id: 'before', holder, direction: 'leave', region: home, by: 'bob', reason: 'x' } as const;
    await scene.ledger.change(FLEET, { kind: 'begin-evacuation', ...before });
    const continues = { id: 'before', holder };

    const early = await scene.play({ continues }, 'before-1');
    await scene.clock.advance(silentMs);
    const taken = await scene.play({ continues }, 'before-2');
    const again = await scene.play({ continues }, 'before-3');

    expect(early.output).toEqual({ refused: `${holder} goes on` });
    expect(taken.output).toMatchObject({ isComplete: true });
    expect(again.output).toEqual({ refused: 'no such evacuation is under way' });
  });

  test('that breaks on the way says what it did, and the place is free again', async () => {
    const scene = sceneOf(['a']);
    scene.hooks.failing = 'prove';

    const { output } = await scene.play();

    expect(output).toMatchObject({
      isComplete: false,
      headline: expect.stringContaining('Prove failed: Error: scripted'),
    });
    expect((await scene.ledger.read(FLEET)).evacuation?.endedAt).toEqual(expect.any(Number));
  });

  test('is rehearsed by runs that write nothing', async () => {
    const scene = sceneOf(['a', 'stuck']);
    scene.broken.add(`stuck ${standby}`);

    const { output } = await scene.play({ rehearse: true });

    expect(scene.store.writes).toEqual([]);
    expect(scene.began.map(({ input }) => [input.service, input.mode])).toEqual([['a', 'rehearsal']]);
    expect(output).toMatchObject({ headline: `1 of 2 services could leave ${home}; not stuck` });
    expect((await scene.ledger.read(FLEET)).evacuation).toBeNull();
    expect((await scene.ledger.read('a')).fences).toEqual([]);
  });

  test.each([
    ['a region that nobody has', { region: 'eu-north-1' }],
    ['no reason', { reason: '' }],
    ['more at a time than a Map runs', { atOnce: 41 }],
    ['what nobody knows', { colour: 'red' }],
  ])('with %s is not begun', async (_, input) => {
    const scene = sceneOf(['a']);

    expect(await scene.play(input)).toMatchObject({ status: 'FAILED', error: 'NotBegun' });
    expect(scene.store.writes).toEqual([]);
  });
});

describe('services by routing controls', () => {
  const names = Array.from({ length: 23 }, (_, index) => `by-arc-${index}`);
  const byArc = (some: readonly string[] = names, more: Partial<Service> = {}) =>
    Object.fromEntries(some.map((name) => [name, { ...byControls(name), ...more }]));

  test('leave by calls of up to ten controls, each under a lease and an epoch of its own', async () => {
    const scene = sceneOf([...names, 'by-store'], byArc());
    const leases: unknown[] = [];
    scene.cluster.hooks.before = async () => {
      const held = await Promise.all(names.map(async (name) => (await scene.ledger.read(name)).lease));
      leases.push(...held.map((lease) => lease?.holder));
    };

    const { output, path } = await scene.play();

    expect(output).toMatchObject({ isComplete: true, headline: `24 of 24 services are out of ${home}` });
    expect(path).toContain('Switch');
    expect(scene.began).toEqual([]);
    expect(scene.cluster.updates.reduce((sum, { controls }) => sum + controls, 0)).toBe(46);
    expect(scene.cluster.updates.length).toBeLessThanOrEqual(10);
    expect(new Set(leases)).toEqual(new Set([expect.stringContaining('understudy-evacuation:evacuate-1')]));
    const record = await scene.ledger.read('by-arc-7');
    expect(record).toMatchObject({ lease: null, epoch: 1, activeRegion: standby, movedBy: 'person' });
    const told = (await scene.ledger.entries('by-arc-7', 'by-arc-7#1')).map(({ what }) => what.kind);
    expect(told).toEqual(['admitted', 'shifted', 'concluded']);
    expect(scene.people.sent.length).toBe(2);
    expect((await scene.ledger.read(FLEET)).evacuation?.left.length).toBe(24);
  });

  test('that cannot leave are named, and no control of theirs is written', async () => {
    const scene = sceneOf(names, byArc());
    scene.broken.add(`by-arc-3 ${standby}`);
    await scene.ledger.change('by-arc-5', { kind: 'pause', by: 'bob', reason: 'a migration' });

    const { output } = await scene.play();

    expect(output).toMatchObject({ headline: `21 of 23 services are out of ${home}; not by-arc-3, by-arc-5` });
    expect(scene.cluster.updates.reduce((sum, { controls }) => sum + controls, 0)).toBe(42);
    expect(scene.servedBy()).toEqual(names.map((_, index) => ([3, 5].includes(index) ? home : standby)));
  });

  test('that another run holds, or that have hooks, take a run of their own', async () => {
    const scene = sceneOf(names.slice(0, 3), byArc(names.slice(0, 3)));
    Object.assign(scene.services[0] ?? {}, { hooks: [prepareHook] });
    const rival = { holder: 'arn:rival', mode: 'manual', force: false, policy: orders.policy } as const;
    await scene.ledger.change('by-arc-1', { kind: 'acquire', ...rival });

    await scene.play();

    expect(scene.began.map(({ input }) => input.service)).toEqual(['by-arc-0', 'by-arc-1']);
    expect(scene.cluster.updates.map(({ controls }) => controls)[0]).toBe(2);
  });

  test('that are not proved are led back where the region is well, and stay where it is bad', async () => {
    const scene = sceneOf(['a', 'b', 'c'], byArc(['a', 'b', 'c']));
    scene.late.add('b');
    scene.late.add('c');
    scene.broken.add(`c ${home}`);

    const { output } = await scene.play();

    scene.late.clear();
    expect(output).toMatchObject({ headline: `2 of 3 services are out of ${home}; not b` });
    expect(scene.servedBy()).toEqual([standby, home, standby]);
    expect((await scene.ledger.read('b')).lease).toBeNull();
    expect((await scene.ledger.read('c')).activeRegion).toBe(standby);
    expect((await scene.ledger.read(FLEET)).evacuation?.left.toSorted()).toEqual(['a', 'c']);
  });

  test('give their leases back where the machine breaks, and are not led back', async () => {
    const scene = sceneOf(['a'], byArc(['a']));
    scene.hooks.failing = 'prove';

    await scene.play();

    expect(scene.servedBy()).toEqual([standby]);
    expect(await scene.ledger.read('a')).toMatchObject({ lease: null, activeRegion: standby });
  });

  test('are not written once a person has said stop', async () => {
    const scene = sceneOf(['a', 'b'], byArc(['a', 'b']));
    const read = scene.ports.levers;
    Object.assign(scene.ports, {
      levers: (service: Service) => {
        void scene.ledger.change(FLEET, { kind: 'abort-evacuation', by: 'bob' });
        return read(service);
      },
    });

    const { output } = await scene.play();

    expect(output).toMatchObject({ isComplete: false, headline: expect.stringContaining('it was aborted') });
    expect(scene.cluster.updates).toEqual([]);
    expect((await scene.ledger.read(FLEET)).evacuation?.left).toEqual([]);
  });

  test('300 controls are written in twelve seconds, and none of the calls is throttled', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `s-${index}`);
    const scene = sceneOf(many, byArc(many, { policy: hasty }));

    const { output } = await scene.play();

    const at = scene.cluster.updates.map((update) => update.at);
    expect(output).toMatchObject({ isComplete: true });
    expect(scene.cluster.updates.reduce((sum, { controls }) => sum + controls, 0)).toBe(300);
    expect(Math.max(...at) - Math.min(...at)).toBeLessThanOrEqual(12_000);
  });

  test('come back by runs, a few at a time', async () => {
    const some = names.slice(0, 3);
    const scene = sceneOf(some, byArc(some));
    await scene.play();

    await scene.play({ direction: 'return' }, 'return-1');

    expect(scene.servedBy()).toEqual([home, home, home]);
    expect(scene.began.map(({ input }) => input.to)).toEqual([home, home, home]);
  });
});

describe('the return', () => {
  test('brings everybody back, a few at a time, by weights or by a run, and opens the region', async () => {
    const names = ['a', 'b', 'c', 'by-run'];
    const scene = sceneOf(names, { 'by-run': { hooks: [prepareHook] } });
    await scene.play();
    expect(scene.servedBy()).toEqual([standby, standby, standby, standby]);
    const before = scene.store.writes.length;

    const { output, path } = await scene.play({ direction: 'return', atOnce: 2 }, 'return-1');

    expect(output).toMatchObject({ isComplete: true, headline: `4 of 4 services are back in ${home}` });
    expect(scene.servedBy()).toEqual([home, home, home, home]);
    expect(path.filter((state) => state === 'Lead').length).toBe(2);
    expect(scene.began.slice(-1).map(({ input }) => [input.service, input.to])).toEqual([['by-run', home]]);
    expect(scene.store.writes.length - before).toBeGreaterThan(1);
    expect(JSON.parse(scene.store.entries.get(OVERRIDE_KEY) ?? '').x).toEqual({});
    expect([...scene.store.entries.values()].join()).not.toContain('"s"');
    for (const name of [...names, FLEET]) expect((await scene.ledger.read(name)).fences).toEqual([]);
  });

  test('leaves out who is not well there, and finishes when it is asked again', async () => {
    const scene = sceneOf(['a', 'b']);
    await scene.play();
    scene.broken.add(`b ${home}`);

    const some = await scene.play({ direction: 'return' }, 'return-1');
    const served = scene.servedBy();
    const fences = (await scene.ledger.read('b')).fences;
    scene.broken.clear();
    const all = await scene.play({ direction: 'return' }, 'return-2');

    expect(some.output).toMatchObject({ headline: `1 of 2 services are back in ${home}; not b` });
    expect(served).toEqual([home, standby]);
    expect(fences).toMatchObject([{ region: home }]);
    expect(all.output).toMatchObject({ headline: `1 of 1 services are back in ${home}` });
    expect(scene.servedBy()).toEqual([home, home]);
  });

  test('of what nobody led out is refused, and says what opens a fence', async () => {
    const scene = sceneOf(['a']);

    expect((await scene.play({ direction: 'return' })).output).toEqual({
      refused: `no evacuation has led anything out of ${home}; understudy unfence ${home} opens it`,
    });
  });
});

test('a thousand services leave by one write, and everything is within what an execution may hold', async () => {
  const names = Array.from({ length: 1_000 }, (_, index) => `service-${String(index).padStart(4, '0')}`);
  const scene = sceneOf(names, Object.fromEntries(names.map((name) => [name, { policy: hasty }])));

  const { output, events } = await scene.play();

  expect(output).toMatchObject({ isComplete: true, headline: `1000 of 1000 services are out of ${home}` });
  expect(scene.store.writes.length).toBe(1);
  const sizes = events.map((event) => JSON.stringify(event).length);
  expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
  expect(events.length).toBeLessThan(200);
});

const hasty = { ...orders.policy, burst: { count: 1, intervalMs: 1 } };
