import type { CountMetric, Failover } from '../core/service.ts';
import type { Clock } from '../loopback/clock.ts';
import type { CloudWatchService } from '../loopback/cloudwatch/cloudwatch.ts';
import { waited } from '../loopback/waited.ts';

/** What API Gateway or a load balancer in front of a service would count, in the metrics that the configuration names. */
export interface ArrivalMetrics {
  /** A request came in, whatever became of it. */
  arrived(region: string, service: string, method: string): void;
  /** It was answered otherwise than it should be. */
  spoilt(region: string, service: string): void;
  close(): Promise<void>;
}

const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export function arrivalMetrics({
  failover,
  publish,
  clock,
  tempo,
}: {
  readonly failover: () => Failover;
  readonly publish: CloudWatchService['publish'];
  readonly clock: Clock;
  /** Divides the minute of CloudWatch. */
  readonly tempo: number;
}): ArrivalMetrics {
  const closing = new AbortController();
  const counts = new Map<string, { requests: number; writes: number; spoilt: number }>();
  const keyOf = (region: string, service: string) => `${region}/${service}`;

  /** A few times in each period, stamped as it happens: none of it may fall into a period that is over. */
  async function publishAll(): Promise<void> {
    while (await waited(clock, 60_000 / tempo / publishedPerPeriod, closing.signal)) publishCounts();
  }

  function publishCounts(): void {
    for (const { name, regions } of failover().services) {
      for (const { region, arrivals, userAlarms = [] } of regions) {
        const counted = counts.get(keyOf(region, name));
        if (counted === undefined) continue;
        counts.delete(keyOf(region, name));
        if (arrivals !== undefined) put(region, arrivals.requests, counted.requests);
        if (arrivals?.writes !== undefined && counted.writes > 0) put(region, arrivals.writes, counted.writes);
        for (const where of new Set(userAlarms.map((alarm) => alarm.in ?? region))) {
          put(where, spoiltMetric(name, region), counted.spoilt);
        }
      }
    }
  }

  function put(region: string, { namespace, metric, dimensions }: CountMetric, Value: number): void {
    const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value }));
    const datum = { MetricName: metric, Dimensions, Unit: 'Count', Value, Timestamp: new Date(clock.now()) } as const;
    publish(region, { Namespace: namespace, MetricData: [datum] });
  }

  const countedOf = (region: string, service: string) => {
    const key = keyOf(region, service);
    const counted = counts.get(key) ?? { requests: 0, writes: 0, spoilt: 0 };
    counts.set(key, counted);
    return counted;
  };

  const publishing = publishAll();
  return {
    arrived(region, service, method) {
      const counted = countedOf(region, service);
      counted.requests++;
      if (writing.has(method)) counted.writes++;
    },
    spoilt(region, service) {
      countedOf(region, service).spoilt++;
    },
    async close() {
      closing.abort();
      await publishing;
    },
  };
}

const publishedPerPeriod = 10;

/** What the sandbox's alarms on what users see look at. */
export const spoiltMetric = (service: string, region: string): CountMetric => ({
  namespace: 'Sandbox/Users',
  metric: 'BadAnswers',
  dimensions: { Service: service, Region: region },
});
