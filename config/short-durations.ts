import type { Mistake } from './mistake.ts';

/**
 * The least that is likely meant, in milliseconds, by the end of a path. Below it stands a number of seconds or minutes. Zero
 * switches a wait off, and means itself.
 */
const least: readonly (readonly [end: RegExp, ms: number])[] = [
  [/approval\.deadlineMs$/, 30_000],
  [/cooldownMs$/, 60_000],
  [/eventMaxAgeMs$/, 10_000],
  [/evidenceMaxAgeMs$/, 5_000],
  [/failback\.greenForMs$/, 60_000],
  [/hooks\.\d+\.timeoutMs$/, 1_000],
  [/\.periodMs$/, 60_000],
  [/notify\.\w+Ms$/, 60_000],
  [/reprotect\.\w+Ms$/, 60_000],
  [/rtoTargetMs$/, 10_000],
  [/verify\.timeoutMs$/, 5_000],
  // A name, a connection and TLS take four round trips before the first byte, and one across an ocean takes 100 ms.
  [/(slow|timeout|interval)Ms$/, 100],
  [/Ms$/, 1_000],
];

/** What a service sends and answers is its own. */
const foreign: ReadonlySet<string> = new Set(['body', 'send', 'keep']);

/** Durations in a configuration that can only be meant in another unit. */
export function* shortDurations(value: unknown, path: Mistake['path'] = []): Generator<Mistake> {
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (!foreign.has(name)) yield* shortDurations(member, [...path, Array.isArray(value) ? Number(name) : name]);
    }
    return;
  }
  if (typeof value !== 'number' || value === 0) return;
  const [, ms = 0] = least.find(([end]) => end.test(path.join('.'))) ?? [];
  if (value < ms) yield { path, message: `is ${value} ms (milliseconds); ${meant(value, ms)}` };
}

function meant(value: number, ms: number): string {
  return value * 1_000 >= ms
    ? `for ${value} seconds write ${value * 1_000}`
    : `for ${value} minutes write ${value * 60_000}`;
}
