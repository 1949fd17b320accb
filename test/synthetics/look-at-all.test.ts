import { expect, test } from 'vitest';
import type { Outcome } from '../../core/observation.ts';
import { lookAtAll, type Seen } from '../../synthetics/look-at-all.ts';

const good: Outcome = { kind: 'good', servedBy: null };
const bad: Outcome = { kind: 'bad', because: 'refused', detail: 'connection refused' };
const pace = { askEveryMs: 20, tellEveryMs: 500 };
const names = ['a', 'b', 'c'];
const targets = names.map((name) => ({ name }));

/** Time passes when nobody has anything to do but wait. */
function virtualTime() {
  let now = 0;
  const waiting: { readonly at: number; readonly go: () => void }[] = [];
  const wait = (ms: number) => new Promise<void>((go) => waiting.push({ at: now + ms, go }));
  const run = async (until: Promise<unknown>) => {
    let isOver = false;
    void until.catch(() => {}).finally(() => (isOver = true));
    while (!isOver) {
      for (let turn = 0; turn < 30; turn++) await Promise.resolve();
      const next = waiting.sort((x, y) => x.at - y.at).shift();
      if (next === undefined) continue;
      now = next.at;
      next.go();
    }
  };
  return { wait, run, now: () => now };
}

async function looking(look: (name: string, wait: (ms: number) => Promise<void>) => Promise<Outcome>, fails = false) {
  const time = virtualTime();
  const told: { readonly at: number; readonly seen: readonly Seen[] }[] = [];
  const all = lookAtAll(targets, pace, {
    look: ({ name }) => look(name, time.wait),
    async tell(seen) {
      told.push({ at: time.now(), seen });
      if (fails) throw new Error('nobody listens');
    },
    wait: time.wait,
  });
  await time.run(all);
  return { all, told };
}

test('one that takes its time keeps nothing of the others back', async () => {
  const { told } = await looking(async (name, wait) => {
    await wait(name === 'a' ? 30_000 : 100);
    return name === 'a' ? bad : good;
  });

  expect(told.map(({ seen }) => seen.map(({ name, kind }) => `${name} ${kind}`))).toEqual([
    ['b good', 'c good'],
    ['a bad'],
  ]);
  expect(told[0]?.at).toBeLessThanOrEqual(pace.tellEveryMs);
});

test('each is told once, also where all answer at once or nobody ever does', async () => {
  for (const ms of [0, 40, 499, 5_000]) {
    const { told, all } = await looking((_, wait) => wait(ms).then(() => good));

    expect(told.flatMap(({ seen }) => seen.map(({ name }) => name)).toSorted()).toEqual(names);
    expect(await all).toHaveLength(names.length);
  }
});

test('one that could not be asked is blind, and the others are seen', async () => {
  const { all } = await looking(async (name) => {
    if (name === 'b') throw new Error('the key cannot be read');
    return good;
  });

  expect((await all).map(({ name, kind }) => `${name} ${kind}`).toSorted()).toEqual(['a good', 'b blind', 'c good']);
});

test('what nobody could be told ends the run with an error, when all is seen', async () => {
  const { all, told } = await looking((_, wait) => wait(2_000).then(() => bad), true);

  await expect(all).rejects.toThrow('nobody listens');
  expect(told.flatMap(({ seen }) => seen)).toHaveLength(names.length);
});
