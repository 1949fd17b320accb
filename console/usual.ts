import type { MilestoneName, Report } from '../core/report.ts';

/** How long runs of a service usually took to each milestone, since they began. Milliseconds. */
export type UsualMs = Readonly<Partial<Record<MilestoneName, number>>>;

/** The median over the incidents that moved traffic and were proven; nothing where there was none. */
export function usualOf(incidents: readonly Report[]): UsualMs {
  const proven = incidents.filter(({ ending }) => ending === 'recovered');
  const names = [...new Set(proven.flatMap(({ milestones }) => milestones.map(({ name }) => name)))];
  return Object.fromEntries(
    names.map((name) => [name, median(proven.flatMap((report) => sinceStart(report, name) ?? []))]),
  );
}

/** Null where the milestone was not reached. */
export function sinceStart({ milestones, startedAt }: Report, name: MilestoneName): number | null {
  const at = milestones.find((milestone) => milestone.name === name)?.at;
  return at === undefined || startedAt === null ? null : at - startedAt;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
