import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { CountMetric } from '../../core/service.ts';
import type { ArrivalCounts } from '../ports.ts';

/** Sums of each period, from the CloudWatch of the region itself: it answers only while that region's API does. */
export function cloudWatchArrivals(clientIn: (region: string) => CloudWatchClient, timeoutMs = 4_000): ArrivalCounts {
  return {
    async count(region, { requests, writes, periodMs }, { from, to }) {
      const queries = [query('requests', requests), ...(writes === undefined ? [] : [query('writes', writes)])];
      // At most a handful of data: one page has a hundred thousand.
      const { MetricDataResults = [] } = await clientIn(region).send(
        new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: new Date(from), EndTime: new Date(to) }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      const valueAt = (id: string, at: number): number => {
        const { Timestamps = [], Values = [] } = MetricDataResults.find(({ Id }) => Id === id) ?? {};
        // Within half a period: a sandbox has periods of broken milliseconds.
        const index = Timestamps.findIndex((timestamp) => Math.abs(timestamp.getTime() - at) < periodMs / 2);
        return Values[index] ?? 0;
      };
      const periods = Array.from({ length: Math.round((to - from) / periodMs) }, (_, index) => from + index * periodMs);
      return periods.map((at) => ({
        at,
        requests: valueAt('requests', at),
        writes: writes === undefined ? null : valueAt('writes', at),
      }));
    },
  };
}

const query = (Id: string, { namespace, metric, dimensions }: CountMetric) => ({
  Id,
  MetricStat: {
    Metric: {
      Namespace: namespace,
      MetricName: metric,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: 60,
    Stat: 'Sum',
  },
});
