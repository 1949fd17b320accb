import { expect, test } from 'vitest';
import { type Invocation, reasonOf, UsageError } from '../../cli/command.ts';
import { reasonMax } from '../../core/incident.ts';

const said = (reason: string | undefined): Invocation =>
  ({ values: reason === undefined ? {} : { reason }, operands: [] }) as unknown as Invocation;

test('a reason is taken as it is said, as long as there is room for it', () => {
  expect(reasonOf(said(undefined))).toBeUndefined();
  expect(reasonOf(said('r'.repeat(reasonMax)))).toHaveLength(reasonMax);
});

test('a longer one is refused with what to do', () => {
  expect(() => reasonOf(said('r'.repeat(reasonMax + 1)))).toThrow(UsageError);
  expect(() => reasonOf(said('r'.repeat(reasonMax + 1)))).toThrow('--reason has 501 characters, of at most 500');
});
