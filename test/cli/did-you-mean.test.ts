import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from '../../cli/did-you-mean.ts';

const commands = ['start', 'status', 'explain', 'ack', 'evacuate', 'unfence'];

test.each([
  ['statsu', 'status'],
  ['STATUS', 'status'],
  ['explan', 'explain'],
  ['evacute', 'evacuate'],
  ['akc', 'ack'],
])('%s is taken for %s', (typed, meant) => {
  expect(didYouMean(typed, commands)).toBe(` (did you mean ${meant}?)`);
});

test.each(['frobnicate', 'refunds', 'x', ''])('%j is near to nothing', (typed) => {
  expect(didYouMean(typed, commands)).toBe('');
});

test('two letters exchanged in a word of four or more are always found', () => {
  const words = fc.constantFrom(...commands.filter(({ length }) => length > 3));
  fc.assert(
    fc.property(words, fc.nat(), (word, seed) => {
      const at = seed % (word.length - 1);
      const typed = `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;

      expect(didYouMean(typed, commands)).toBe(` (did you mean ${word}?)`);
    }),
  );
});
