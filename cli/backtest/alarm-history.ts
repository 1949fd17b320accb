import type { Instant, Region } from '../../core/brand.ts';
import { UsageError } from '../command.ts';
import type { AlarmNames, Told } from './alarm-names.ts';
import { chain, type Gap } from './chain.ts';
import type { AlarmState, HistoryItem, HistoryPage } from './history-page.ts';

/** One of the alarms that count went from one state to another. */
export interface StateChange extends Told {
  readonly alarm: string;
  readonly at: Instant;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

/** A history as one file has it. */
export interface HistoryFile {
  readonly file: string;
  /** Whom the file is named after; null for nobody. */
  readonly observer: Region | null;
  readonly pages: readonly HistoryPage[];
}

export interface AlarmHistory {
  /** Oldest first; those of an alarm join one another. */
  readonly changes: readonly StateChange[];
  /** Sentences for people: what is missing, and what was left out. */
  readonly notes: readonly string[];
}

/** The changes that several files tell of together. Throws `UsageError` with the place of a fault. */
export function alarmHistory(files: readonly HistoryFile[], names: AlarmNames): AlarmHistory {
  const notes = files.flatMap((file) => leftOut(file, names));
  const found = new Map<
    string,
    { readonly of: Told & { alarm: string }; readonly files: Set<string>; readonly pages: Found[][] }
  >();
  for (const { file, observer, pages } of files) {
    for (const { items } of pages) {
      for (const [alarm, own] of Map.groupBy(items, ({ alarm }) => alarm)) {
        const told = names.toldBy(alarm, observer);
        if (told === null) {
          if (observer === null && names.needsObserver(alarm)) throw namedAfterNobody(file, own);
          continue;
        }
        const key = `${told.observer} ${alarm}`;
        const one = found.get(key) ?? { of: { ...told, alarm }, files: new Set<string>(), pages: [] };
        found.set(key, one);
        one.files.add(file);
        one.pages.push(own.map(({ at, states }) => ({ at, ...states() })));
      }
    }
  }
  const changes: StateChange[] = [];
  for (const { of, files: from, pages } of found.values()) {
    const joined = chain(once(pages));
    changes.push(...joined.changes.map((change) => ({ ...of, ...change })));
    notes.push(...joined.gaps.map((gap) => missing(gap, of, [...from])));
  }
  return { changes: changes.sort((a, b) => a.at - b.at), notes };
}

type Found = Pick<StateChange, 'at' | 'from' | 'to'>;

/** Pages overlap: what two of them tell is one item, and what one page tells twice is two. */
function once(pages: readonly (readonly Found[])[]): Found[] {
  const most = new Map<string, Found[]>();
  for (const page of pages) {
    for (const [key, alike] of Map.groupBy(page, ({ at, from, to }) => `${at} ${from} ${to}`)) {
      if (alike.length > (most.get(key)?.length ?? 0)) most.set(key, alike);
    }
  }
  return [...most.values()].flat();
}

function missing(
  { after, before, left, found }: Gap,
  { alarm, observer }: Told & { alarm: string },
  files: readonly string[],
) {
  return `${files.join(', ')}: items of ${alarm} (${observer}) are missing between ${iso(after)}, when it became ${left}, and ${iso(before)}, when it was ${found}: unknown, and taken as no data`;
}

/** A history of which nothing counts reads like one in which nothing happened. */
function leftOut({ file, observer, pages }: HistoryFile, names: AlarmNames): string[] {
  const foreign = new Map<string, number>();
  for (const { alarm } of pages.flatMap(({ items }) => items)) {
    if (names.toldBy(alarm, observer) === null) foreign.set(alarm, (foreign.get(alarm) ?? 0) + 1);
  }
  if (foreign.size === 0) return [];
  const items = [...foreign.values()].reduce((sum, count) => sum + count, 0);
  const shown = [...foreign.keys()].slice(0, 5).join(', ');
  return [
    `${file}: ${items} changes of alarms that are not looked for were left out (${shown}${foreign.size > 5 ? ` and ${foreign.size - 5} more` : ''})`,
  ];
}

const namedAfterNobody = (file: string, [first]: readonly HistoryItem[]) =>
  new UsageError(
    `${file} is named after no observer, and ${first?.place} is of one that is told by the name of the file`,
  );

const iso = (at: Instant) => new Date(at).toISOString();
