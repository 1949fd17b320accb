import * as z from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `250ms`, `43s`, `2m`, `3h`, `-5s`; a bare number is milliseconds. Parsed to milliseconds. */
export const duration = z
  .union([z.number(), z.string()], { error: 'must be a time such as 43s' })
  .transform((given, context) => {
    if (typeof given === 'number') return given;
    const [, number, unit] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(given) ?? [];
    if (number !== undefined && unit !== undefined) return Number(number) * unitMs[unit as keyof typeof unitMs];
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(given)} is no time; write it like 250ms, 43s, 2m or 3h`,
    });
    return z.NEVER;
  });

/** `43s`: the shortest way to write it. */
export function durationText(ms: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms !== 0 && ms % unitMs[unit] === 0) return `${ms / unitMs[unit]}${unit}`;
  }
  return `${ms}ms`;
}
