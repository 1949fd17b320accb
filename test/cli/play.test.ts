import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { clock, frame, hasRoom, type TrafficGlance } from '../../cli/play/frame.ts';
import { nextScene, openingScene, type Scene } from '../../cli/play/scene.ts';
import type { WorldEvent } from '../../sandbox/world-event.ts';

const opening = openingScene(
  {
    service: 'orders',
    canaries: { 'understudy-orders-us-east-1': 'us-east-1', 'understudy-orders-us-west-2': 'us-west-2' },
    observers: ['us-east-2', 'ca-central-1'],
  },
  { 'us-east-1': 1000, 'us-west-2': 0 },
  0,
);
const sceneAfter = (...events: WorldEvent[]): Scene => events.reduce(nextScene, opening);
const traffic: TrafficGlance = {
  perSecond: 40,
  requests: 400,
  lost: 3,
  strip: ['us-east-1', 'lost', 'us-west-2', null],
};
const plain = { width: 100, height: 30, now: 7_300, tempo: 20, color: false };

describe('the scene', () => {
  test('shows a canary only when it says something new', () => {
    const failing = {
      kind: 'canary',
      at: 1,
      observer: 'us-east-2',
      canary: 'understudy-orders-us-east-1',
      passed: false,
      detail: 'refused',
    } as const;
    expect(sceneAfter(failing, { ...failing, at: 2 }).lines).toHaveLength(1);
    expect(sceneAfter({ ...failing, passed: true }).lines).toHaveLength(0);
  });

  test('follows the execution that got past admission, not the ones that the ledger refused', () => {
    const state = (execution: string, name: string, phase: 'entered' | 'exited' = 'entered') =>
      ({
        kind: 'state',
        at: 1,
        region: 'us-west-2',
        execution,
        service: execution === 'c' ? 'payments' : 'orders',
        state: name,
        phase,
      }) as const;
    const scene = sceneAfter(
      state('a', 'Admit'),
      state('c', 'Assess'),
      state('b', 'Admit'),
      state('b', 'Assess'),
      state('a', 'Conclude'),
      state('b', 'Assess', 'exited'),
      state('b', 'Decide'),
    );

    expect(scene.execution).toBe('b');
    expect(scene.steps).toEqual([
      { state: 'Admit', done: true },
      { state: 'Assess', done: true },
      { state: 'Decide', done: false },
    ]);
  });

  test('leaves other services out', () => {
    expect(
      sceneAfter({ kind: 'weights', at: 1, service: 'payments', weights: { 'us-west-2': 1 }, epoch: 1 }).weights,
    ).toEqual(opening.weights);
  });
});

describe('the picture', () => {
  test('says who serves, what is wrong and what callers get', () => {
    const scene = sceneAfter(
      { kind: 'fault', at: 1, region: 'us-east-1', fault: 'dark' },
      { kind: 'weights', at: 2, service: 'orders', weights: { 'us-east-1': 0, 'us-west-2': 1000 }, epoch: 1 },
    );
    const picture = frame(scene, traffic, plain).join('\n');

    expect(picture).toMatch(/us-east-1 +░{20} +0 % .*● dark/);
    expect(picture).toMatch(/us-west-2 +█{20} 100 % .*● well/);
    expect(picture).toContain('400 so far, 3 lost');
    expect(picture).toContain('▇×▃');
  });

  test('never is taller than the screen', () => {
    const many = Array.from(
      { length: 200 },
      (_, at): WorldEvent => ({ kind: 'notification', at, channel: 'sns', subject: `message ${at}` }),
    );
    expect(frame(sceneAfter(...many), traffic, { ...plain, height: 20 }).length).toBeLessThanOrEqual(20);
  });

  test('never has a line that wraps, with or without colours', () => {
    const long = sceneAfter({ kind: 'fault', at: 1, region: 'us-east-1', fault: 'x'.repeat(300) });
    for (const color of [true, false]) {
      const seen = frame(long, traffic, { ...plain, width: 60, color }).map(stripVTControlCharacters);
      expect(Math.max(...seen.map((line) => line.length))).toBeLessThanOrEqual(60);
    }
  });

  test.each([
    [60, 14],
    [80, 23],
    [200, 49],
  ])('says all that matters on %i columns and %i rows', (width, height) => {
    const step = (state: string, phase: 'entered' | 'exited') =>
      ({ kind: 'state', at: 1, region: 'us-west-2', execution: 'a', service: 'orders', state, phase }) as const;
    const steps = ['Assess', 'Decide', 'Announce', 'Prepare', 'Shift'].flatMap((state) => [
      step(state, 'entered'),
      step(state, 'exited'),
    ]);
    const scene = sceneAfter(
      { kind: 'fault', at: 1, region: 'us-east-1', fault: 'wrong-region' },
      ...steps,
      step('Verify', 'entered'),
    );
    const busy = { ...traffic, strip: Array.from({ length: 100 }, () => 'us-west-2') };

    const watched = { ...scene, observers: ['us-east-2', 'us-west-2', 'ca-central-1'] };
    const lines = frame(watched, busy, { ...plain, width, height });

    expect(hasRoom(scene, { width, height })).toBe(true);
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines.join('\n')).toMatch(/us-east-1 .*● wrong-region$/m);
    expect(lines.join('\n')).toMatch(/▃▃▃▃▃ +▇ us-east-1 {2}▃ us-west-2 {2}× lost$/m);
    expect(lines.join('\n')).toMatch(/state machine .*Verify …$/m);
  });

  test('is not drawn where it would not fit', () => {
    expect(hasRoom(opening, { width: 59, height: 30 })).toBe(false);
    expect(hasRoom(opening, { width: 80, height: 12 })).toBe(false);
  });

  test('has no escape codes where colours are not wanted', () => {
    expect(
      frame(sceneAfter({ kind: 'fault', at: 1, region: 'us-east-1', fault: 'dark' }), traffic, plain).join(''),
    ).not.toContain('\x1b');
  });
});

test('clocks count minutes, seconds and tenths', () => {
  expect([clock(0), clock(7_340), clock(83_000)]).toEqual(['00:00.0', '00:07.3', '01:23.0']);
});
