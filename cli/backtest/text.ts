import type { Happened } from './happened.ts';
import type { Score } from './score.ts';

export interface ServiceBacktest {
  readonly service: string;
  /** Changes of its alarms' states. */
  readonly changes: number;
  readonly happened: readonly Happened[];
  /** Null where nobody said what was true. */
  readonly score: Score | null;
}

/** Alarms cannot tell more than this; the same lines end every report. */
export const assumptions = [
  'An alarm stands in for the fresh probes of its observer; live, those are asked for, and may say otherwise.',
  'An alarm that never changed in a whole history that was given is taken to have been OK.',
  'An observer without canaries for a service has no alarm for it, and is silent; live, it is asked for fresh probes like the others.',
  'The control target, readiness hooks and pauses of that time are not known, and count as fine.',
  'After a move, people are assumed to acknowledge it and go home once home was good from a quorum for a cooldown.',
] as const;

/** What would have been done, for people. */
export function backtestText(services: readonly ServiceBacktest[]): string {
  return [...services.flatMap(linesOf), '', 'What this rests on:', ...assumptions.map((line) => `  ${line}`)].join(
    '\n',
  );
}

function linesOf({ service, changes, happened, score }: ServiceBacktest): string[] {
  const moves = happened.filter(({ kind }) => kind === 'move').length;
  const shown = happened.filter((one) => one.kind !== 'hold' || !routine.has(one.reason));
  const left = happened.length - shown.length;
  return [
    `${service}: ${changes} alarm changes, ${moves} ${moves === 1 ? 'move' : 'moves'}`,
    ...summed(shown).map((one) => `  ${iso(one.at)}  ${sentenceOf(one)}`),
    ...(left === 0 ? [] : [`  and ${left} times nothing to do (${[...routine].join(', ')})`]),
    ...(score === null ? [] : scoreLines(score)),
  ];
}

/** Between two moves each reason to hold is told once, with how often: an alarm that flaps is asked about thousands of times. */
function summed(happened: readonly Happened[]): Happened[] {
  const lines: Happened[] = [];
  let since = 0;
  for (const one of happened) {
    const same = lines.findIndex((line, at) => at >= since && isAlike(line, one));
    const before = lines[same];
    if (before?.kind === 'hold' && one.kind === 'hold') {
      lines[same] = { ...before, times: before.times + one.times, until: one.until };
    } else lines.push(one);
    if (one.kind !== 'hold') since = lines.length;
  }
  return lines;
}

const isAlike = (a: Happened, b: Happened) => a.kind === 'hold' && b.kind === 'hold' && a.reason === b.reason;

/** Runs that end like this are no news: one observer saw red, and the others did not. */
const routine: ReadonlySet<string> = new Set(['source-healthy', 'source-not-active']);

function sentenceOf(one: Happened): string {
  switch (one.kind) {
    case 'move': {
      const asks = one.asksForApproval ? ', if approved' : '';
      return `move ${one.from} to ${one.to}${asks}: red from ${one.red.join(', ')}, ${seconds(one.afterFirstAlarmMs)} after the first alarm, ${seconds(one.afterQuorumMs)} after the quorum`;
    }
    case 'hold':
      return `hold (${one.reason})${one.times === 1 ? '' : ` ${one.times} times until ${iso(one.until)}`}: ${one.because}; would change it: ${one.wouldChange}`;
    case 'home':
      return `back home to ${one.to} (assumed)`;
  }
}

function scoreLines({ hits, misses, falseMoves }: Score): string[] {
  const times = hits.map(({ timeToDetectMs }) => timeToDetectMs).sort((a, b) => a - b);
  const median = times[Math.floor((times.length - 1) / 2)];
  return [
    `  ${hits.length} hits, ${misses.length} misses, ${falseMoves.length} false moves${median === undefined ? '' : `; time to detect ${seconds(median)} (median), ${seconds(times.at(-1) ?? 0)} (longest)`}`,
    ...misses.map(
      ({ outage, reasons }) =>
        `  missed: ${outage.region} from ${iso(outage.from)} to ${iso(outage.to)}: ${reasons.join(', ') || 'no alarm asked'}`,
    ),
    ...falseMoves.map(({ at, from, to }) => `  false: ${from} to ${to} at ${iso(at)}`),
  ];
}

const iso = (at: number) => new Date(at).toISOString();
const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`;
