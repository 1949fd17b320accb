import { describe, expect, test } from 'vitest';
import type { Hook } from '../../../core/service.ts';
import { prepare } from '../../../handlers/steps/prepare.ts';
import { home, standby } from '../../support/world.ts';
import { admitted, planOf, takenOver } from './given.ts';
import { scene } from './scene.ts';

const hook = (name: string, change: Partial<Hook> = {}): Hook => ({
  name,
  when: ['prepare'],
  functionArn: `arn:aws:lambda:us-west-2:123456789012:function:${name}`,
  timeoutMs: 5_000,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
  ...change,
});

const spared = 'not called: it does not say that it is safe in a rehearsal; a move would call it (prepare)';

const withHooks = (...hooks: Hook[]) => ({
  stage: scene({}, { hooks }),
  plan: { ...planOf(), prepare: hooks.map(({ name }) => name) },
});

describe('prepare', () => {
  test('calls the hooks one after the other, in the order of the configuration', async () => {
    const { stage, plan } = withHooks(hook('scale-up'), hook('promote'));
    const incident = await admitted(stage);
    const events: string[] = [];
    stage.world.hooks.answer = async ({ name }) => {
      events.push(`${name} begins`);
      await stage.world.wait(1_000);
      events.push(`${name} ends`);
      return { kind: 'ok', detail: 'done' };
    };

    const prepared = await stage.world.clock.run(prepare({ incident, plan }, stage.world, stage.failover));

    expect(events).toEqual(['scale-up begins', 'scale-up ends', 'promote begins', 'promote ends']);
    expect(prepared).toEqual({
      outcome: 'ready',
      because: 'scale-up: ok: done; promote: ok: done',
      answers: [
        { hook: 'scale-up', did: 'ok', answer: 'ok: done' },
        { hook: 'promote', did: 'ok', answer: 'ok: done' },
      ],
    });
  });

  test('a run that a detection drill has led to a move asks as a drill, and not for an outage', async () => {
    const { stage, plan } = withHooks(hook('promote'));
    const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
    const detects = { id: 'detection@now', startedAt: 0, until: 600_000, by: 'ada', reason: 'practice' };

    await prepare({ incident, plan: { ...plan, flees: false, detects } }, stage.world, stage.failover);

    expect(stage.world.hooks.asked.map(({ question }) => question)).toMatchObject([{ mode: 'drill', flees: false }]);
  });

  test('a veto ends it, and the hooks after it are not called', async () => {
    const { stage, plan } = withHooks(hook('scale-up'), hook('promote'));
    const incident = await admitted(stage);
    stage.world.hooks.answer = async () => ({ kind: 'veto', detail: 'no capacity' });

    const prepared = await prepare({ incident, plan }, stage.world, stage.failover);

    expect(prepared).toMatchObject({ outcome: 'vetoed', because: 'scale-up: no capacity' });
    expect(stage.world.hooks.asked.map(({ hook }) => hook)).toEqual(['scale-up']);
  });

  test.each([
    ['abort', 'vetoed', 1],
    ['continue', 'ready', 2],
  ] as const)(
    'a hook that does not answer in time counts as its policy says: %s',
    async (onFailure, outcome, calls) => {
      const { stage, plan } = withHooks(hook('scale-up', { onFailure }), hook('promote'));
      const incident = await admitted(stage);
      stage.world.hooks.answer = ({ name }) =>
        name === 'scale-up' ? new Promise(() => {}) : Promise.resolve({ kind: 'ok', detail: '' });

      const prepared = await stage.world.clock.run(prepare({ incident, plan }, stage.world, stage.failover));

      expect(prepared.outcome).toBe(outcome);
      expect(prepared.answers[0]?.answer).toBe('failed: Overdue: scale-up did not answer within 5000 ms');
      expect(stage.world.hooks.asked).toHaveLength(calls);
    },
  );

  test.each([
    [2, 'ready', 3],
    [1, 'vetoed', 2],
  ] as const)('a hook that fails twice and has %d retries: %s', async (retries, outcome, calls) => {
    const { stage, plan } = withHooks(hook('scale-up', { retries }));
    const incident = await admitted(stage);
    let failures = 0;
    stage.world.hooks.answer = async () =>
      ++failures <= 2 ? { kind: 'failed', because: 'throttled' } : { kind: 'ok', detail: 'done' };

    const prepared = await stage.world.clock.run(prepare({ incident, plan }, stage.world, stage.failover));

    expect(prepared.outcome).toBe(outcome);
    expect(stage.world.hooks.asked).toHaveLength(calls);
    expect(new Set(stage.world.hooks.asked.map(({ question }) => question.token))).toEqual(new Set(['orders#1']));
  });

  test('a hook that may still be at work is not called again, whatever retries it has', async () => {
    const { stage, plan } = withHooks(hook('promote', { retries: 3 }));
    const incident = await admitted(stage);
    stage.world.hooks.answer = () => new Promise(() => {});

    const prepared = await stage.world.clock.run(prepare({ incident, plan }, stage.world, stage.failover));

    expect(prepared.outcome).toBe('vetoed');
    expect(stage.world.hooks.asked).toHaveLength(1);
  });

  test('whoever looks meanwhile sees which hook the move waits for', async () => {
    const { stage, plan } = withHooks(hook('promote'));
    const incident = await admitted(stage);
    let seen: readonly string[] = [];
    stage.world.hooks.answer = async () => {
      seen = (await stage.world.ledger.entries('orders', incident.id)).map(({ text }) => text);
      return { kind: 'ok', detail: '' };
    };

    await prepare({ incident, plan }, stage.world, stage.failover);

    expect(seen.at(-1)).toBe(`the move from ${home} to ${standby} waits for the hook promote, 5 s at most`);
  });

  test('a rehearsal calls a hook that says it is safe, tells it what it is, and no other', async () => {
    const { stage, plan } = withHooks(hook('promote'), hook('scale-up', { safeInRehearsal: true }));
    const incident = await admitted(stage, { mode: 'rehearsal' });

    expect(await prepare({ incident, plan }, stage.world, stage.failover)).toEqual({
      outcome: 'ready',
      because: `promote: ${spared}; scale-up: ok: fine`,
      answers: [
        { hook: 'promote', did: 'spared', answer: spared },
        { hook: 'scale-up', did: 'ok', answer: 'ok: fine' },
      ],
    });

    const question = {
      service: 'orders',
      hook: 'scale-up',
      when: 'prepare',
      incident: 'orders#1',
      epoch: 1,
      token: 'orders#1',
      from: home,
      to: standby,
      mode: 'rehearsal',
    };
    expect(stage.world.hooks.asked).toEqual([{ hook: 'scale-up', question }]);
  });

  test('a pause keeps hooks from being called', async () => {
    const { stage, plan } = withHooks(hook('scale-up'));
    const incident = await admitted(stage);
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'wait' });

    const prepared = await prepare({ incident, plan }, stage.world, stage.failover);

    expect(prepared).toMatchObject({
      outcome: 'vetoed',
      because: expect.stringMatching(/^Ada paused orders until .*: wait$/),
    });
    expect(stage.world.hooks.asked).toEqual([]);
  });

  test('prepares nothing for a run that was overtaken', async () => {
    const { stage, plan } = withHooks(hook('scale-up'));
    const incident = await admitted(stage);
    await takenOver(stage);

    await expect(prepare({ incident, plan }, stage.world, stage.failover)).rejects.toMatchObject({ name: 'Fenced' });
    expect(stage.world.hooks.asked).toEqual([]);
  });
});
