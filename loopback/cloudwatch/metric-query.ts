import type {
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
  MetricDataQuery,
  MetricStat,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../aws/service.ts';
import { invalidValue, missing, validation } from './error.ts';
import { pageOfData } from './metric-data-page.ts';
import type { MetricId, MetricStore } from './metric-store.ts';
import { page } from './page.ts';
import { floorTo, type ScaledSeconds } from './scaled-seconds.ts';
import { isPercentile, isStatistic, statistic } from './statistic.ts';

/** Reads periods as the alarms do: `Period` is divided by the tempo, `StartTime` and `EndTime` are the wall's. */
export interface MetricReader {
  readonly store: MetricStore;
  readonly seconds: ScaledSeconds;
}

const mostDatapoints = 1440;
const listPageSize = 500;

export function getMetricStatistics({ store, seconds }: MetricReader, input: GetMetricStatisticsCommandInput): object {
  const id = metricId({ Namespace: input.Namespace, MetricName: input.MetricName, Dimensions: input.Dimensions });
  const period = checkedPeriod(input.Period);
  const names = [...(input.Statistics ?? []), ...(input.ExtendedStatistics ?? [])];
  if (names.length === 0) throw missing('Statistics');
  for (const name of names) checkedStatistic(name);
  const windows = [...periods({ seconds }, input.StartTime, input.EndTime, period)];
  if (windows.length > mostDatapoints) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `You have requested up to ${windows.length} datapoints, which exceeds the limit of ${mostDatapoints}. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  }

  const units = input.Unit === undefined ? store.units(id) : [input.Unit];
  const datapoints = windows.flatMap(([from, to]) =>
    units.flatMap((unit) => {
      const set = store.aggregate(id, unit, from, to);
      if (set === null) return [];
      const extended = names.filter(isPercentile).flatMap((name) => {
        const value = statistic(name, set);
        return value === null ? [] : [[name, value] as const];
      });
      return [
        {
          Timestamp: new Date(seconds.instant(from)),
          Unit: unit,
          ...Object.fromEntries(names.filter(isStatistic).map((name) => [name, statistic(name, set)])),
          ...(extended.length > 0 ? { ExtendedStatistics: Object.fromEntries(extended) } : {}),
        },
      ];
    }),
  );
  return { Label: input.MetricName, Datapoints: datapoints };
}

/** Metric stats only: metric math is refused. */
export function getMetricData({ store, seconds }: MetricReader, input: GetMetricDataCommandInput): object {
  const queries = (input.MetricDataQueries ?? []).map(checkedQuery);
  if (queries.length === 0) throw missing('MetricDataQueries');
  if (new Set(queries.map(({ id }) => id)).size < queries.length) {
    throw validation('The values for parameter id in MetricDataQueries are not unique.');
  }
  const ascending = input.ScanBy === 'TimestampAscending';

  const results = queries
    .filter(({ returned }) => returned)
    .map((query) => {
      const units = query.unit === undefined ? store.units(query.metric) : [query.unit];
      const unit = units[0];
      const points = [...periods({ seconds }, input.StartTime, input.EndTime, query.period)].flatMap(([from, to]) => {
        const set = unit === undefined ? null : store.aggregate(query.metric, unit, from, to);
        const value = set && statistic(query.stat, set);
        return value === null ? [] : [{ at: new Date(seconds.instant(from)), value }];
      });
      const ordered = ascending ? points : points.toReversed();
      return {
        Id: query.id,
        Label: query.label ?? label(query, queries),
        Timestamps: ordered.map(({ at }) => at),
        Values: ordered.map(({ value }) => value),
        StatusCode: 'Complete',
        ...(units.length > 1
          ? { Messages: [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.join(', ')}]'` }] }
          : {}),
      };
    });
  return { ...pageOfData(results, input), Messages: [] };
}

