import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { epoch, region } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { type Serving, type ServingOptions, watchServing } from '../../origin/serving.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const [home, standby] = [region('us-east-1'), region('us-west-2')];
const says = (weights: Record<string, number>): RoutingReading => ({
  kind: 'read',
  routing: { epoch: epoch(1), weights, updatedAt: null } as Extract<RoutingReading, { kind: 'read' }>['routing'],
});
const here = says({ [home]: 1000, [standby]: 0 });
const away = says({ [home]: 0, [standby]: 1000 });
const unreadable: RoutingReading = { kind: 'unreadable', because: 'nobody answers' };

/** An application in the home region, and a lever that says what it is told to. */
function application(first: RoutingReading | Error, options: Partial<ServingOptions> = {}) {
  let saying = first;
  const read = async () => {
    if (saying instanceof Error) throw saying;
    return saying;
  };
  const serving: Serving = watchServing({ region: home, read, everyMs: 1_000, staleMs: 60_000, ...options });
  return {
    serving,
    say(next: RoutingReading | Error) {
      saying = next;
    },
    pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
  };
}

test('a region serves until two looks in a row say otherwise, and again with the first that says so', async () => {
  const { serving, say, pass } = application(here);
  await pass(2_500);
  expect(serving.isServing()).toBe(true);

  say(away);
  await pass(1_000);
  expect(serving.isServing()).toBe(true);
  await pass(1_000);
  expect(serving.isServing()).toBe(false);
  await pass(30_000);
  expect(serving.leftForMs()).toBe(30_500);

  say(here);
  await pass(1_000);
  expect(serving.isServing()).toBe(true);
});

test('a standby does not serve, and a share is enough to serve', async () => {
  const { serving, say, pass } = application(here, { region: standby });
  await pass(2_000);
  expect(serving.isServing()).toBe(false);

  say(says({ [home]: 999, [standby]: 1 }));
  await pass(1_000);
  expect(serving.isServing()).toBe(true);
});

describe('what cannot be read', () => {
  test.each<[string, RoutingReading | Error]>([
    ['an unreadable lever', unreadable],
    ['an error', new Error('no network')],
    ['a lever that names other regions', says({ 'eu-west-1': 1000 })],
  ])('changes nothing: %s', async (_what, nothing) => {
    const known = application(away);
    await known.pass(2_000);
    const unknown = application(nothing);
    await unknown.pass(2_000);

    known.say(nothing);
    await known.pass(10_000);

    expect(known.serving.isServing()).toBe(false);
    expect(unknown.serving.isServing()).toBe(true);
  });

  test('for long is no reason to go on refusing: nobody else may be left', async () => {
    const { serving, say, pass } = application(away);
    await pass(2_000);
    say(unreadable);

    await pass(58_000);
    expect(serving.isServing()).toBe(false);
    await pass(4_000);
    expect(serving.isServing()).toBe(true);
  });
});

test('nothing is asked any more once it is closed', async () => {
  const read = vi.fn(async () => here);
  const { serving, pass } = application(here, { read });
  await pass(3_000);
  serving.close();
  const before = read.mock.calls.length;

  await pass(10_000);

  expect(read.mock.calls.length).toBe(before);
});
