import { floorTo } from './scaled-seconds.ts';
import { merge, type StatisticSet } from './statistic.ts';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** What names a metric. The order of dimensions does not matter. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** One metric's values, by unit: values of different units are different data. */
export interface MetricStore {
  record(id: MetricId, sample: Sample): void;
  /** The units that were reported, in alphabetical order. */
  units(id: MetricId): readonly string[];
  /** Everything reported from `from` up to, not including, `to` (scaled seconds); null where that is nothing. */
  aggregate(id: MetricId, unit: string, from: number, to: number): StatisticSet | null;
  /** Every metric, with the scaled second of its newest sample. */
  list(): readonly { readonly id: MetricId; readonly newest: number }[];
}

export interface Sample {
  /** Scaled seconds since 1970. */
  readonly at: number;
  readonly set: StatisticSet;
  readonly unit: string;
  /** Seconds: 1 for high resolution, else 60. Values are kept per bucket of this length. */
  readonly resolution: 1 | 60;
}

/** Buckets kept per series: a week of minutes, or nearly three hours of seconds. */
const mostBuckets = 10_000;

export function metricStore(): MetricStore {
  const metrics = new Map<string, Metric>();

  return {
    record(id, { at, set, unit, resolution }) {
      const key = metricKey(id);
      const metric = metrics.get(key) ?? { id: { ...id, dimensions: sorted(id.dimensions) }, series: new Map() };
      metrics.set(key, metric);
      const buckets = metric.series.get(unit) ?? [];
      metric.series.set(unit, buckets);
      put(buckets, { at: floorTo(resolution, at), set });
      if (buckets.length > mostBuckets) buckets.splice(0, buckets.length - mostBuckets);
    },

    units: (id) => [...(metrics.get(metricKey(id))?.series.keys() ?? [])].toSorted(),

    aggregate(id, unit, from, to) {
      const buckets = metrics.get(metricKey(id))?.series.get(unit) ?? [];
      let total: StatisticSet | null = null;
      for (let index = firstFrom(buckets, from); index < buckets.length; index++) {
        const bucket = buckets[index];
        if (bucket === undefined || bucket.at >= to) break;
        total = total === null ? bucket.set : merge(total, bucket.set);
      }
      return total;
    },

    list: () =>
      [...metrics.values()].map(({ id, series }) => ({
        id,
        newest: Math.max(...[...series.values()].map((buckets) => buckets.at(-1)?.at ?? 0)),
      })),
  };
}

interface Metric {
  readonly id: MetricId;
  readonly series: Map<string, Bucket[]>;
}

interface Bucket {
  readonly at: number;
  readonly set: StatisticSet;
}

function put(buckets: Bucket[], bucket: Bucket): void {
  const index = firstFrom(buckets, bucket.at);
  const existing = buckets[index];
  if (existing?.at === bucket.at) buckets[index] = { at: bucket.at, set: merge(existing.set, bucket.set) };
  else buckets.splice(index, 0, bucket);
}

function firstFrom(buckets: readonly Bucket[], at: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Alarms ask for the same metric at each of their turns, once for each of its periods. */
const keys = new WeakMap<MetricId, string>();

export function metricKey(id: MetricId): string {
  const known = keys.get(id);
  if (known !== undefined) return known;
  const key = JSON.stringify([id.namespace, id.name, sorted(id.dimensions).map(({ Name, Value }) => [Name, Value])]);
  keys.set(id, key);
  return key;
}

function sorted(dimensions: readonly Dimension[]): readonly Dimension[] {
  return dimensions
    .map(({ Name, Value }) => ({ Name, Value }))
    .toSorted((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0));
}
