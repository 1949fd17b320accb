import type { Measurement, Served } from './measure.ts';

/** Markdown, a row for each topology and fault. */
export function table(measurements: readonly Measurement[]): string {
  const head = [
    '| system | fault | reads: document | reads: Understudy | writes: document | writes: Understudy |',
    '|---|---|---|---|---|---|',
  ];
  const rows = measurements.map(({ topology, fault, documented, understudy, watchedMs }) => {
    const cell = (served: Served, member: keyof Served) => seconds(served[member], watchedMs);
    const cells = (['readsMs', 'writesMs'] as const).flatMap((member) => [
      cell(documented, member),
      cell(understudy, member),
    ]);
    return `| \`${topology}\` | ${fault} | ${cells.join(' | ')} |`;
  });
  return [...head, ...rows].join('\n');
}

const seconds = (ms: number | null, watchedMs: number) =>
  ms === null ? `not within ${watchedMs / 60_000} min` : `${Math.round(ms / 1_000)} s`;
