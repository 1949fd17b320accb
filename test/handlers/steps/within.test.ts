import { expect, test } from 'vitest';
import { within } from '../../../handlers/steps/within.ts';
import { ManualClock } from '../../support/memory/clock.ts';

test('answers with what the work gives, in time', async () => {
  const { wait } = new ManualClock(0);

  expect(await within(10, 'the work', wait, async () => 7)).toBe(7);
});

test('leaves no timer behind', async () => {
  const clock = new ManualClock(0);
  await within(10, 'the work', clock.wait, async () => 7);

  await expect(clock.run(new Promise(() => {}))).rejects.toThrow('no timer brings');
});

test('waits no longer than it was given', async () => {
  const clock = new ManualClock(0);

  const overdue = expect(within(10, 'the work', clock.wait, () => new Promise(() => {}))).rejects.toMatchObject({
    name: 'Overdue',
    message: 'the work did not answer within 10 ms',
  });
  await clock.advance(10);

  await overdue;
});

test('leaves no rejection behind where the work throws before it begins', async () => {
  const { wait } = new ManualClock(0);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);

  const work = () => {
    throw new Error('no such lever');
  };
  await expect(within(10, 'the work', wait, work)).rejects.toThrow('no such lever');
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);

  expect(unhandled).toEqual([]);
});
