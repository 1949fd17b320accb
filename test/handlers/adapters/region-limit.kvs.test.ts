import { expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import type { KvsStore } from '../../../handlers/adapters/kvs-store.ts';
import { limitRegion } from '../../../handlers/adapters/region-limit.kvs.ts';

const east = region('us-east-1');
const wait = async () => {};

/** A store in memory; `rival` acts right before each put, once. */
function newStore(text: string | null, rivals: readonly string[] = []) {
  const left = [...rivals];
  let version = 1;
  let value = text;
  const store: KvsStore = {
    etag: async () => String(version),
    get: async () => value,
    async put(pairs, etag) {
      const rival = left.shift();
      if (rival !== undefined) {
        value = rival;
        version += 1;
      }
      if (etag !== String(version)) return 'conflict';
      value = pairs['g'] ?? null;
      version += 1;
      return 'written';
    },
  };
  return { store, value: () => value };
}

test('fences a region for every service in one write, and counts the epoch up', async () => {
  const { store, value } = newStore('{"v":1,"e":4,"x":{"us-west-2":0}}');

  expect(await limitRegion(store, { region: east, highest: -1 }, wait)).toMatchObject({ epoch: 5 });
  expect(JSON.parse(value() ?? '')).toEqual({ v: 1, e: 5, x: { 'us-west-2': 0, 'us-east-1': -1 } });
});

test('lifts a limit, and leaves the key, so that edges always find one', async () => {
  const { store, value } = newStore('{"v":1,"e":4,"x":{"us-east-1":-1}}');

  expect(await limitRegion(store, { region: east, highest: null }, wait)).toMatchObject({ epoch: 5 });
  expect(JSON.parse(value() ?? '')).toEqual({ v: 1, e: 5, x: {} });
});

test('writes nothing where the limit stands already: a retry is safe', async () => {
  const text = '{"v":1,"e":4,"x":{"us-east-1":-1}}';
  const { store, value } = newStore(text);

  expect(await limitRegion(store, { region: east, highest: -1 }, wait)).toMatchObject({ epoch: 4 });
  expect(value()).toBe(text);
});

test('makes the key where there is none', async () => {
  const { store, value } = newStore(null);

  expect(await limitRegion(store, { region: east, highest: 0 }, wait)).toMatchObject({ epoch: 1 });
  expect(JSON.parse(value() ?? '')).toEqual({ v: 1, e: 1, x: { 'us-east-1': 0 } });
});

test('keeps what a rival wrote meanwhile', async () => {
  const { store, value } = newStore('{"v":1,"e":4,"x":{}}', ['{"v":1,"e":9,"x":{"us-west-2":-1}}']);

  expect(await limitRegion(store, { region: east, highest: -1 }, wait)).toMatchObject({ epoch: 10 });
  expect(JSON.parse(value() ?? '')).toEqual({ v: 1, e: 10, x: { 'us-west-2': -1, 'us-east-1': -1 } });
});

test('gives up after ten conflicts', async () => {
  const { store } = newStore(
    null,
    Array.from({ length: 10 }, (_, n) => `{"v":1,"e":${n},"x":{}}`),
  );

  await expect(limitRegion(store, { region: east, highest: -1 }, wait)).rejects.toMatchObject({
    name: 'LeverUnavailable',
  });
});

test.each(['', '{}', '{"v":2,"e":1,"x":{}}'])('does not overwrite %j, which is not ours', async (text) => {
  const { store, value } = newStore(text);

  await expect(limitRegion(store, { region: east, highest: -1 }, wait)).rejects.toMatchObject({
    name: 'ConfigurationError',
  });
  expect(value()).toBe(text);
});

test('refuses a limit that no edge would read', async () => {
  const { store } = newStore(null);

  await expect(limitRegion(store, { region: east, highest: 0.5 }, wait)).rejects.toMatchObject({
    name: 'ConfigurationError',
  });
});
