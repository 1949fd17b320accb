import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** What other processes leave of this machine. */
export interface Pressure {
  /** Of all processors, how much others keep busy while this process rests: 0 to 1. */
  readonly busyShare: number;
  /** How long this process takes for a second of processor time, in seconds: 1 where it need not wait for a processor. */
  readonly wallPerProcessor: number;
}

/** Takes about a quarter of a second on an idle machine. */
export async function measurePressure(): Promise<Pressure> {
  const before = processorTimes();
  await delay(restMs);
  const after = processorTimes();
  const all = after.all - before.all;
  const startedAt = performance.now();
  const { user, system } = process.cpuUsage();
  const usedMs = () => {
    const used = process.cpuUsage({ user, system });
    return (used.user + used.system) / 1_000;
  };
  while (usedMs() < workMs);
  return {
    busyShare: all === 0 ? 0 : (after.busy - before.busy) / all,
    wallPerProcessor: Math.max(1, (performance.now() - startedAt) / usedMs()),
  };
}

const restMs = 200;
const workMs = 40;

/**
 * The tempo that the machine can keep, at most the one that was asked for: periods are scaled and work is not, so where work takes
 * twice as long, periods must too. The sandbox uses two processors; one that others keep busy halves what it has.
 */
export function affordableTempo(asked: number, { busyShare, wallPerProcessor }: Pressure): number {
  const slowdown = wallPerProcessor / Math.max(1 - busyShare, 0.5);
  return slowdown < noticeable ? asked : Math.max(1, Math.floor(asked / slowdown));
}

/** Less than this is the noise of any machine. */
const noticeable = 1.3;

/** For the next try, where a machine did not keep up. */
export const slowerTempo = (tempo: number): number => Math.max(1, Math.floor(tempo / 4));

/** What to tell people of a tempo that is not the one that they asked for; none where it is. */
export function paceLines(asked: number, tempo: number): string[] {
  if (tempo >= asked) return [];
  const pace = tempo === 1 ? 'at the pace of AWS' : `${tempo} times as fast as on AWS`;
  return [`This machine is busy with other things: periods pass ${pace}, not ${asked} times as fast.`];
}

function processorTimes(): { readonly busy: number; readonly all: number } {
  const times = cpus().map(({ times }) => times);
  const sum = (of: (each: (typeof times)[number]) => number) => times.reduce((total, each) => total + of(each), 0);
  const idle = sum((each) => each.idle);
  const all = sum(({ user, nice, sys, irq, idle }) => user + nice + sys + irq + idle);
  return { busy: all - idle, all };
}
