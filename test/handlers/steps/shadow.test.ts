import { describe, expect, test } from 'vitest';
import { readOnly } from '../../../handlers/adapters/read-only.ts';
import { prepare } from '../../../handlers/steps/prepare.ts';
import { rollback } from '../../../handlers/steps/rollback.ts';
import { shift } from '../../../handlers/steps/shift.ts';
import { away, home as homeWeights } from '../../contracts/lever.contract.ts';
import { MemoryLever } from '../../support/memory/lever.ts';
import { home, prepareHook, standby, t0 } from '../../support/world.ts';
import { admitted, atHome, moved, planOf } from './given.ts';
import { alarmEvent, byHand, executionNamed, scene } from './scene.ts';

const inShadow = { shadow: true, dwellMs: 0 };

describe('a service in shadow', () => {
  test('decides as it would without, and says so; nothing is written, announced, asked or prepared', async () => {
    const { world, lever, run } = scene({
      ...inShadow,
      approval: { required: true, deadlineMs: 60_000, onDeadline: 'proceed' },
    });
    world.broken.set(home, 'timeout');

    const { ending } = await run(alarmEvent());

    expect(ending).toBe('shadowed');
    expect(lever.written).toEqual([]);
    const entries = await world.ledger.entries('orders', 'orders#1');
    expect(entries.map(({ what }) => what.kind)).toEqual(['admitted', 'decided', 'concluded']);
    expect(entries[1]?.text).toContain(`would have moved orders from ${home} to ${standby}: ${home} is bad from`);
    expect(world.chat.sent.map(({ subject, severity, audience }) => [subject, severity, audience])).toEqual([
      ['orders would have moved; it is in shadow, so nothing was written', 'critical', 'people'],
    ]);
    expect(world.metrics.recorded).toEqual([{ service: 'orders', metric: 'FailoverShadowed', value: 1 }]);
  });

  test('holds for the same reasons as without', async () => {
    const { world, run } = scene({ ...inShadow });
    for (const what of [home, standby]) world.broken.set(what, 'timeout');

    expect((await run(alarmEvent())).ending).toBe('held');
  });

  test('is not moved by a person either, force or not', async () => {
    const { world, lever, run } = scene(inShadow);
    world.broken.set(home, 'timeout');

    expect((await run(byHand({ to: standby, force: true }))).ending).toBe('shadowed');
    expect(lever.written).toEqual([]);
  });

  test('is rehearsed like any other', async () => {
    expect((await scene(inShadow).run(byHand({ mode: 'rehearsal' }))).ending).toBe('rehearsed');
  });

  test('says it once a cooldown, and nobody has to acknowledge it', async () => {
    const { world, run } = scene({ ...inShadow, cooldownMs: 1_800_000 });
    world.broken.set(home, 'timeout');
    await run(alarmEvent());

    expect(await world.ledger.read('orders')).toMatchObject({ armed: true, unacknowledged: null, activeRegion: null });
    expect((await run(alarmEvent({ id: 'again' }), executionNamed('run-2'))).headline).toContain(
      '(cooldown, region-down)',
    );
    expect(world.chat.sent.at(-1)?.audience).toBe('record');
    await world.clock.advance(1_800_000);
    const time = new Date(world.clock.now()).toISOString();
    const later = alarmEvent({ id: 'later', time }, { state: { value: 'ALARM' } });
    expect((await run(later, executionNamed('run-3'))).ending).toBe('shadowed');
  });
});

describe('steps that act, where a service went into shadow after the decision', () => {
  test('Shift refuses', async () => {
    const stage = scene(inShadow);
    const incident = await admitted(stage);

    const shifted = await shift({ incident, plan: planOf(), step: 0, evidenceAt: t0 }, stage.world, stage.failover);

    expect(shifted).toMatchObject({ outcome: 'refused', because: expect.stringContaining('in shadow') });
    expect(stage.lever.written).toEqual([]);
  });

  test('Prepare calls no hook', async () => {
    const hook = { ...prepareHook, name: 'scale-up' };
    const stage = scene(inShadow, { hooks: [hook] });
    const incident = await admitted(stage);

    const prepared = await prepare(
      { incident, plan: { ...planOf(), prepare: ['scale-up'] } },
      stage.world,
      stage.failover,
    );

    expect(prepared).toMatchObject({ outcome: 'vetoed', because: expect.stringContaining('in shadow') });
    expect(stage.world.hooks.asked).toEqual([]);
  });

  test.each([
    ['rolled-back', atHome],
    ['rollback-failed', moved],
  ] as const)('Rollback writes nothing: %s where the lever says %o', async (outcome, weights) => {
    const stage = scene(inShadow);
    const incident = await admitted(stage);
    stage.lever.routing = { epoch: incident.epoch, weights };

    const undone = await rollback({ incident, plan: planOf(), step: 0, because: 'x' }, stage.world, stage.failover);

    expect(undone.outcome).toBe(outcome);
    expect(stage.lever.written).toEqual([]);
  });

  test('the lever itself can only be read', async () => {
    const lever = new MemoryLever(homeWeights);
    const bound = readOnly(lever, 'in shadow');

    expect(await bound.write(away(7))).toEqual({ kind: 'refused', because: 'in shadow' });
    expect(await bound.read()).toEqual(await lever.read());
    expect(lever.written).toEqual([]);
  });
});
