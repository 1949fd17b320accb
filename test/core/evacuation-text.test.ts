import { expect, test } from 'vitest';
import { type Evacuation, silentMs } from '../../core/evacuation.ts';
import { abortCommand, evacuationHeadline, evacuationProgressText, standingOf } from '../../core/evacuation-text.ts';
import { home, t0 } from '../support/world.ts';

const evacuation: Evacuation = {
  id: 'evacuate-1',
  direction: 'leave',
  region: home,
  by: 'ada',
  reason: 'an event',
  holder: 'arn',
  startedAt: t0,
  seenAt: t0,
  abortedBy: null,
  endedAt: null,
  left: ['a', 'b'],
  atOnce: 10,
  progress: { of: 7, stays: ['x'], turn: 1, turns: 2 },
};
const said = (change: Partial<Evacuation> = {}, now = t0) =>
  evacuationProgressText(standingOf({ ...evacuation, ...change }, now));

test('who is out, who waits, who stays, which tier, how many at a time', () => {
  expect(said()).toBe('2 of 7 are out; 4 wait; 1 stay (x); tier 1 of 2; at most 10 at a time');
  expect(evacuationHeadline(standingOf(evacuation, t0 + 61_000), t0 + 61_000)).toBe(
    `ada leads every service out of ${home}, for 1 min 1 s: an event`,
  );
});

test('on the way back those count that have left the list of who is out', () => {
  const back = { direction: 'return', progress: { of: 7, stays: [], turn: 3, turns: 4 } } as const;

  expect(said(back)).toBe('5 of 7 are back; 2 wait; turn 3 of 4; at most 10 at a time');
});

test('a record of before says who is out, and makes nothing up', () => {
  const { progress: _, atOnce: __, seenAt: ___, ...before } = evacuation;

  expect(evacuationProgressText(standingOf(before, t0 + 10 * silentMs))).toBe('2 are out');
});

test('how to stop it is said until somebody has', () => {
  expect(abortCommand(standingOf(evacuation, t0))).toBe(`understudy evacuate ${home} --abort`);
  expect(abortCommand(standingOf({ ...evacuation, direction: 'return' }, t0))).toBe(
    `understudy return ${home} --abort`,
  );
  expect(abortCommand(standingOf({ ...evacuation, abortedBy: 'bob' }, t0))).toBeNull();
  expect(said({ abortedBy: 'bob' })).toContain('bob has said stop');
});

test('that its control region is not heard of is said', () => {
  expect(said({}, t0 + silentMs)).toContain('its control region is not heard of');
});
