import type { Report } from '../../core/report.ts';

/** What a person takes away: how long it took, in both scales, and what it cost callers. `since` is what began it. */
export function summaryLines(report: Report, folder: string, since = 'the fault'): string[] {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(9);
  const rows = report.milestones
    .filter(({ name }) => name !== 'fault')
    .map(
      ({ name, afterMs }) =>
        `  ${named(name, report).padEnd(28)} ${seconds(afterMs)} ${seconds(afterMs * report.tempo)}`,
    );
  const { traffic } = report;
  const recovered = report.ending === 'recovered' && traffic?.recoveredAt !== null;
  return [
    '',
    recovered ? `Verified: ${report.headline}.` : `NOT verified: ${report.headline}.`,
    report.because === '' ? '' : `Why: ${report.because}.`,
    '',
    `  ${`after ${since}`.padEnd(28)} ${'here'.padStart(9)} ${'AWS pace'.padStart(9)}`,
    ...rows,
    '',
    traffic === null
      ? '  no callers were measured'
      : `  ${traffic.requests} requests, ${traffic.lost} lost (${traffic.lostReads} reads, ${traffic.lostWrites} writes)`,
    `  report: ${folder}/report.md and report.json`,
    '',
  ];
}

/** On the way home it is no standby that serves. */
const named = (name: string, { to, mode }: Report) =>
  mode === 'manual' && to !== null ? name.replace('the standby', to) : name;
