import { describe, expect, test } from 'vitest';
import type { HookMoment } from '../../../core/hook.ts';
import type { Incident } from '../../../core/incident.ts';
import type { Hook } from '../../../core/service.ts';
import { prepare } from '../../../handlers/steps/prepare.ts';
import { type SettleInput, settle } from '../../../handlers/steps/settle.ts';
import { home, prepareHook, standby } from '../../support/world.ts';
import { admitted, planOf, takenOver } from './given.ts';
import { type Scene, scene } from './scene.ts';

const hook = (name: string, when: readonly HookMoment[], change: Partial<Hook> = {}): Hook => ({
  ...prepareHook,
  name,
  when,
  timeoutMs: 5_000,
  ...change,
});

const inputOf = (incident: Incident, change: Partial<SettleInput> = {}): SettleInput => ({
  incident,
  verdict: { kind: 'move', plan: planOf() } as never,
  ending: 'recovered',
  shifted: 'accepted',
  isNews: true,
  ...change,
});

const settled = (stage: Scene, incident: Incident, change: Partial<SettleInput> = {}) =>
  stage.world.clock.run(settle(inputOf(incident, change), stage.world, stage.failover));

const asked = (stage: Scene) => stage.world.hooks.asked.map(({ question }) => [question.hook, question.when]);
const told = (stage: Scene) => stage.world.chat.sent;

