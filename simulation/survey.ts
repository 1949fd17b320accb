import { drawPlan } from './draw.ts';
import { type FaultKind, faultKinds } from './faults/catalogue.ts';
import { allCheckers, invariants } from './invariants/invariants.ts';
import type { Plan } from './plan.ts';
import { type Simulated, simulate } from './simulate.ts';

/** What came of many seeds. */
export interface Survey {
  readonly seeds: number;
  readonly incidents: number;
  readonly runs: number;
  /** Stories in which each fault did harm at least once. */
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly endings: Readonly<Record<string, number>>;
  /** How many stories broke each invariant. */
  readonly invariants: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly seed: number;
  readonly plan: Plan;
  readonly invariant: string;
  readonly because: string;
}

export interface SurveyOptions {
  readonly first: number;
  readonly seeds: number;
  /** Goes on beyond `seeds` until there were so many incidents. */
  readonly incidents?: number;
  readonly onStory?: (simulated: Simulated, soFar: number) => void;
  readonly signal?: AbortSignal;
}

/** Plays one story for every seed, one after the other. */
export async function survey({ first, seeds, incidents = 0, onStory, signal }: SurveyOptions): Promise<Survey> {
  const faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const broken = Object.fromEntries(invariants.map(({ name }) => [name, 0])) as Record<string, number>;
  const endings: Record<string, number> = {};
  const failures: Failure[] = [];
  let played = 0;
  let admitted = 0;
  let runs = 0;
  for (; (played < seeds || admitted < incidents) && signal?.aborted !== true; played++) {
    const seed = first + played;
    const plan = drawPlan(seed);
    const simulated = await simulate(plan, { checkers: allCheckers });
    admitted += simulated.incidents;
    runs += simulated.runs;
    for (const kind of simulated.hits.keys()) faults[kind]++;
    for (const [state, count] of simulated.endings) endings[state] = (endings[state] ?? 0) + count;
    for (const name of new Set(simulated.violations.map(({ invariant }) => invariant)))
      broken[name] = (broken[name] ?? 0) + 1;
    const [violation] = simulated.violations;
    if (violation !== undefined)
      failures.push({ seed, plan, invariant: violation.invariant, because: violation.because });
    onStory?.(simulated, played + 1);
    // Virtual time never lets the event loop turn: signals and timers have their say between stories.
    await new Promise(setImmediate);
  }
  return { seeds: played, incidents: admitted, runs, faults, endings, invariants: broken, failures };
}

/** Faults that no story met: what was never tried proves nothing. */
export const untried = ({ faults }: Survey): FaultKind[] => faultKinds.filter((kind) => faults[kind] === 0);
