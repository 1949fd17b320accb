import { editsBetween } from '../config/regions.ts';

/** ` (did you mean status?)` where one of the words is near enough to what was typed, else nothing. */
export function didYouMean(typed: string, known: readonly string[]): string {
  const near = known
    .map((word) => ({ word, edits: editsBetween(typed.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= Math.max(1, Math.floor(Math.min(word.length, typed.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  const [first] = near;
  return first === undefined ? '' : ` (did you mean ${first.word}?)`;
}
