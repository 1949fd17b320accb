import { describe, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import type { Move } from '../../../core/verdict.ts';
import { announce } from '../../../handlers/steps/announce.ts';
import { approve } from '../../../handlers/steps/approve.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { admitted, planOf, takenOver } from './given.ts';
import { executionNamed, scene } from './scene.ts';

const approval = { required: true, deadlineMs: 3_600_000, onDeadline: 'abort' } as const;
const move: Move = {
  kind: 'move',
  diagnosis: 'region-down',
  plan: planOf(),
  because: `${home} is bad`,
  approval: null,
};
const execution = executionNamed('run-1');

describe('announce', () => {
  test('tells every channel at once, and the record what came of it', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.world.mail.obstacle = () => Promise.reject(new Error('full'));

    const { deliveries } = await stage.world.clock.run(
      announce({ incident, verdict: move, approval: null, execution }, stage.world, stage.failover),
    );

    expect(deliveries).toEqual([
      { channel: 'chat', delivered: true, attempts: 1, because: null },
      { channel: 'mail', delivered: false, attempts: 2, because: 'Error: full' },
    ]);
    const entry = (await stage.world.ledger.entries('orders')).at(-1);
    expect(entry).toMatchObject({
      text: `Moving orders from ${home} to ${standby}`,
      what: { kind: 'announced', deliveries },
    });
  });

  test('tells the same way once', async () => {
    const stage = scene();
    const incident = await admitted(stage);

    const first = await announce({ incident, verdict: move, approval: null, execution }, stage.world, stage.failover);
    const again = await announce({ incident, verdict: move, approval: null, execution }, stage.world, stage.failover);

    expect(again).toEqual(first);
    expect(stage.world.chat.sent).toHaveLength(1);
  });

  test('says in the thread of the trouble that a person is at it', async () => {
    const stage = scene();
    const incident = { ...(await admitted(stage)), mode: 'manual', requestedBy: 'ana' } as const;
    const rules = stage.failover.notify;
    const attempt = { kind: 'attempt', region: home } as const;
    const heard = { kind: 'sighted', incident: 'orders#0', sight: attempt, rules, at: t0, isTold: true } as const;
    await stage.world.ledger.change('orders', heard);

    await announce({ incident, verdict: move, approval: null, execution }, stage.world, stage.failover);

    expect(stage.world.chat.sent.at(-1)).toMatchObject({
      person: 'ana',
      thread: 'orders#0',
      trouble: { id: 'orders#0', state: 'reminded', what: 'moving' },
    });
  });

  test('is no news to people who know that the move comes to nothing', async () => {
    const stage = scene();
    const incident = { ...(await admitted(stage)), mode: 'automatic', from: home } as const;
    const rules = stage.failover.notify;
    const attempt = { kind: 'attempt', region: home } as const;
    const heard = { kind: 'sighted', incident: 'orders#0', sight: attempt, rules, at: t0, isTold: true } as const;
    await stage.world.ledger.change('orders', heard);

    await announce({ incident, verdict: move, approval: null, execution }, stage.world, stage.failover);

    expect(stage.world.chat.sent).toMatchObject([{ audience: 'record', severity: 'info' }]);
  });

  test('tells people though the ledger is away', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.world.ledger.find = () => Promise.reject(new Error('away'));
    stage.world.ledger.append = () => Promise.reject(new Error('away'));

    const { deliveries } = await announce(
      { incident, verdict: move, approval: null, execution },
      stage.world,
      stage.failover,
    );

    expect(deliveries.every(({ delivered }) => delivered)).toBe(true);
    expect(stage.world.log.warnings).toHaveLength(2);
  });
});

describe('approve', () => {
  const verdict: Move = { ...move, approval };

  test('keeps the token in the ledger and out of everything that people are sent', async () => {
    const stage = scene();
    const incident = await admitted(stage);

    await approve({ incident, verdict, taskToken: 'very-secret' }, stage.world, stage.failover);

    expect(await stage.world.ledger.pendingApproval('orders', 'orders#1')).toEqual({
      service: 'orders',
      incident: 'orders#1',
      taskToken: 'very-secret',
      deadline: t0 + 3_600_000,
    });
    const told = JSON.stringify([stage.world.chat.sent, await stage.world.ledger.entries('orders')]);
    expect(told).toContain('understudy approve orders#1');
    expect(told).not.toContain('very-secret');
  });

  test('keeps the lease until after the deadline', async () => {
    const stage = scene({ leaseMs: 10_000 });
    const incident = await admitted(stage);

    await approve({ incident, verdict, taskToken: 'token' }, stage.world, stage.failover);

    expect((await stage.world.ledger.read('orders')).lease?.expiresAt).toBe(t0 + 3_610_000);
  });

  test('a retry has a newer token, and that one is kept', async () => {
    const stage = scene();
    const incident = await admitted(stage);

    await approve({ incident, verdict, taskToken: 'first' }, stage.world, stage.failover);
    await approve({ incident, verdict, taskToken: 'second' }, stage.world, stage.failover);

    expect(await stage.world.ledger.pendingApproval('orders', 'orders#1')).toMatchObject({ taskToken: 'second' });
  });

  test('a question that people got is not asked again because the record is away', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    stage.world.ledger.append = () => Promise.reject(new Error('away'));

    const { deliveries } = await approve({ incident, verdict, taskToken: 'token' }, stage.world, stage.failover);

    expect(deliveries.every(({ delivered }) => delivered)).toBe(true);
    expect(stage.world.log.warnings).toHaveLength(1);
  });

  test('a second question, about another way, has an entry of its own', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const other: Move = { ...verdict, plan: { ...planOf(), to: region('eu-west-1') } };

    await approve({ incident, verdict, taskToken: 'first' }, stage.world, stage.failover);
    await approve({ incident, verdict: other, taskToken: 'second' }, stage.world, stage.failover);

    const asked = (await stage.world.ledger.entries('orders')).filter(({ what }) => what.kind === 'announced');
    expect(asked.map(({ text }) => text)).toEqual([
      `Approve moving orders from ${home} to ${standby}?`,
      `Approve moving orders from ${home} to eu-west-1?`,
    ]);
  });

  test('asks nobody after a newer run took over', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    await takenOver(stage);

    const asking = approve({ incident, verdict, taskToken: 'token' }, stage.world, stage.failover);

    await expect(asking).rejects.toMatchObject({ name: 'Fenced' });
    expect(stage.world.chat.sent).toEqual([]);
  });
});
