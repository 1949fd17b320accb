import { expect, test } from 'vitest';
import { nearestStarterOf } from '../../../handlers/adapters/starter.nearest.ts';
import { MemoryStarter } from '../../support/memory/starter.ts';

const input = { service: 'orders', mode: 'automatic', reason: 'red', requestedBy: 'test' } as const;
const dead = { start: () => Promise.reject(new Error('no answer')) };

test('a run is started in the first region that takes it, and in no other', async () => {
  const [second, third] = [new MemoryStarter(), new MemoryStarter()];

  expect(await nearestStarterOf([dead, second, third]).start('orders', input, 'run-1')).toBe('started');
  expect([second.started.size, third.started.size]).toEqual([1, 0]);
});

test('a name that is taken is an answer, and no reason to ask elsewhere', async () => {
  const [first, second] = [new MemoryStarter(), new MemoryStarter()];
  await first.start('orders', input, 'run-1');

  expect(await nearestStarterOf([first, second]).start('orders', input, 'run-1')).toBe('already');
  expect(second.started.size).toBe(0);
});

test('where no region takes it, each is told', async () => {
  await expect(nearestStarterOf([dead, dead]).start('orders', input, 'run-1')).rejects.toThrow(
    'no control region started run-1: Error: no answer; Error: no answer',
  );
});
