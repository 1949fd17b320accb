import { expect, test } from 'vitest';
import { machine, play } from './play.ts';

const kib = (count: number) => `{% $pad('', ${count} * 1024 - 2, 'x') %}`;
const pass = (Assign: object, next: object) => ({ Type: 'Pass', Output: {}, Assign, ...next });
const tooLarge = { status: 'FAILED', error: 'States.DataLimitExceeded' };

test('one state may assign 256 KiB, and no more, in one variable or in several', async () => {
  const assign = async (Assign: object) => (await play(machine({ S: pass(Assign, { End: true }) }))).outcome;

  expect(await assign({ a: kib(256) })).toMatchObject({ status: 'SUCCEEDED' });
  expect(await assign({ a: kib(257) })).toMatchObject(tooLarge);
  expect(await assign({ a: kib(128), b: kib(129) })).toMatchObject(tooLarge);
});

test('all variables together may have 10 MiB; one that is assigned anew counts once', async () => {
  const run = async (names: readonly string[]) => {
    const states = names.map((name, n) => [
      `S${n}`,
      pass({ [name]: kib(256) }, n === names.length - 1 ? { End: true } : { Next: `S${n + 1}` }),
    ]);
    return (await play(machine(Object.fromEntries(states)))).outcome;
  };
  const names = Array.from({ length: 40 }, (_, n) => `v${n}`);

  expect(await run([...names, 'v0'])).toMatchObject({ status: 'SUCCEEDED' });
  expect(await run([...names, 'more'])).toMatchObject(tooLarge);
});
