import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import { rollback } from '../../../handlers/steps/rollback.ts';
import { home, observers, standby } from '../../support/world.ts';
import { admitted, atHome, moved, planOf, takenOver } from './given.ts';
import { type Scene, scene } from './scene.ts';

const undo = async (stage: Scene, incident: Awaited<ReturnType<typeof admitted>>, plan = planOf()) =>
  stage.world.clock.run(
    rollback({ incident, plan, step: null, because: 'it did not verify' }, stage.world, stage.failover),
  );

describe('rollback', () => {
  test('restores exactly what was there, under its own epoch', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const prior = { [home]: 700, [standby]: 0, 'eu-west-1': -1 };
    const plan = { ...planOf(), prior: { epoch: null, weights: prior } };
    stage.lever.move(moved, incident.epoch);

    const answer = await undo(stage, incident, plan);

    expect(answer.outcome).toBe('rolled-back');
    expect(stage.lever.routing).toEqual({ epoch: incident.epoch, weights: prior });
  });

  test('undoes any step of a ramp', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const plan = planOf(10, 100);
    stage.lever.move(plan.steps[0]?.weights ?? {}, incident.epoch);

    expect((await undo(stage, incident, plan)).outcome).toBe('rolled-back');
    expect(stage.lever.routing.weights).toEqual(atHome);
  });

  test('is allowed while paused', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'stop' });

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
  });

  test('touches nothing after a newer run took over', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    await takenOver(stage);
    const before = stage.lever.written.length;

    expect((await undo(stage, incident)).outcome).toBe('fenced');
    expect(stage.lever.written).toHaveLength(before);
  });

  test('touches nothing where the lever holds a newer epoch', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, epoch(5));

    expect(await undo(stage, incident)).toMatchObject({ outcome: 'fenced' });
    expect(stage.lever.routing.epoch).toBe(5);
  });

  test('weights that this run never wrote are in doubt, and left alone', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move({ [home]: 1, [standby]: 2 }, incident.epoch);

    const answer = await undo(stage, incident);

    expect(answer.outcome).toBe('rollback-failed');
    expect(answer.because).toContain('never wrote');
    expect(stage.lever.routing.weights).toEqual({ [home]: 1, [standby]: 2 });
  });

  test('a refusal of the lever is a failed rollback', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    stage.lever.write = async () => ({ kind: 'refused', because: 'a safety rule' });

    expect(await undo(stage, incident)).toMatchObject({ outcome: 'rollback-failed' });
  });

  test('a read that lags behind does not make it believe that nothing was written', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    const { read } = stage.lever;
    stage.lever.read = async () => {
      stage.lever.read = read;
      return { kind: 'read', routing: { epoch: null, weights: atHome } };
    };

    await expect(undo(stage, incident)).rejects.toMatchObject({ name: 'LeverUnavailable' });
    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
    expect(stage.lever.routing.weights).toEqual(atHome);
  });

  test('a lever that cannot be read is an error that is tried again', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.read = async () => ({ kind: 'unreadable', because: 'throttled' });

    await expect(undo(stage, incident)).rejects.toMatchObject({ name: 'LeverUnavailable' });
  });

  test('other weights in the read back are an error that is tried again', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    stage.lever.read = async () => ({ kind: 'read', routing: { epoch: incident.epoch, weights: moved } });

    await expect(undo(stage, incident)).rejects.toMatchObject({ name: 'ReadBackMismatch' });
  });

  test('has nothing to do after a rehearsal', async () => {
    const stage = scene();
    const incident = await admitted(stage, { mode: 'rehearsal' });

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
    expect(stage.lever.written).toEqual([]);
  });

  test('takes a step that it never came to for a hand, and leaves it', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const plan = planOf(10, 50, 100);
    const byHand = plan.steps[1]?.weights ?? {};
    stage.lever.move(byHand, incident.epoch);

    const answer = await stage.world.clock.run(
      rollback({ incident, plan, step: 0, because: 'x' }, stage.world, stage.failover),
    );

    expect(answer.outcome).toBe('rollback-failed');
    expect(stage.lever.routing.weights).toEqual(byHand);
  });

  test('resumed hours later it undoes nothing, and people look', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, incident.epoch);
    await stage.world.clock.advance(6 * 3_600_000);

    const answer = await undo(stage, incident);

    expect(answer).toMatchObject({ outcome: 'rollback-failed', because: expect.stringContaining('resumed too late') });
    expect(stage.lever.routing.weights).toEqual(moved);
  });
});

describe('rollback, where the region that was left is down', () => {
  const movedAway = async (change: Record<string, unknown> = {}) => {
    const stage = scene();
    const incident = await admitted(stage, change);
    stage.lever.move(moved, incident.epoch);
    return { stage, incident };
  };

  test.each([
    ['answers well', undefined],
    ['answers late', 'slow'],
    ['answers wrong', 'status'],
  ] as const)('leaves the move where the target %s', async (_, because) => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'timeout');
    if (because !== undefined) stage.world.broken.set(standby, because);

    const answer = await undo(stage, incident);

    expect(answer.outcome).toBe('unproven');
    expect(answer.because).toContain(`${home} is bad`);
    expect(stage.lever.routing.weights).toEqual(moved);
  });

  test('undoes it all the same where the target answers nobody: nothing is lost by that', async () => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'timeout').set(standby, 'refused');

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
  });

  test('undoes it where one observer alone sees that region bad', async () => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'timeout').set(standby, 'slow');
    const { script } = stage.world.vantages;
    stage.world.vantages.script = (probe) =>
      probe.observer === observers[0] || probe.aim.target.kind !== 'regional' || probe.aim.target.region !== home
        ? script(probe)
        : { kind: 'good', servedBy: home };

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
  });

  test('goes back to a region that is late from one that answers wrong', async () => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'slow').set(standby, 'status');

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
  });

  test('leaves a flight where nobody can look any more, and undoes a move that was none', async () => {
    const { stage, incident } = await movedAway();
    for (const observer of observers) stage.world.silent.add(observer);

    expect((await undo(stage, incident, { ...planOf(), flees: true })).outcome).toBe('unproven');
    expect((await undo(stage, incident, planOf())).outcome).toBe('rolled-back');
  });

  test('never takes the only share away that there is', async () => {
    const { stage, incident } = await movedAway();
    const plan = { ...planOf(), prior: { epoch: null, weights: { [home]: 0, [standby]: 0 } } };

    expect((await undo(stage, incident, plan)).outcome).toBe('unproven');
  });

  test('touches nothing after a newer run took over, whatever the regions answer', async () => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'timeout');
    await takenOver(stage);

    expect((await undo(stage, incident)).outcome).toBe('fenced');
  });

  test('says rolled back where nothing had been written', async () => {
    const { stage, incident } = await movedAway();
    stage.world.broken.set(home, 'timeout');
    stage.lever.move(atHome, incident.epoch);

    expect((await undo(stage, incident)).outcome).toBe('rolled-back');
  });
});
