import { expect, test } from 'vitest';
import { allCommands, commandNamed, commands } from '../../cli/commands.ts';

test('every command is found under the name that it has', async () => {
  expect((await allCommands()).map(({ name }) => name)).toEqual(Object.keys(commands));
  expect((await commandNamed('status'))?.name).toBe('status');
});

test.each(['', 'statu', 'toString', '__proto__'])('there is no command %j', async (name) => {
  expect(await commandNamed(name)).toBeUndefined();
});