/** `RecentlyActive: PT3H` means three scaled hours. */
export function listMetrics({ store, seconds }: MetricReader, input: ListMetricsCommandInput, now: number): object {
  if (input.RecentlyActive !== undefined && input.RecentlyActive !== 'PT3H') {
    throw invalidValue('The parameter RecentlyActive must be PT3H.');
  }
  const activeSince = input.RecentlyActive === undefined ? -Infinity : seconds.at(now) - 3 * 3600;
  const found = store
    .list()
    .filter(
      ({ id, newest }) =>
        newest >= activeSince &&
        (input.Namespace === undefined || input.Namespace === id.namespace) &&
        (input.MetricName === undefined || input.MetricName === id.name) &&
        (input.Dimensions ?? []).every((wanted) =>
          id.dimensions.some(
            ({ Name, Value }) => Name === wanted.Name && (wanted.Value === undefined || wanted.Value === Value),
          ),
        ),
    )
    .map(({ id }) => ({ Namespace: id.namespace, MetricName: id.name, Dimensions: id.dimensions }));
  const { items, nextToken } = page(found, listPageSize, input.NextToken);
  return { Metrics: items, ...(nextToken ? { NextToken: nextToken } : {}) };
}

interface Query {
  readonly id: string;
  readonly metric: MetricId;
  readonly period: number;
  readonly stat: string;
  readonly unit: string | undefined;
  readonly label: string | undefined;
  readonly returned: boolean;
}

function checkedQuery(query: MetricDataQuery): Query {
  if (!query.Id) throw missing('MetricDataQueries.Id');
  if (query.Expression !== undefined || query.MetricStat === undefined) {
    throw validation(
      `Metric math is not played by the sandbox: query '${query.Id}' must have a MetricStat and no Expression.`,
    );
  }
  return { id: query.Id, label: query.Label, returned: query.ReturnData ?? true, ...metricStat(query.MetricStat) };
}

/** The parts of a `MetricStat`, checked. */
export function metricStat(stat: MetricStat): {
  metric: MetricId;
  period: number;
  stat: string;
  unit: string | undefined;
} {
  return {
    metric: metricId(stat.Metric ?? {}),
    period: checkedPeriod(stat.Period),
    stat: checkedStatistic(stat.Stat),
    unit: stat.Unit,
  };
}

export function metricId(named: {
  Namespace?: string | undefined;
  MetricName?: string | undefined;
  Dimensions?: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined;
}): MetricId {
  if (!named.Namespace) throw missing('Namespace');
  if (!named.MetricName) throw missing('MetricName');
  return {
    namespace: named.Namespace,
    name: named.MetricName,
    dimensions: (named.Dimensions ?? []).map(({ Name, Value }) => {
      if (!Name || !Value) throw missing(`Dimensions.${Name ? 'Value' : 'Name'}`);
      return { Name, Value };
    }),
  };
}

export function checkedStatistic(name: string | undefined): string {
  if (!name) throw missing('Stat');
  if (!isStatistic(name) && !isPercentile(name)) {
    throw invalidValue(
      `The value ${name} for parameter Stat is not played by the sandbox: ` +
        'SampleCount, Sum, Average, Minimum, Maximum and percentiles (p99) are.',
    );
  }
  return name;
}

function checkedPeriod(period: number | undefined): number {
  if (period === undefined) throw missing('Period');
  if (![1, 5, 10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    throw invalidValue('The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
  }
  return period;
}

/** The periods between two instants, in scaled seconds; the start is rounded down as AWS does for recent data. */
function* periods(
  { seconds }: Pick<MetricReader, 'seconds'>,
  start: Date | undefined,
  end: Date | undefined,
  period: number,
): Generator<readonly [from: number, to: number]> {
  if (start === undefined) throw missing('StartTime');
  if (end === undefined) throw missing('EndTime');
  if (start.getTime() >= end.getTime()) {
    throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  }
  const last = seconds.at(end.getTime() - 1);
  for (let from = floorTo(Math.min(period, 60), seconds.at(start.getTime())); from <= last; from += period) {
    yield [from, from + period];
  }
}

/** The metric's name, and whatever else tells the queries apart. */
function label(query: Query, all: readonly Query[]): string {
  const differs = (of: (query: Query) => unknown) => new Set(all.map(of)).size > 1;
  return [
    query.metric.name,
    ...(differs(({ stat }) => stat) ? [query.stat] : []),
    ...(differs(({ period }) => period) ? [query.period] : []),
  ].join(' ');
}
