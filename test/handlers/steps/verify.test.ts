import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import type { Outcome } from '../../../core/observation.ts';
import type { Service } from '../../../core/service.ts';
import { verify } from '../../../handlers/steps/verify.ts';
import type { Probe } from '../../support/memory/vantages.ts';
import { failover as example, home, observers, standby, t0 } from '../../support/world.ts';
import { admitted, atHome, moved, planOf, takenOver } from './given.ts';
import { iso, type Scene, scene } from './scene.ts';

const until = t0 + 60_000;

async function look(
  stage: Scene,
  { plan = planOf(), step = 0, streak = 0, verifyUntil = until, mode = 'manual' } = {},
) {
  const held = (await stage.world.ledger.read('orders')).lease === null;
  const incident = held ? await admitted(stage, { mode }) : await admittedBefore(stage);
  const weights = plan.steps[step]?.weights ?? moved;
  if (mode !== 'rehearsal') stage.lever.move(weights, epoch(1));
  const input = { incident, plan, step, verifyUntil, streak };
  return stage.world.clock.run(verify(input, stage.world, stage.failover));
}

async function admittedBefore({ world }: Scene) {
  const [entry] = await world.ledger.entries('orders');
  if (entry?.what.kind !== 'admitted') throw new Error('nothing was admitted');
  return entry.what.incident;
}

/** Which region answers through the front door, by observer. */
const frontDoorBy = (stage: Scene, serving: (probe: Probe) => Outcome) => {
  const { script } = stage.world.vantages;
  stage.world.vantages.script = (probe) => (probe.aim.target.kind === 'front-door' ? serving(probe) : script(probe));
};

const good = (servedBy: typeof home | null): Outcome => ({ kind: 'good', servedBy });

