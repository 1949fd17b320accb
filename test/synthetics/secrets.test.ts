import { expect, test } from 'vitest';
import type { SecretPlace } from '../../core/access.ts';
import { secretCache } from '../../synthetics/secrets.ts';

const key = { parameter: '/orders/key' };

/** A store whose values change, and a clock. */
function store(initial: Readonly<Record<string, string>>) {
  const values = new Map(Object.entries(initial));
  const reads: string[] = [];
  let time = 1_000_000;
  const nameOf = (place: SecretPlace) => ('parameter' in place ? place.parameter : place.secret);
  const secrets = secretCache(
    async (place) => {
      reads.push(nameOf(place));
      const value = values.get(nameOf(place));
      if (value === undefined) throw new Error('it is not there');
      return value;
    },
    () => time,
  );
  return {
    secrets,
    reads,
    values,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test('a secret is read once for all who ask at the same time, and again after five minutes', async () => {
  const { secrets, reads, values, pass } = store({ '/orders/key': 'one' });

  expect(await Promise.all([secrets.value(key), secrets.value(key), secrets.value(key)])).toEqual([
    'one',
    'one',
    'one',
  ]);
  values.set('/orders/key', 'two');
  pass(5 * 60_000 - 1);
  expect(await secrets.value(key)).toBe('one');
  expect(reads).toHaveLength(1);
  pass(1);
  expect(await secrets.value(key)).toBe('two');
});

test('one that cannot be read again is used as it was; one that never could be is an error', async () => {
  const { secrets, values, pass } = store({ '/orders/key': 'one' });
  await secrets.value(key);

  values.clear();
  pass(60 * 60_000);

  expect(await secrets.value(key)).toBe('one');
  await expect(secrets.value({ parameter: '/other' })).rejects.toThrow('it is not there');
});

test('after a refusal it is read again, at most every two seconds, and says whether it changed', async () => {
  const { secrets, reads, values, pass } = store({ '/orders/key': 'one' });
  await secrets.value(key);

  values.set('/orders/key', 'two');
  expect(await secrets.renewed([key])).toBe(false);
  expect(reads).toHaveLength(1);
  pass(2_000);
  expect(await secrets.renewed([key])).toBe(true);
  expect(await secrets.value(key)).toBe('two');
  pass(2_000);
  expect(await secrets.renewed([key])).toBe(false);
});

test('members of a JSON secret share one read, and a line break at the end is no part of a value', async () => {
  const { secrets, reads } = store({ probe: '{"a":"one\\n","b":"two"}', '/orders/key': 'plain\r\n' });

  expect(await secrets.value({ secret: 'probe', field: 'a' })).toBe('one');
  expect(await secrets.value({ secret: 'probe', field: 'b' })).toBe('two');
  expect(await secrets.value(key)).toBe('plain');
  expect(reads).toEqual(['probe', '/orders/key']);
});

test.each<[string, SecretPlace]>([
  ['no JSON', { secret: 'hush-hush', field: 'a' }],
  ['JSON without the member', { secret: 'json', field: 'a' }],
  ['null', { secret: 'null', field: 'a' }],
  ['empty', { secret: 'empty' }],
])('what is %s is told by its place, and never quoted', async (_what, place) => {
  const { secrets } = store({ 'hush-hush': 'SECRET', json: '{"b":"SECRET"}', null: 'null', empty: ' \n' });

  const error: unknown = await secrets.value(place).catch((thrown: unknown) => thrown);

  expect(String(error)).toContain('secret' in place ? place.secret : '');
  expect(String(error)).not.toContain('SECRET');
});
