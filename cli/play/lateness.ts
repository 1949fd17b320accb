import { monitorEventLoopDelay } from 'node:perf_hooks';
import { slowerTempo } from './pace.ts';

/** Timers of this process that are later than this, in one of a hundred cases: the machine does not keep up with the play. */
const lateMs = 150;

export interface Lateness {
  /** How much later than asked for one timer in a hundred came, in milliseconds. */
  readonly ms: () => number;
}

/** From now on. Whatever a busy machine delays, functions, answers and probes, it delays this process's timers as well. */
export function measureLateness(): Lateness {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // The histogram has whole turns: the pause between two of them is no lateness.
  return { ms: () => Math.max(0, delay.percentile(99) / 1e6 - resolutionMs) };
}

const resolutionMs = 10;

export const isLate = (ms: number): boolean => ms >= lateMs;

/** What to say of a play that did not come out well, where the machine may be why; none where it kept up. */
export function latenessLines(ms: number, tempo: number): string[] {
  if (!isLate(ms)) return [];
  const atAws = ((ms * tempo) / 1_000).toFixed(0);
  return [
    `This machine did not keep up: its timers came ${Math.round(ms)} ms late, ${atAws} s at the pace of AWS. It is busy, or too small for tempo ${tempo}.`,
    ...(tempo > 1 ? [`Let it do nothing else, or play more slowly: npm start -- --tempo ${slowerTempo(tempo)}`] : []),
    '',
  ];
}
