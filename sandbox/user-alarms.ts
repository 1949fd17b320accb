import type { Failover } from '../core/service.ts';
import { userAlarmsOf } from '../deployment/user-alarms.ts';
import type { Aws } from '../loopback/aws/service.ts';
import { spoiltMetric } from './arrivals.ts';

/**
 * The alarms on what users see that a configuration names, which exist where it is deployed: here each is red while the region answers
 * a minute's requests badly. A region that answers none has none to count, as a load balancer has.
 */
export async function makeUserAlarms({ services }: Pick<Failover, 'services'>, aws: Pick<Aws, 'call'>): Promise<void> {
  for (const service of services) {
    for (const { region, in: where, alarm } of userAlarmsOf(service)) {
      const { namespace, metric, dimensions } = spoiltMetric(service.name, region);
      const input = {
        AlarmName: alarm.name,
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      };
      await aws.call('cloudwatch', 'PutMetricAlarm', input, { region: where });
    }
  }
}
