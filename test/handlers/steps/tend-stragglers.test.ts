import { describe, expect, test } from 'vitest';
import type { AlarmReading } from '../../../core/evidence.ts';
import type { Message } from '../../../core/messages.ts';
import { reportOf } from '../../../core/report.ts';
import { ownPerMinute } from '../../../core/stragglers.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, observers, orders, standby, t0 } from '../../support/world.ts';
import { scene } from './scene.ts';

const minute = 60_000;
const count = { namespace: 'AWS/ApiGateway', metric: 'Count', dimensions: {} };
const arrivals = { requests: count, writes: count, othersPerMinute: 0, periodMs: minute };
const counting = { regions: orders.regions.map((region) => ({ ...region, arrivals })) };
const own = ownPerMinute(orders, observers);
const alarms = (state: AlarmReading['state'] = 'OK'): AlarmReading[] =>
  observers.flatMap((observer) => [
    { observer, region: home, state, since: t0 - 60 * minute },
    { observer, region: standby, state: 'OK' as const, since: t0 - 60 * minute },
  ]);
const move = { service: 'orders', mode: 'manual', to: standby, reason: 'a game day', requestedBy: 'ada' };

/** Moved by a person at 0; then both control regions look each minute. What people got, with the minute since the move. */
async function hear(minutes: number, act: (at: number, stage: ReturnType<typeof scene>) => void) {
  const stage = scene({}, counting);
  stage.world.alarms.readings.set('orders', alarms());
  expect(await stage.run(move)).toMatchObject({ ending: 'recovered' });
  const movedAt = stage.world.clock.now();
  stage.world.arrivals.perPeriod.set(home, { requests: own.requests, writes: own.writes });
  const heard: (Message & { readonly minute: number })[] = [];
  for (let at = 0; at <= minutes; at++) {
    act(at, stage);
    const before = stage.world.chat.sent.length;
    await stage.world.clock.run(
      Promise.all([reconcile(stage.world, stage.failover), reconcile(stage.world, stage.failover)]),
    );
    // That it is protected again is another matter.
    const mine = stage.world.chat.sent.slice(before).filter(({ subject }) => !subject.includes('protected again'));
    heard.push(...mine.map((message) => ({ ...message, minute: at })));
    await stage.world.clock.advance(movedAt + (at + 1) * minute - stage.world.clock.now());
  }
  return { heard, stage };
}

const calls = (requests: number, writes: number) => (_: number, stage: ReturnType<typeof scene>) => {
  stage.world.arrivals.perPeriod.set(home, { requests: own.requests + requests, writes: own.writes + writes });
};

describe('callers who stay at the region that was left', () => {
  test('are told once, by all control regions together, and stand in the report of the move', async () => {
    const { heard, stage } = await hear(40, calls(41, 0));

    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      severity: 'info',
      audience: 'people',
      incident: 'orders#1',
      trouble: { state: 'opened', what: 'stragglers' },
    });
    expect(heard[0]?.lines[0]).toMatch(/^us-east-1 still gets 41 requests of orders a minute, 0 of them writes, \d/);
    const report = reportOf('orders#1', await stage.world.ledger.entries('orders'));
    expect(report.timeline).toContainEqual(expect.objectContaining({ kind: 'arrived', text: heard[0]?.lines[0] }));
    // The service itself is well, and no run has to look after it.
    expect(await stage.world.ledger.read('orders')).toMatchObject({ trouble: null });
    expect(stage.world.starter.started.size).toBe(0);
  });

  test('are nobody while only our own probes arrive', async () => {
    const { heard } = await hear(30, () => {});

    expect(heard).toEqual([]);
  });

  test('are told to be gone once none came for ten minutes', async () => {
    const { heard } = await hear(40, (at, stage) => calls(at < 20 ? 41 : 0, 0)(at, stage));

    expect(heard.map(({ trouble }) => trouble?.state)).toEqual(['opened', 'closed']);
    expect(heard[1]?.lines).toEqual(['us-east-1 gets no requests of orders any more.']);
    expect(new Set(heard.map(({ thread }) => thread)).size).toBe(1);
  });

  test('are not told of where the region does not answer, which keeps nobody waiting', async () => {
    const { heard, stage } = await hear(20, (at, stage) => {
      calls(41, 12)(at, stage);
      stage.world.arrivals.lost.add(home);
    });

    expect(heard).toEqual([]);
    expect(stage.world.log.warnings.some(({ message }) => message.startsWith('callers of the region'))).toBe(true);
  });
});

describe('two regions that take writes', () => {
  test('wake somebody, are told again every quarter of an hour, and once when it is over', async () => {
    const { heard } = await hear(60, (at, stage) => calls(41, at < 40 ? 12 : 0)(at, stage));

    expect(heard.map(({ trouble, severity }) => [trouble?.what, trouble?.state, severity])).toEqual([
      ['split', 'opened', 'critical'],
      ['split', 'reminded', 'critical'],
      ['split', 'reminded', 'critical'],
      ['split', 'closed', 'info'],
      // Readers are still there.
      ['stragglers', 'opened', 'info'],
    ]);
    expect(heard[0]?.subject).toMatch(/^orders is split: us-east-1 takes 12 writes a minute/);
    expect(heard[3]?.lines[0]).toBe('orders is split no more: us-east-1 takes no writes any more.');
  });

  test('are none while the region that was left answers nobody well', async () => {
    const { heard } = await hear(20, (at, stage) => {
      calls(41, 12)(at, stage);
      stage.world.alarms.readings.set('orders', alarms('ALARM'));
    });

    expect(heard.map(({ trouble }) => trouble?.what)).toEqual(['stragglers']);
  });
});

test('a region that takes long to say what it counted keeps no run from being started', async () => {
  const stage = scene({}, counting);
  await stage.run(move);
  await stage.world.clock.advance(20 * minute);
  const red = observers.map((observer) => ({ observer, region: standby, state: 'ALARM' as const, since: t0 }));
  stage.world.alarms.readings.set('orders', red);
  let answer = (_: readonly []) => {};
  const asked = new Promise<readonly []>((resolve) => {
    answer = resolve;
  });
  const slow = { ...stage.world, levers: stage.world.levers, arrivals: { count: () => asked } };
  const turn = reconcile(slow, stage.failover);
  await stage.world.clock.advance(minute);

  expect(stage.world.starter.started.size).toBe(1);
  answer([]);
  await turn;
});