describe('settle', () => {
  test('a hook that takes back what was prepared hears that the target serves a share', async () => {
    const stage = scene({}, { hooks: [hook('size', ['prepare', 'undo'])] });
    const incident = await admitted(stage);
    const shared = { epoch: null, weights: { [home]: 500, [standby]: 500 } };
    await prepare({ incident, plan: { ...planOf(), prior: shared, prepare: ['size'] } }, stage.world, stage.failover);

    // The last look held: what was known of the way stands in the record alone.
    await settled(stage, incident, { verdict: null, ending: 'held', shifted: null });

    expect(stage.world.hooks.asked.map(({ question }) => [question.when, question.keepsShare])).toEqual([
      ['prepare', undefined],
      ['undo', true],
    ]);
  });

  test('asks as a drill where a detection drill has led the run to its move', async () => {
    const stage = scene({}, { hooks: [hook('queues', ['after'])] });
    const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
    const detects = { id: 'detection@now', startedAt: 0, until: 600_000, by: 'ada', reason: 'practice' };

    await settled(stage, incident, { verdict: { kind: 'move', plan: { ...planOf(), detects } } as never });

    expect(stage.world.hooks.asked.map(({ question }) => question.mode)).toEqual(['drill']);
  });

  test('calls those after a move in order, and tells nobody where all is well', async () => {
    const stage = scene(
      {},
      { hooks: [hook('queues', ['after']), hook('workers', ['after']), hook('size', ['return'])] },
    );
    const incident = await admitted(stage);

    expect(await settled(stage, incident)).toEqual({ outcome: 'settled', because: 'queues, workers called' });

    expect(stage.world.hooks.asked[0]?.question).toEqual({
      service: 'orders',
      hook: 'queues',
      when: 'after',
      incident: 'orders#1',
      epoch: 1,
      token: 'orders#1',
      from: home,
      to: standby,
      mode: 'manual',
      ending: 'recovered',
    });
    expect(asked(stage)).toEqual([
      ['queues', 'after'],
      ['workers', 'after'],
    ]);
    expect(told(stage)).toEqual([]);
    const entry = (await stage.world.ledger.entries('orders', 'orders#1')).at(-1);
    expect(entry?.text).toBe(`hooks (after) from ${home} to ${standby}: queues: ok: fine; workers: ok: fine`);
  });

  test.each([
    ['veto', { kind: 'veto', detail: 'not today' } as const, 'veto: not today'],
    ['failure', { kind: 'failed', because: 'threw' } as const, 'failed: threw'],
  ])('a %s after the move is told, spares those behind it, and writes nothing', async (_, answer, text) => {
    const stage = scene({}, { hooks: [hook('queues', ['after']), hook('workers', ['after'])] });
    const incident = await admitted(stage);
    stage.world.hooks.answer = async () => answer;

    expect(await settled(stage, incident)).toMatchObject({ outcome: 'failed' });

    expect(asked(stage)).toEqual([['queues', 'after']]);
    expect(told(stage)).toHaveLength(1);
    expect(told(stage)[0]).toMatchObject({ severity: 'critical', incident: 'orders#1', kind: 'notice' });
    expect(told(stage)[0]?.lines).toEqual([
      'orders: queues, workers failed after the move.',
      `queues: ${text}.`,
      'workers: not called: queues failed, and comes before it.',
      `Traffic stays where orders#1 left it (recovered, from ${home} to ${standby}): after that no hook moves anything.`,
      'Do by hand what these hooks should have done; what was asked and answered: understudy explain orders#1',
    ]);
    expect(stage.lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
  });

  test('one whose failure is of no weight wakes nobody, and those behind it are called', async () => {
    const stage = scene(
      {},
      { hooks: [hook('queues', ['after'], { onFailure: 'continue' }), hook('workers', ['after'])] },
    );
    const incident = await admitted(stage);
    stage.world.hooks.answer = async ({ name }) =>
      name === 'queues' ? new Promise(() => {}) : { kind: 'ok', detail: '' };

    await settled(stage, incident);

    expect(asked(stage).map(([name]) => name)).toEqual(['queues', 'workers']);
    expect(told(stage).map(({ severity }) => severity)).toEqual(['info']);
  });

  test('takes back what was prepared, the last first, whatever one of them answers', async () => {
    const both = ['prepare', 'undo'] as const;
    const stage = scene({}, { hooks: [hook('size', both), hook('promote', both), hook('warm', both)] });
    const incident = await admitted(stage);
    const plan = { ...planOf(), prepare: ['size', 'promote', 'warm'] };
    stage.world.hooks.answer = async ({ name }) =>
      name === 'warm' ? { kind: 'veto', detail: 'no' } : { kind: 'ok', detail: '' };
    await stage.world.clock.run(prepare({ incident, plan }, stage.world, stage.failover));
    stage.world.hooks.asked.length = 0;
    stage.world.hooks.answer = async () => ({ kind: 'failed', because: 'threw' });

    await settled(stage, incident, { ending: 'vetoed', shifted: null });

    expect(asked(stage)).toEqual([
      ['promote', 'undo'],
      ['size', 'undo'],
    ]);
    expect(told(stage)[0]?.lines[0]).toBe('orders: promote, size failed to undo what was prepared.');
  });

  test('a second attempt calls nothing that the first one has on record', async () => {
    const stage = scene({}, { hooks: [hook('workers', ['after'])] });
    const incident = await admitted(stage);
    await settled(stage, incident);
    await settled(stage, incident);

    expect(asked(stage)).toEqual([['workers', 'after']]);
  });

  test('whoever has the service now has the word: nothing is called, and people hear of that', async () => {
    const stage = scene({}, { hooks: [hook('workers', ['after'])] });
    const incident = await admitted(stage);
    await takenOver(stage);

    await settled(stage, incident);

    expect(asked(stage)).toEqual([]);
    expect(told(stage)[0]?.lines[1]).toBe('workers: not called: another run is at the service.');
  });

  test('people hear of what could not be undone as often as of the runs: where a run was no news, this is none', async () => {
    const stage = scene({}, { hooks: [hook('size', ['undo'])] });
    const incident = await admitted(stage);
    stage.world.hooks.answer = async () => ({ kind: 'failed', because: 'threw' });

    await settled(stage, incident, { ending: 'rolled-back', isNews: false });

    expect(told(stage).map(({ audience, severity }) => [audience, severity])).toEqual([['record', 'info']]);
  });

  test('a rehearsal asks what is safe in one, says what a move would call, and tells nobody', async () => {
    const stage = scene(
      {},
      { hooks: [hook('workers', ['after']), hook('size', ['prepare', 'undo'], { safeInRehearsal: true })] },
    );
    const incident = await admitted(stage, { mode: 'rehearsal' });

    await settled(stage, incident, { ending: 'rehearsed', shifted: 'rehearsed' });

    expect(asked(stage)).toEqual([['size', 'undo']]);
    expect(told(stage)).toEqual([]);
    const texts = (await stage.world.ledger.entries('orders', 'orders#1')).map(({ text }) => text);
    expect(texts.slice(-2)).toEqual([
      `hooks (after) from ${home} to ${standby}: workers: not called: it does not say that it is safe in a rehearsal; a move would call it (after)`,
      `hooks (undo) from ${home} to ${standby}: size: ok: fine`,
    ]);
  });
});
