import type { Entry } from '../core/entry.ts';
import { printableLine } from './printable.ts';

/**
 * What a ledger tells of one service, a line each. While a region is red its canaries go on asking, and each is refused
 * for the same reason: those in a row are one line, with how many they were. The end of a run that was refused says
 * nothing that its refusal has not said.
 */
export function historyLines(entries: readonly Entry[]): string[] {
  const told = entries.filter((entry) => !isEndOfRefused(entry));
  const runs: Entry[][] = [];
  for (const entry of told) {
    const run = runs.at(-1);
    if (run !== undefined && isSameRefusal(run[0], entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    return first === undefined ? [] : [lineOf(first, run)];
  });
}

/** It says nothing that the refusal has not said. */
export const isEndOfRefused = ({ what }: Entry): boolean => what.kind === 'concluded' && what.ending === 'refused';

/** By reason, not by text: times and the names of executions differ from one to the next. */
export function isSameRefusal(one: Entry | undefined, other: Entry): boolean {
  return (
    one?.what.kind === 'refused' &&
    other.what.kind === 'refused' &&
    one.what.reason === other.what.reason &&
    one.what.request?.mode === other.what.request?.mode
  );
}

function lineOf({ at, incident, text }: Entry, run: readonly Entry[]): string {
  const line = `${iso(at)}  ${(incident ?? '-').padEnd(12)}  ${printableLine(text)}`;
  return run.length === 1 ? line : `${line}  × ${run.length}, first ${iso(at)}, last ${iso(run.at(-1)?.at ?? at)}`;
}

const iso = (at: number) => new Date(at).toISOString();
