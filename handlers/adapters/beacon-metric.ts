import { CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { BeaconDatum } from '../../core/beacon.ts';
import type { BeaconLeverConfig } from '../../core/lever.ts';
import { beaconMetric } from '../../deployment/beacon.ts';
import { awsClient, once, type Reach } from './client-settings.ts';

/** The metric of one beacon, in the standby's region. Both calls reject with the client's error. */
export interface BeaconMetric {
  /** The newest data that are kept, oldest or newest first; none where there is nothing. */
  read(now: number): Promise<readonly BeaconDatum[]>;
  put(value: number, at: number): Promise<void>;
}

export function beaconClient(region: string, reach: Partial<Reach> = {}): CloudWatchClient {
  const usual = { connectMs: 1_000, answerMs: 2_000, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new CloudWatchClient(settings));
}

export function cloudWatchBeacon(
  client: CloudWatchClient,
  lever: Pick<BeaconLeverConfig, 'namespace' | 'periodMs'>,
  service: string,
): BeaconMetric {
  const { Namespace, MetricName, Dimensions } = beaconMetric(lever, service);

  async function between(from: number, to: number, seconds: number): Promise<readonly BeaconDatum[]> {
    const query = (Id: string, Stat: string) => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: seconds, Stat },
    });
    const found = new Map<number, Record<string, number>>();
    let token: string | undefined;
    for (let page = 0; page < pagesMax; page++) {
      const { MetricDataResults = [], NextToken } = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: [query('sum', 'Sum'), query('maximum', 'Maximum'), query('minimum', 'Minimum')],
          StartTime: new Date(from),
          EndTime: new Date(to),
          ScanBy: 'TimestampDescending',
          ...(token !== undefined && { NextToken: token }),
        }),
      );
      for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
        for (const [index, at] of Timestamps.entries()) {
          const value = Values[index];
          if (value === undefined) continue;
          found.set(at.getTime(), { ...found.get(at.getTime()), [Id]: value });
        }
      }
      if (NextToken === undefined) break;
      token = NextToken;
    }
    return [...found].map(([at, { sum = 0, maximum = sum, minimum = sum }]) => ({ at, sum, maximum, minimum }));
  }

  return {
    async read(now) {
      for (const { seconds, periods } of kept) {
        const reachMs = periods * lever.periodMs * (seconds / 60);
        const data = await between(now - reachMs, now + aheadPeriods * lever.periodMs, seconds);
        if (data.length > 0) return data;
      }
      return [];
    },

    async put(value, at) {
      const datum = { MetricName, Dimensions, Value: value, Timestamp: new Date(at), Unit: 'None' } as const;
      // The same datum twice is one of twice the value: it would outweigh a newer one of the same minute.
      await client.send(new PutMetricDataCommand({ Namespace, MetricData: [datum] }), once);
    },
  };
}

/**
 * How long CloudWatch keeps data of which period: 15 days of minutes, 63 of five minutes, 455 of hours. An hour less, so
 * that the oldest is still of that kind. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
const kept = [
  { seconds: 60, periods: (15 * 24 - 1) * 60 },
  { seconds: 300, periods: (63 * 24 - 1) * 12 },
  { seconds: 3_600, periods: 455 * 24 - 1 },
] as const;

/** A datum may be stamped three minutes ahead; the end is not part of what is asked for. */
const aheadPeriods = 4;

/** Three statistics of 15 days of minutes are 65,000 values at most, and a page holds 100,800. */
const pagesMax = 3;