describe('verify', () => {
  test.each([
    ['a drill', 'drill', undefined, true],
    ['a drill that a detection drill has led to', 'automatic', 'detection@now', true],
    ['any other move', 'automatic', undefined, false],
  ])('remembers of %s how the region is doing that it left', async (_, mode, detects, isRemembered) => {
    const stage = scene();
    stage.world.broken.set(home, 'refused');
    const feigned = detects !== undefined && { id: detects, startedAt: t0, until, by: 'ada', reason: 'practice' };

    await look(stage, { mode, plan: { ...planOf(), ...(feigned && { detects: feigned }) } });

    const { looks } = await stage.world.ledger.read('orders');
    const seen = looks.filter(({ region, badAt }) => region === home && badAt !== null);
    expect(seen.map(({ observer }) => observer).sort()).toEqual(isRemembered ? [...observers].sort() : []);
  });

  test('takes as many good looks in a row as the policy asks for', async () => {
    const stage = scene();

    const first = await look(stage);
    const second = await look(stage, { streak: first.streak });

    expect(first).toMatchObject({ state: 'pending', streak: 1, bakeUntil: null, done: true });
    expect(first.lookAgainAt).toBe(iso(t0 + 2_000 + 2_000));
    expect(second).toMatchObject({ state: 'verified', streak: 2, lookAgainAt: null, bakeUntil: null, done: true });
  });

  test('a good answer of the old region is no proof', async () => {
    const stage = scene();
    frontDoorBy(stage, () => good(home));

    const answer = await look(stage, { streak: 1 });

    expect(answer).toMatchObject({ state: 'pending', streak: 0 });
    expect(answer.because).toContain('wrong-region');
  });

  test('an answer that names no region is no proof', async () => {
    const stage = scene();
    frontDoorBy(stage, () => good(null));

    expect(await look(stage)).toMatchObject({ state: 'pending', streak: 0 });
  });

  test('a quorum that is served by the target suffices while others are not there yet', async () => {
    const stage = scene();
    frontDoorBy(stage, ({ observer }) => good(observer === observers[0] ? home : standby));

    const early = await look(stage, { streak: 1 });
    const last = await look(stage, { streak: 5 });

    expect(early).toMatchObject({ state: 'pending', streak: 2, unproven: observers[0] });
    expect(last).toMatchObject({ state: 'verified', unproven: observers[0] });
    expect(last.because).toContain(`a quorum sees it, ${observers[0]} not`);
  });

  test('who is still without it is waited for no longer than there is time', async () => {
    const stage = scene();
    frontDoorBy(stage, ({ observer }) => good(observer === observers[0] ? home : standby));

    expect(await look(stage, { streak: 1, verifyUntil: t0 })).toMatchObject({
      state: 'verified',
      unproven: observers[0],
    });
  });

  describe('where nothing was written', () => {
    test('no look is good, although every read through the front door is answered by the target', async () => {
      const stage = scene();
      stage.world.broken.set(home, 'timeout');
      for (const observer of observers) stage.world.atEdge.set(observer, { epoch: null, weights: atHome });

      const answer = await look(stage, { streak: 1 });

      expect(answer).toMatchObject({ state: 'pending', streak: 0 });
      expect(answer.because).toContain(`by ${standby}, good`);
      expect(answer.because).toContain('the edges have it bad');
    });

    test('a step of a ramp is not taken for the one before, which had the same epoch', async () => {
      const stage = scene();
      const before = { epoch: epoch(1), weights: { [home]: 900, [standby]: 100 } };
      for (const observer of observers) stage.world.atEdge.set(observer, before);

      expect(await look(stage, { plan: planOf(10, 50, 100), step: 1, streak: 1 })).toMatchObject({
        state: 'pending',
        streak: 0,
      });
      expect(await look(stage, { plan: planOf(10, 50, 100), step: 0, streak: 1 })).toMatchObject({ state: 'verified' });
    });

    test('the same weights under an older epoch are somebody else’s', async () => {
      const stage = scene();
      for (const observer of observers) stage.world.atEdge.set(observer, { epoch: null, weights: moved });

      expect(await look(stage, { streak: 1 })).toMatchObject({ state: 'pending', streak: 0 });
    });

    test('a front door without our function says nothing', async () => {
      const stage = scene();
      stage.world.broken.set('edge', 'status');

      expect(await look(stage, { streak: 1, verifyUntil: t0 })).toMatchObject({ state: 'failed' });
    });
  });

  test('an edge that is behind is named, where a quorum of edges is not', async () => {
    const stage = scene();
    stage.world.atEdge.set(observers[2] ?? '', { epoch: null, weights: atHome });

    expect(await look(stage, { streak: 5 })).toMatchObject({ state: 'verified', unproven: observers[2] });
  });

  describe('with a write probe', () => {
    const writeProbe = {
      method: 'POST',
      path: '/check',
      status: 200,
      contentType: 'application/json',
      body: {},
    } as const;

    test('writes through the front door must be answered by the target as well', async () => {
      const stage = scene({}, { writeProbe });
      frontDoorBy(stage, ({ aim }) => good(aim.method === 'POST' ? home : standby));

      const answer = await look(stage, { streak: 1 });

      expect(answer).toMatchObject({ state: 'pending', streak: 0 });
      expect(answer.because).toContain('reads are well and writes are not');
    });

    test('a target whose writes a quorum sees fail ends it at once', async () => {
      const stage = scene({}, { writeProbe });
      stage.world.broken.set(`writes to ${standby}`, 'status');

      const answer = await look(stage, { streak: 1 });

      expect(answer).toMatchObject({ state: 'failed', streak: 0 });
      expect(answer.because).toContain(`reads are well and writes are not, from ${observers.join(', ')}`);
    });

    test('is verified where both are well', async () => {
      expect(await look(scene({}, { writeProbe }), { streak: 1 })).toMatchObject({ state: 'verified', unproven: null });
    });
  });

  test('says of a lever of DNS for whom it is true', async () => {
    const [, payments] = example.services;
    const stage = scene({}, { lever: payments?.lever ?? ({} as Service['lever']) });

    const answer = await look(stage, { streak: 1 });

    expect(answer.state).toBe('verified');
    expect(answer.because).toContain(
      'for new connections: callers that keep theirs stay where they are until those close',
    );
    expect((await look(scene(), { streak: 1 })).because).not.toContain('connection');
  });

  test('one bad answer spoils a burst', async () => {
    const stage = scene();
    let asked = 0;
    frontDoorBy(stage, () => {
      asked++;
      return asked <= 2 ? { kind: 'bad', because: 'status', detail: '503' } : good(standby);
    });

    expect(await look(stage, { streak: 1 })).toMatchObject({ state: 'pending', streak: 0 });
  });

  test('a target that a quorum sees bad fails at once, whatever the front door says', async () => {
    const stage = scene();
    stage.world.broken.set(standby, 'status');
    frontDoorBy(stage, () => good(standby));

    const answer = await look(stage, { streak: 1 });

    expect(answer).toMatchObject({ state: 'failed', streak: 0, lookAgainAt: null });
    expect(answer.because).toContain(`${standby} is bad`);
  });

  test('observers that are blind do not fail the move', async () => {
    const stage = scene();
    for (const what of [standby, 'front-door', 'control']) stage.world.broken.set(what, 'timeout');

    expect((await look(stage)).state).toBe('pending');
  });

  test('fails when the time is up', async () => {
    const stage = scene();
    frontDoorBy(stage, () => good(home));

    const answer = await look(stage, { verifyUntil: t0 });

    expect(answer.state).toBe('failed');
    expect(answer.because).toContain('the time is up');
  });

  test('lets good looks complete their row past the deadline', async () => {
    const stage = scene();

    const late = await look(stage, { verifyUntil: t0 });
    const last = await look(stage, { verifyUntil: t0, streak: late.streak });

    expect([late.state, last.state]).toEqual(['pending', 'verified']);
  });

  test('a lever that lags behind is waited for, a newer epoch is not', async () => {
    const lagging = scene();
    lagging.lever.read = async () => ({ kind: 'read', routing: { epoch: null, weights: atHome } });
    const overtaken = scene();
    overtaken.lever.read = async () => ({ kind: 'read', routing: { epoch: epoch(2), weights: moved } });

    expect((await look(lagging)).state).toBe('pending');
    expect(await look(overtaken)).toMatchObject({ state: 'failed', because: 'the lever holds the newer epoch 2' });
  });

  test('traffic that arrives needs no lever that can be read', async () => {
    const stage = scene();
    stage.lever.read = () => new Promise(() => {});

    expect((await look(stage, { streak: 1 })).state).toBe('verified');
  });

  test('fails when a newer run took over', async () => {
    const stage = scene();
    await admitted(stage);
    const incident = await admittedBefore(stage);
    await takenOver(stage);
    stage.lever.move(moved, epoch(1));
    const verifyUntil = stage.world.clock.now() + 60_000;

    const answer = await stage.world.clock.run(
      verify({ incident, plan: planOf(), step: 0, verifyUntil, streak: 1 }, stage.world, stage.failover),
    );

    expect(answer.state).toBe('failed');
  });

  describe('a step of a ramp', () => {
    test('needs good answers from whomever, and a lever that says so', async () => {
      const stage = scene();
      frontDoorBy(stage, () => good(home));

      const answer = await look(stage, { plan: planOf(10, 100), streak: 1 });

      expect(answer).toMatchObject({ state: 'verified', done: false, lookAgainAt: null });
      expect(answer.bakeUntil).toBe(iso(t0 + 2_000 + 30_000));
    });

    test('is not verified while the lever cannot be read', async () => {
      const stage = scene();
      stage.lever.read = async () => ({ kind: 'unreadable', because: 'throttled' });

      expect(await look(stage, { plan: planOf(10, 100), streak: 1 })).toMatchObject({ state: 'pending', streak: 0 });
    });

    test('that gives the target nearly all must show an answer of the target', async () => {
      const stage = scene();
      frontDoorBy(stage, () => good(home));

      const answer = await look(stage, { plan: planOf(90, 100), streak: 1 });

      expect(answer).toMatchObject({
        state: 'pending',
        because: `no answer through the front door came from ${standby}`,
      });
    });

    test('needs the target itself good', async () => {
      const stage = scene();
      const { script } = stage.world.vantages;
      stage.world.vantages.script = (probe) => {
        const { target } = probe.aim;
        const unclear = target.kind === 'regional' && probe.observer !== observers[0];
        return unclear && probe.at === t0 ? { kind: 'bad', because: 'slow', detail: '' } : script(probe);
      };

      expect((await look(stage, { plan: planOf(10, 100), streak: 1 })).state).toBe('pending');
    });

    test('out of a region that is bad is proven by the target: bad answers to those who are still there do not count', async () => {
      const stage = scene();
      stage.world.broken.set(home, 'body');
      frontDoorBy(stage, () => ({ kind: 'bad', because: 'body', detail: '' }));

      expect(await look(stage, { plan: planOf(10, 100), streak: 1 })).toMatchObject({ state: 'verified', done: false });
    });

    test('out of a region that is good is not verified while the front door is bad', async () => {
      const stage = scene();
      frontDoorBy(stage, () => ({ kind: 'bad', because: 'body', detail: '' }));

      expect((await look(stage, { plan: planOf(10, 100), streak: 1 })).state).toBe('pending');
    });

    test.each(['manual', 'drill'])('keeps the lease through the bake (%s)', async (mode) => {
      const stage = scene({ leaseMs: 10_000 });

      await look(stage, { plan: planOf(10, 100), streak: 1, mode });

      expect((await stage.world.ledger.read('orders')).lease?.expiresAt).toBeGreaterThanOrEqual(t0 + 30_000 + 10_000);
    });
  });

  describe('in a rehearsal', () => {
    test('looks at the target and at what the edges say, and never at who serves', async () => {
      const stage = scene();
      const kinds = new Set<string>();
      const { script } = stage.world.vantages;
      stage.world.vantages.script = (probe) => {
        kinds.add(probe.aim.target.kind);
        return script(probe);
      };

      const answer = await look(stage, { mode: 'rehearsal', streak: 1 });

      expect(answer).toMatchObject({ state: 'verified', done: true });
      expect([...kinds].sort()).toEqual(['control', 'edge', 'regional']);
    });

    test('does not pass where the edges do not say what stands: the proof itself is rehearsed', async () => {
      const stage = scene();
      stage.world.broken.set('edge', 'status');

      const answer = await look(stage, { mode: 'rehearsal', streak: 1, verifyUntil: t0 });

      expect(answer.state).toBe('failed');
      expect(answer.because).toContain('the edges do not say what stands');
    });

    test('bakes nothing', async () => {
      const stage = scene();

      const answer = await look(stage, { mode: 'rehearsal', plan: planOf(10, 100), streak: 1 });

      expect(answer).toMatchObject({ state: 'verified', done: false, bakeUntil: iso(stage.world.clock.now()) });
    });
  });
});
