import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { latenessLines, measureLateness } from '../../cli/play/lateness.ts';

test('a machine that is kept from its timers is late', async () => {
  const lateness = measureLateness();
  await delay(50);
  const busyUntil = performance.now() + 400;
  while (performance.now() < busyUntil);
  await delay(50);

  expect(lateness.ms()).toBeGreaterThan(300);
});

test('of a play that failed on a machine that did not keep up the reader hears why, and what to do', () => {
  expect(latenessLines(2_000, 20)).toEqual([
    'This machine did not keep up: its timers came 2000 ms late, 40 s at the pace of AWS. It is busy, or too small for tempo 20.',
    'Let it do nothing else, or play more slowly: npm start -- --tempo 5',
    '',
  ]);
  expect(latenessLines(20, 20)).toEqual([]);
  expect(latenessLines(2_000, 1)).toHaveLength(2);
});
