import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import { Cancellation } from '../../../handlers/cancellation.ts';
import { ManualClock } from '../../support/memory/clock.ts';
import { MemoryLedger } from '../../support/memory/ledger.ts';
import { MemoryLever, switched } from '../../support/memory/lever.ts';
import { home, orders, standby, t0 } from '../../support/world.ts';
import { atHome, moved } from '../steps/given.ts';

describe('the manual clock', () => {
  test('fires timers in their order, each at its time', async () => {
    const clock = new ManualClock(0);
    const fired: [string, number][] = [];
    const note = (name: string, ms: number) => clock.wait(ms).then(() => fired.push([name, clock.now()]));
    void note('late', 20);
    void note('early', 10).then(() => note('nested', 5));

    await clock.advance(100);

    expect(fired).toEqual([
      ['early', 10],
      ['nested', 15],
      ['late', 20],
    ]);
    expect(clock.now()).toBe(100);
  });

  test('carries work through without passing more time than it waits for', async () => {
    const clock = new ManualClock(0);

    await clock.run(clock.wait(1_000));

    expect(clock.now()).toBe(1_000);
  });

  test('says so when work waits for nothing that will come', async () => {
    await expect(new ManualClock(0).run(new Promise(() => {}))).rejects.toThrow('no timer brings');
  });

  test('forgets a wait that was cancelled', async () => {
    const clock = new ManualClock(0);
    const enough = new Cancellation();
    void clock.wait(1_000, enough);
    enough.cancel();

    await expect(clock.run(clock.wait(10))).resolves.toBeUndefined();
    expect(clock.now()).toBe(10);
  });
});

describe('the ledger in memory', () => {
  const acquire = (holder: string) =>
    ({ kind: 'acquire', holder, mode: 'manual', force: false, policy: orders.policy }) as const;

  test('of two that come at once, one is admitted and the other sees it', async () => {
    const clock = new ManualClock(t0);
    const ledger = new MemoryLedger(clock, () => new Promise((resolve) => setImmediate(resolve)));

    const outcomes = await Promise.all([ledger.change('orders', acquire('a')), ledger.change('orders', acquire('b'))]);

    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'refused']);
    expect((await ledger.read('orders')).epoch).toBe(1);
  });

  test('keeps the first entry of an id', async () => {
    const ledger = new MemoryLedger(new ManualClock(t0));
    const entry = {
      id: 'x',
      service: 'orders',
      incident: null,
      at: t0,
      text: 'first',
      what: { kind: 'refused', request: null, reason: 'noise' },
    } as const;

    await ledger.append(entry);
    await ledger.append({ ...entry, text: 'second', at: t0 + 1 });

    expect(await ledger.find('orders', null, 'x')).toMatchObject({ text: 'first', at: t0 });
    expect(await ledger.entries('orders')).toHaveLength(1);
  });
});

describe('the lever in memory', () => {
  const intent = { epoch: epoch(3), weights: moved, expected: atHome };

  test('never lowers the epoch', async () => {
    const lever = new MemoryLever(atHome);
    lever.move(atHome, epoch(4));

    expect(await lever.write(intent)).toEqual({ kind: 'fenced', epoch: 4 });
    expect(lever.routing.epoch).toBe(4);
  });

  test('writes only over what was expected, and the same intent once', async () => {
    const lever = new MemoryLever(atHome);

    expect((await lever.write(intent)).kind).toBe('accepted');
    expect((await lever.write(intent)).kind).toBe('unchanged');
    expect((await lever.write({ ...intent, weights: { [home]: 1, [standby]: 1 } })).kind).toBe('moved-meanwhile');
    expect(lever.written).toHaveLength(1);
  });

  test('without epochs knows only what it says now', async () => {
    const lever = new MemoryLever(atHome, switched);

    expect((await lever.write(intent)).kind).toBe('accepted');
    expect(lever.routing).toEqual({ epoch: null, weights: moved });
  });
});
