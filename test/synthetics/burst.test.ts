import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import type { Answer } from '../../core/observation.ts';
import type { Asked } from '../../synthetics/ask.ts';
import { type BurstPorts, burst } from '../../synthetics/burst.ts';
import type { VantageAim } from '../../synthetics/vantage-contract.ts';

const observer = region('ca-central-1');
const home: VantageAim = {
  target: { kind: 'regional', region: region('us-east-1') },
  url: 'http://home.test/health',
  healthy: {
    path: '/health',
    status: 200,
    contentType: 'application/json',
    body: {},
    servedBy: { header: 'x-served-region' },
    slowMs: 500,
    timeoutMs: 2000,
  },
  expectedRegion: region('us-east-1'),
  resolvers: ['127.0.0.1:5353'],
  timeoutMs: 2000,
};
const control: VantageAim = { ...home, target: { kind: 'control' }, url: 'http://control.test/', expectedRegion: null };

const good: Answer = {
  kind: 'answered',
  status: 200,
  headers: { 'content-type': 'application/json', 'x-served-region': 'us-east-1' },
  body: '',
  latencyMs: 7,
};

test('starts the probes of every target an interval apart, whether or not the one before has answered', async () => {
  const world = play(() => new Promise(() => {}));

  void burst(observer, [home, control], { count: 3, intervalMs: 200 }, world.ports);
  await world.pass(1000);

  expect(world.sent.map(({ at, url }) => [at, url])).toEqual([
    [0, home.url],
    [0, control.url],
    [200, home.url],
    [200, control.url],
    [400, home.url],
    [400, control.url],
  ]);
});

test('never asks twice with the same cache buster, and asks the resolvers given', async () => {
  const world = play(async () => good);

  await burst(observer, [home, control], { count: 2, intervalMs: 0 }, world.ports);

  expect(new Set(world.sent.map(({ cacheBuster }) => cacheBuster)).size).toBe(4);
  expect(world.sent[0]).toMatchObject({ resolvers: ['127.0.0.1:5353'], timeoutMs: 2000 });
});

test('judges regional targets by everything and the control target by its status alone', async () => {
  const world = play(async () => ({ ...good, headers: {} }));

  const observations = await burst(observer, [home, control], { count: 1, intervalMs: 0 }, world.ports);

  expect(observations).toEqual([
    {
      observer,
      target: home.target,
      at: 0,
      latencyMs: 7,
      outcome: { kind: 'bad', because: 'content-type', detail: expect.any(String) },
    },
    { observer, target: control.target, at: 0, latencyMs: 7, outcome: { kind: 'good', servedBy: null } },
  ]);
});

/** A world where time passes only when told. */
function play(answer: (request: Asked) => Promise<Answer>) {
  let now = 0;
  let made = 0;
  const waiting: { readonly until: number; readonly wake: () => void }[] = [];
  const sent: (Asked & { readonly at: number })[] = [];
  const ports: BurstPorts = {
    now: () => now,
    wait: (ms) => (ms === 0 ? Promise.resolve() : new Promise<void>((wake) => waiting.push({ until: now + ms, wake }))),
    unique: () => `unique-${made++}`,
    ask: (request) => {
      sent.push({ ...request, at: now });
      return answer(request);
    },
  };
  const pass = async (ms: number) => {
    const end = now + ms;
    for (;;) {
      await new Promise(setImmediate);
      waiting.sort((a, b) => a.until - b.until);
      const next = waiting[0];
      if (next === undefined || next.until > end) break;
      waiting.shift();
      now = next.until;
      next.wake();
    }
    now = end;
  };
  return { ports, sent, pass };
}
