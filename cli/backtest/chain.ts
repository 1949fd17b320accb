import type { Instant } from '../../core/brand.ts';
import type { AlarmState } from './history-page.ts';

/** One alarm went from one state to another. */
export interface Transition {
  readonly at: Instant;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

/** A time of which nothing is known: the alarm left `left` before it was seen in `found`. */
export interface Gap {
  readonly after: Instant;
  readonly before: Instant;
  readonly left: AlarmState;
  readonly found: AlarmState;
}

/**
 * The changes of one alarm in the order in which they were: by time, and within the same time by what they say, for stamps may be
 * of whole seconds and files are newest first. Where two do not join, what was between them is missing: from the first on the
 * alarm counts as without data.
 */
export function chain(changes: readonly Transition[]): { changes: Transition[]; gaps: Gap[] } {
  const groups = [...Map.groupBy(changes, ({ at }) => at)].sort(([a], [b]) => a - b).map(([, group]) => group);
  const ordered: Transition[] = [];
  for (const [index, group] of groups.entries()) {
    const before = ordered.at(-1)?.to ?? firstState(groups);
    const after = new Set(groups[index + 1]?.map(({ from }) => from));
    ordered.push(...joined(group, [before, ...after, ...wellFirst]));
  }
  const gaps: Gap[] = [];
  const joinedUp = ordered.map((change, index): Transition => {
    const next = ordered[index + 1];
    if (next === undefined || next.from === change.to) return change;
    gaps.push({ after: change.at, before: next.at, left: change.to, found: next.from });
    return { ...change, to: 'INSUFFICIENT_DATA' };
  });
  return { changes: joinedUp, gaps };
}

/**
 * Where it all begins. Changes of one moment that lead in a circle could begin anywhere in it: what tells is the first moment after
 * it that does not, or else a state that is in all of the circles.
 */
function firstState(groups: readonly (readonly Transition[])[]): AlarmState | undefined {
  const begun = groups.map(pathStart).find((state) => state !== undefined);
  return begun ?? wellFirst.find((state) => groups.every((group) => isIn(group, state)));
}

const wellFirst = ['OK', 'INSUFFICIENT_DATA', 'ALARM'] as const;

const isIn = (group: readonly Transition[], state: AlarmState) => group.some(({ from }) => from === state);

/** The state that a group leaves more often than it comes to it; undefined where it leads in a circle. */
function pathStart(group: readonly Transition[]): AlarmState | undefined {
  const surplus = (state: AlarmState) =>
    group.filter(({ from }) => from === state).length - group.filter(({ to }) => to === state).length;
  return group.map(({ from }) => from).find((state) => surplus(state) > 0);
}

/**
 * Changes of one moment, each joining the one before as far as they can: an Eulerian path (Hierholzer), from the first of `starts`
 * that one can begin at.
 */
function joined(group: readonly Transition[], starts: readonly (AlarmState | undefined)[]): Transition[] {
  const left = Map.groupBy(group, ({ from }) => from);
  const path: Transition[] = [];
  while (path.length < group.length) {
    const begin = startOf(left, path.at(-1)?.to, starts);
    path.push(...walk(left, begin));
  }
  return path;
}

/** More ways out than in, where there is such a state; else the first that may be wanted and has a way out. */
function startOf(
  left: ReadonlyMap<AlarmState, readonly Transition[]>,
  before: AlarmState | undefined,
  starts: readonly (AlarmState | undefined)[],
): AlarmState {
  const waysIn = (state: AlarmState) => [...left.values()].flat().filter(({ to }) => to === state).length;
  const open = [...left].filter(([, ways]) => ways.length > 0).map(([state]) => state);
  const odd = open.filter((state) => (left.get(state)?.length ?? 0) > waysIn(state));
  const found = [before, ...odd, ...starts].find((state) => state !== undefined && open.includes(state));
  if (found === undefined) throw new Error('no change is left to begin with');
  return found;
}

function walk(left: ReadonlyMap<AlarmState, Transition[]>, begin: AlarmState): Transition[] {
  const stack: { readonly state: AlarmState; readonly by: Transition | null }[] = [{ state: begin, by: null }];
  const walked: Transition[] = [];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = left.get(top.state)?.pop();
    if (next !== undefined) stack.push({ state: next.to, by: next });
    else {
      stack.pop();
      if (top.by !== null) walked.push(top.by);
    }
  }
  return walked.reverse();
}
