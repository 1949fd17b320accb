import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import { LeverUnavailable } from '../../../handlers/errors.ts';
import type { Lever } from '../../../handlers/ports.ts';
import { shift } from '../../../handlers/steps/shift.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { admitted, atHome, moved, planOf, takenOver } from './given.ts';
import { scene } from './scene.ts';

describe('shift', () => {
  test('asks for the age of the evidence, then the lease, then writes, then reads back', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const order: string[] = [];
    const { change } = stage.world.ledger;
    const { read, write } = stage.lever;
    stage.world.ledger.change = (service, command) => {
      order.push(command.kind);
      return change.call(stage.world.ledger, service, command);
    };
    stage.lever.write = (intent) => {
      order.push('write');
      return write.call(stage.lever, intent);
    };
    stage.lever.read = () => {
      order.push('read');
      return read.call(stage.lever);
    };

    const shifted = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(order).toEqual(['renew', 'write', 'read']);
    expect(shifted).toEqual({
      outcome: 'accepted',
      because: `the lever took ${home} 0, ${standby} 1000`,
      at: t0,
      verifyUntil: t0 + 180_000,
    });
    expect(stage.lever.routing).toEqual({ epoch: incident.epoch, weights: moved });
  });

  test('asks the lever beside the ledger, where the lever refuses what it did not say, and writes after both', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const order: string[] = [];
    const { change } = stage.world.ledger;
    const answered = Promise.withResolvers<void>();
    stage.world.ledger.change = async (...call) => {
      order.push('renew');
      await answered.promise;
      order.push('renewed');
      return change.apply(stage.world.ledger, call);
    };
    const lever: Lever = {
      ...stage.lever,
      traits: stage.lever.traits,
      read: () => stage.lever.read(),
      write: () => Promise.reject(new Error('only what was begun')),
      begin(basis) {
        order.push(`begin by ${basis}`);
        answered.resolve();
        return {
          async write(intent) {
            order.push('write');
            return stage.lever.write(intent);
          },
        };
      },
    };
    const ledger = await stage.world.ledger.read('orders');

    const { outcome } = await shift(
      { incident, plan: planOf(), step: 0, evidenceAt: t0, standing: { ledger, version: '1', lever: 'what it said' } },
      { ...stage.world, levers: () => lever },
      stage.failover,
    );

    expect(outcome).toBe('accepted');
    expect(order).toEqual(['begin by what it said', 'renew', 'renewed', 'write']);
  });

  test('is kept out by nothing that the ledger said earlier', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const ledger = await stage.world.ledger.read('orders');
    const paused = { by: 'ana', reason: 'wait', at: t0, until: null, remindedAt: null };

    const { outcome } = await shift(
      {
        incident,
        plan: planOf(),
        step: 0,
        evidenceAt: t0,
        standing: { ledger: { ...ledger, paused }, version: '1', lever: null },
      },
      stage.world,
      stage.failover,
    );

    expect(outcome).toBe('accepted');
  });

  test('never moves traffic on old evidence', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    await stage.world.clock.advance(60_001);

    const { outcome } = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(outcome).toBe('stale');
    expect(stage.lever.written).toEqual([]);
  });

  test('takes weights that stand under another epoch for no write of its own', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(moved, epoch(0));
    await stage.world.clock.advance(60_001);

    const { outcome } = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(outcome).toBe('stale');
  });

  test('never writes after a newer run took over', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    await takenOver(stage);

    const { outcome } = await shift(
      { incident, plan: planOf(), step: 0, evidenceAt: stage.world.clock.now() },
      stage.world,
      stage.failover,
    );

    expect(outcome).toBe('fenced');
    expect(stage.lever.written).toEqual([]);
  });

  test('is fenced by the lever where that has seen a newer epoch than the ledger', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move(atHome, epoch(9));

    const { outcome, because } = await shift(
      { incident, plan: planOf(), step: 0, evidenceAt: t0 },
      stage.world,
      stage.failover,
    );

    expect({ outcome, because }).toEqual({ outcome: 'fenced', because: 'the lever holds the newer epoch 9' });
  });

  test('a pause that comes in between stops the write, except by force', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'wait' });
    const input = { incident, plan: planOf(), step: 0, evidenceAt: t0 };

    const paused = await shift(input, stage.world, stage.failover);
    const writtenWhilePaused = stage.lever.written.length;
    const forced = await shift({ ...input, incident: { ...incident, force: true } }, stage.world, stage.failover);

    expect(paused).toMatchObject({
      outcome: 'paused',
      because: expect.stringMatching(/^Ada paused orders until .*: wait$/),
    });
    expect(writtenWhilePaused).toBe(0);
    expect(forced.outcome).toBe('accepted');
  });

  test('a lever that somebody moved meanwhile is not written over', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move({ [home]: 500, [standby]: 500 }, null);

    const { outcome } = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(outcome).toBe('moved-meanwhile');
    expect(stage.lever.routing.weights).toEqual({ [home]: 500, [standby]: 500 });
  });

  test('tells what the lever refused', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.write = async () => ({ kind: 'refused', because: 'a safety rule' });

    const shifted = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(shifted).toMatchObject({ outcome: 'refused', because: 'a safety rule' });
  });

  test('a lever that somebody led to the same place, under the same epoch, before this run wrote is not claimed', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.move({ [home]: 0, [standby]: 1_000 }, incident.epoch);

    const { outcome } = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(outcome).toBe('moved-meanwhile');
  });

  test('a write whose answer was lost reads as unchanged the second time, and is written once', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const { write } = stage.lever;
    const lost = Object.assign(new Error('no answer'), { name: 'LeverUnavailable' });
    stage.lever.write = async (intent) => {
      await write.call(stage.lever, intent);
      stage.lever.write = write;
      throw lost;
    };
    const input = { incident, plan: planOf(), step: 0, evidenceAt: t0 };

    await expect(shift(input, stage.world, stage.failover)).rejects.toBe(lost);
    const again = await shift(input, stage.world, stage.failover);

    expect(again.outcome).toBe('unchanged');
    expect(stage.lever.written).toHaveLength(1);
    const shifts = (await stage.world.ledger.entries('orders')).filter(({ what }) => what.kind === 'shifted');
    expect(shifts).toMatchObject([{ what: { wrote: true } }]);
  });

  test('a write that could not be read back stands, whatever a later attempt did not write', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const { read, write } = stage.lever;
    const input = { incident, plan: planOf(), step: 0, evidenceAt: t0 };
    stage.lever.read = () => Promise.reject(new LeverUnavailable('no answer'));
    await expect(shift(input, stage.world, stage.failover)).rejects.toThrow('was not read back');
    stage.lever.write = () => Promise.reject(new LeverUnavailable('nothing was written', { wroteNothing: true }));
    await expect(shift(input, stage.world, stage.failover)).rejects.toThrow('nothing was written');
    Object.assign(stage.lever, { read, write });

    const { outcome } = await shift(input, stage.world, stage.failover);

    expect(outcome).toBe('unchanged');
  });

  test('other weights in the read back are an error that is tried again', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.lever.read = async () => ({ kind: 'read', routing: { epoch: null, weights: atHome } });

    const shifting = shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    await expect(shifting).rejects.toMatchObject({
      name: 'ReadBackMismatch',
      message: `wrote ${home} 0, ${standby} 1000, read ${home} 1000, ${standby} 0`,
    });
  });

  test('a rehearsal does everything but the write, even while paused', async () => {
    const stage = scene();
    const incident = await admitted(stage, { mode: 'rehearsal' });
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'wait' });

    const shifted = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(shifted).toMatchObject({
      outcome: 'rehearsed',
      because: `would write ${home} 0, ${standby} 1000 under epoch 1 where it says ${home} 1000, ${standby} 0`,
    });
    expect(stage.lever.written).toEqual([]);
  });

  test('a later step expects what the step before it wrote', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const plan = planOf(10, 100);

    const first = await shift({ incident, plan, step: 0, evidenceAt: t0 }, stage.world, stage.failover);
    const last = await shift({ incident, plan, step: 1, evidenceAt: t0 }, stage.world, stage.failover);

    expect([first.outcome, last.outcome]).toEqual(['accepted', 'accepted']);
    expect(stage.lever.routing.weights).toEqual(moved);
  });

  test('a step that the plan does not have is an error, not a guess', async () => {
    const stage = scene();
    const incident = await admitted(stage);

    const shifting = shift({ incident, plan: planOf(), step: 7, evidenceAt: t0 }, stage.world, stage.failover);

    await expect(shifting).rejects.toMatchObject({ name: 'MalformedPayload' });
  });

  test('stops where a person changed what it had written, also under its own epoch', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const plan = planOf(5, 100);
    stage.lever.move({ [home]: 500, [standby]: 500 }, incident.epoch);

    const answer = await shift({ incident, plan, step: 1, evidenceAt: t0 }, stage.world, stage.failover);

    expect(answer.outcome).toBe('moved-by-hand');
    expect(stage.lever.routing.weights).toEqual({ [home]: 500, [standby]: 500 });
  });

  test.each([0, 1])('resumed hours later, step %i writes nothing, however fresh its evidence is', async (step) => {
    const stage = scene();
    const incident = await admitted(stage);
    const plan = planOf(5, 100);
    if (step === 1) stage.lever.move(plan.steps[0]?.weights ?? {}, incident.epoch);
    const before = stage.lever.routing;
    await stage.world.clock.advance(6 * 3_600_000);
    const evidenceAt = stage.world.clock.now();

    const answer = await shift({ incident, plan, step, evidenceAt }, stage.world, stage.failover);

    expect(answer.outcome).toBe('too-late');
    expect(stage.lever.routing).toBe(before);
  });
});
