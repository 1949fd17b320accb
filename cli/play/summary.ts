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
  return [
    '',
    resultOf(report),
    report.because === '' ? '' : `Why: ${report.because}.`,
    '',
    `  ${`after ${since}`.padEnd(28)} ${'here'.padStart(9)} ${'AWS pace'.padStart(9)}`,
    ...rows,
    ...rtoLine(report),
    '',
    traffic === null
      ? '  no callers were measured'
      : `  ${traffic.requests} requests, ${traffic.lost} lost (${traffic.lostReads} reads, ${traffic.lostWrites} writes)`,
    ...kindLines(report),
    `  report: ${folder}/report.md and report.json`,
    '',
  ];
}

/** Callers of each kind apart: a move reaches each at another time, and some never. */
function kindLines({ traffic, milestones, tempo }: Report): string[] {
  const [first] = milestones;
  const since = first === undefined ? 0 : first.at - first.afterMs;
  return (traffic?.byKind ?? []).map(({ kind, requests, lost, recoveredAt }) => {
    const served =
      recoveredAt === null
        ? 'not served again while they were watched'
        : `99 % served after ${(((recoveredAt - since) * tempo) / 1_000).toFixed(1)} s`;
    return `    ${kind.padEnd(8)} ${requests} requests, ${lost} lost, ${served}`;
  });
}

/** The policy's promise, at the pace of AWS. */
function rtoLine({ rto, tempo }: Report): string[] {
  if (rto === null) return [];
  const target = `${((rto.targetMs * tempo) / 1_000).toFixed(0)} s`;
  if (rto.tookMs === null)
    return [
      `  whether the target of ${target} was met cannot be said: it was not proven that callers are served again`,
    ];
  const took = `${((rto.tookMs * tempo) / 1_000).toFixed(1)} s`;
  return [`  callers were served after ${took}: the target of ${target} was ${rto.met === true ? 'met' : 'NOT met'}`];
}

/** The run's own proof is one thing, what callers met is another; where they differ, both are said. */
function resultOf({ ending, headline, traffic }: Report): string {
  if (ending !== 'recovered') return `NOT verified: ${headline}.`;
  if (traffic === null || traffic.recoveredAt !== null) return `Verified: ${headline}.`;
  return `NOT verified: the run says “${headline}”, but callers were not served 99 % of the time again while they were watched.`;
}

/** On the way home it is no standby that serves. */
const named = (name: string, { to, mode }: Report) =>
  mode === 'manual' && to !== null ? name.replace('the standby', to) : name;
