import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { type CanaryAlarm, journeyAlarms, startAlarms, wellnessAlarms } from '../../deployment/canary-alarms.ts';
import { canaryNamespace } from '../../deployment/canary-code.ts';
import { topicArn } from '../../deployment/names.ts';
import type { Canaries } from './canaries.ts';

export interface CanaryAlarmsProps {
  /** With the services that are watched. */
  readonly failover: Failover;
  /** Whose canaries they watch: alarms stand where their metrics are. */
  readonly observer: Region;
  readonly canaries: Pick<Canaries, 'named'>;
}

/**
 * The alarms of one observer on some services. Those that start runs have no action: rules listen for them. Those for people speak through
 * SNS by themselves, so that they are heard when the orchestrator is the one that is ill.
 */
export class CanaryAlarms extends Construct {
  readonly #canaries: CanaryAlarmsProps['canaries'];

  constructor(scope: Construct, id: string, { failover, observer, canaries }: CanaryAlarmsProps) {
    super(scope, id);
    this.#canaries = canaries;
    const people = [topicArn(failover, observer, 'critical')];
    for (const alarm of startAlarms(failover, observer)) this.metricAlarm(alarm);
    for (const alarm of journeyAlarms(failover, observer)) this.metricAlarm(alarm, people);
    for (const { name, description, lasting, silent } of wellnessAlarms(failover, observer)) {
      const parts = [this.metricAlarm(lasting), this.metricAlarm(silent)];
      const composite = new CfnCompositeAlarm(this, name, {
        alarmName: name,
        alarmDescription: description,
        alarmRule: parts.map(({ alarmName }) => `ALARM("${alarmName}")`).join(' OR '),
        alarmActions: people,
        okActions: people,
      });
      for (const part of parts) composite.addResourceDependency(part);
    }
  }

  private metricAlarm(alarm: CanaryAlarm, people: readonly string[] = []): CfnAlarm {
    const made = new CfnAlarm(this, alarm.name, {
      alarmName: alarm.name,
      alarmDescription: alarm.description,
      namespace: canaryNamespace,
      metricName: 'SuccessPercent',
      dimensions: [{ name: 'CanaryName', value: alarm.canary }],
      statistic: alarm.statistic,
      period: alarm.periodSeconds,
      evaluationPeriods: alarm.of,
      datapointsToAlarm: alarm.datapoints,
      threshold: alarm.below,
      comparisonOperator: 'LessThanThreshold',
      treatMissingData: alarm.missing,
      alarmActions: [...people],
      okActions: [...people],
    });
    // Before its canary there is silence, and silence has an alarm: every first deployment would wake somebody. Its own alone: one
    // for each pair would make the template grow with the square. A shared one is there since the region's stack is.
    const canary = this.#canaries.named(alarm.canary);
    if (canary !== undefined) made.node.addDependency(canary);
    return made;
  }
}
