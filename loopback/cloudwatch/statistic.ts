/** What CloudWatch keeps of the values reported in one storage bucket or one period. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Every value and how often it was reported; null where only a summary was. Percentiles need it. */
  readonly values: ReadonlyMap<number, number> | null;
}

export function merge(a: StatisticSet, b: StatisticSet): StatisticSet {
  return {
    sampleCount: a.sampleCount + b.sampleCount,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    values: a.values === null || b.values === null ? null : mergeCounts(a.values, b.values),
  };
}

export function setOf(values: readonly number[], counts: readonly number[]): StatisticSet {
  const pairs = values.map((value, index) => [value, counts[index] ?? 1] as const);
  return {
    sampleCount: pairs.reduce((total, [, count]) => total + count, 0),
    sum: pairs.reduce((total, [value, count]) => total + value * count, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    values: pairs.reduce((all, pair) => mergeCounts(all, new Map([pair])), new Map<number, number>()),
  };
}

const plain: Readonly<Record<string, (set: StatisticSet) => number>> = {
  SampleCount: (set) => set.sampleCount,
  Sum: (set) => set.sum,
  Minimum: (set) => set.minimum,
  Maximum: (set) => set.maximum,
  Average: (set) => set.sum / set.sampleCount,
};

/** `p99`, `p99.9`; the other extended statistics (trimmed means and so on) are not played. */
const percentilePattern = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

export function isStatistic(name: string): boolean {
  return name in plain;
}

export function isPercentile(name: string): boolean {
  return percentilePattern.test(name);
}

/** The statistic's value; null where a percentile is asked of values of which only a summary is known. */
export function statistic(name: string, set: StatisticSet): number | null {
  const known = plain[name];
  if (known) return known(set);
  const percent = percentilePattern.exec(name)?.[1];
  if (percent === undefined) throw new Error(`unknown statistic ${name}`);
  return percentile(Number(percent), set);
}

/** Nearest rank. CloudWatch does not say how it interpolates; the extremes and a single value come out alike. */
function percentile(percent: number, set: StatisticSet): number | null {
  if (set.minimum === set.maximum) return set.minimum;
  if (set.values === null) return null;
  const rank = Math.max(1, Math.ceil((percent / 100) * set.sampleCount));
  let seen = 0;
  for (const [value, count] of [...set.values].toSorted(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= rank) return value;
  }
  return set.maximum;
}

function mergeCounts(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const merged = new Map(a);
  for (const [value, count] of b) merged.set(value, (merged.get(value) ?? 0) + count);
  return merged;
}
