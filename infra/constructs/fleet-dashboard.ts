import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, MathExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { MetricName } from '../../core/metric.ts';
import type { Failover } from '../../core/service.ts';
import { fleetDashboardName, metricsNamespace } from '../../deployment/names.ts';

export interface FleetDashboardProps {
  readonly failover: Failover;
}

/** So many services are shown of each question, those first that need somebody. */
const shown = 25;

/**
 * All services together, as large for a thousand as for two: the least ready, those that were moved, held or could not be, and the slowest. By
 * Metrics Insights, which sorts in CloudWatch. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export class FleetDashboard extends Construct {
  constructor(scope: Construct, id: string, { failover }: FleetDashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: fleetDashboardName(failover),
      defaultInterval: Duration.hours(3),
      widgets: [
        [new TextWidget({ markdown: introduction(failover), width: 24, height: 2 })],
        ...questions.map((question) => failover.controlRegions.map((control) => asked(failover, control, question))),
      ],
    });
  }
}

interface Question {
  readonly title: string;
  readonly metric: MetricName;
  readonly statistic: 'MIN' | 'MAX' | 'SUM';
  readonly order: 'ASC' | 'DESC';
  readonly period: Duration;
}

const minute = Duration.minutes(1);
const fiveMinutes = Duration.minutes(5);

const questions: readonly Question[] = [
  { title: 'Not ready to be moved (0)', metric: 'Ready', statistic: 'MIN', order: 'ASC', period: minute },
  { title: 'Attempts to move', metric: 'FailoverAttempt', statistic: 'SUM', order: 'DESC', period: fiveMinutes },
  { title: 'Held', metric: 'FailoverHold', statistic: 'SUM', order: 'DESC', period: fiveMinutes },
  { title: 'Failed', metric: 'FailoverFailed', statistic: 'SUM', order: 'DESC', period: fiveMinutes },
  { title: 'Time to recover (ms)', metric: 'TimeToRecover', statistic: 'MAX', order: 'DESC', period: fiveMinutes },
];

const introduction = ({ name, runbookUrl }: Failover) =>
  `# ${name}\nWho may do what now: \`understudy status\`. Each service: the dashboards \`${name}-page-…\`. What to do: ${runbookUrl}`;

/** Every control region says it for itself; each is shown, because one that is lost says nothing. */
function asked(
  failover: Failover,
  control: string,
  { title, metric, statistic, order, period }: Question,
): GraphWidget {
  const from = `SCHEMA("${metricsNamespace(failover)}", service)`;
  const expression = `SELECT ${statistic}(${metric}) FROM ${from} GROUP BY service ORDER BY ${statistic}() ${order} LIMIT ${shown}`;
  return new GraphWidget({
    title: `${title}, by ${control}`,
    left: [new MathExpression({ expression, label: '', period, searchRegion: control })],
    width: Math.max(6, Math.floor(24 / failover.controlRegions.length)),
  });
}
