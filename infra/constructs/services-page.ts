import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { MetricName } from '../../core/metric.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { watches } from '../../deployment/canaries.ts';
import type { Group } from '../../deployment/groups.ts';
import { canaryName, journeyCanaryName, metricsNamespace, pageName } from '../../deployment/names.ts';

export interface ServicesPageProps {
  /** With the services that are on it. */
  readonly failover: Failover;
  readonly group: Group;
}

const minute = Duration.minutes(1);

/** Each service at a glance: who serves, whether another could, how it looks from everywhere, and what was done about it. */
export class ServicesPage extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { failover, group }: ServicesPageProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: pageName(failover, group),
      defaultInterval: Duration.hours(3),
      widgets: failover.services.flatMap((service) => [
        [new TextWidget({ markdown: introduction(failover, service), width: 24, height: 2 })],
        [serving(failover, service), ready(failover, service)],
        health(failover, service),
        [incidents(failover, service), timeToRecover(failover, service)],
      ]),
    });
  }
}

function introduction({ runbookUrl }: Failover, { name }: Service): string {
  return `# ${name}\nWho may do what now: \`understudy status ${name}\`. Why it was done: \`understudy explain ${name}\`. What to do: ${runbookUrl}`;
}

/** Every control region says so for itself; one that is lost says nothing, so the others are believed. */
function ours(failover: Failover, { name }: Service, metric: MetricName, how: How, region?: Region): IMetric {
  const seen = failover.controlRegions.map(
    (control) =>
      new Metric({
        namespace: metricsNamespace(failover),
        metricName: metric,
        dimensionsMap: { service: name, ...(region === undefined ? {} : { region }) },
        statistic: how.statistic,
        period: how.period,
        region: control,
      }),
  );
  // Within one graph every metric has an id of its own.
  const ids = seen.map((_, index) => `m${index}_${metric}_${how.statistic}_${region ?? ''}`.replaceAll('-', '_'));
  return new MathExpression({
    expression: `${how.together}([${ids.join(',')}])`,
    usingMetrics: Object.fromEntries(seen.map((each, index) => [ids[index], each])),
    label: region ?? metric,
    period: how.period,
  });
}

interface How {
  readonly statistic: string;
  readonly together: 'MAX' | 'MIN' | 'SUM';
  readonly period: Duration;
}

function serving(failover: Failover, service: Service): GraphWidget {
  const counting = service.regions.filter(({ arrivals }) => arrivals !== undefined);
  return new GraphWidget({
    title: `Who serves (share of traffic by the lever, %)${counting.length > 0 ? ', and who still calls what was left (a minute)' : ''}`,
    right: counting.map(({ region }) =>
      ours(failover, service, 'Stragglers', { statistic: 'Maximum', together: 'MAX', period: minute }, region),
    ),
    left: regionNames(service).map((region) =>
      ours(failover, service, 'Share', { statistic: 'Maximum', together: 'MAX', period: minute }, region),
    ),
    stacked: true,
    leftYAxis: { min: 0, max: 100 },
    width: 16,
  });
}

function ready(failover: Failover, service: Service): SingleValueWidget {
  return new SingleValueWidget({
    title: 'Ready to be moved (1 is yes), minutes unprotected after a move, and days since a drill succeeded',
    metrics: [
      ours(failover, service, 'Ready', { statistic: 'Minimum', together: 'MIN', period: minute }),
      ours(failover, service, 'MinutesUnprotected', { statistic: 'Maximum', together: 'MAX', period: minute }),
      ours(failover, service, 'DaysSinceSuccessfulDrill', { statistic: 'Maximum', together: 'MIN', period: minute }),
    ],
    sparkline: true,
    width: 8,
    height: 6,
  });
}

/** One picture a target, one line a vantage: whether they agree is the question. */
function health(failover: Failover, service: Service): GraphWidget[] {
  const canaries = [
    ...regionNames(service).map((region) => ({
      title: region as string,
      canary: canaryName(failover, service.name, region),
    })),
    { title: 'front door', canary: canaryName(failover, service.name, null) },
    ...(service.journey === undefined ? [] : [{ title: 'journey', canary: journeyCanaryName(failover, service.name) }]),
  ];
  const observers = failover.observers.filter((observer) => watches(service, observer));
  return canaries.map(
    ({ title, canary }) =>
      new GraphWidget({
        title: `${title}, as each observer sees it (%)`,
        left: observers.map(
          (observer) =>
            new Metric({
              namespace: 'CloudWatchSynthetics',
              metricName: 'SuccessPercent',
              dimensionsMap: { CanaryName: canary },
              statistic: 'Minimum',
              period: Duration.minutes(service.canaries.everyMinutes),
              label: `from ${observer}`,
              region: observer,
            }),
        ),
        leftYAxis: { min: 0, max: 100 },
        width: 8,
      }),
  );
}

const endings = [
  'FailoverAttempt',
  'FailoverSuccess',
  'FailoverHold',
  'FailoverRefused',
  'FailoverShadowed',
  'FailoverRollback',
  'FailoverUnproven',
  'FailoverFailed',
  'NotificationFailed',
  'AnswerRefused',
] as const satisfies readonly MetricName[];

function incidents(failover: Failover, service: Service): GraphWidget {
  return new GraphWidget({
    title: 'Incidents, by how they ended',
    left: endings.map((metric) =>
      ours(failover, service, metric, { statistic: 'Sum', together: 'SUM', period: Duration.minutes(5) }),
    ),
    width: 16,
  });
}

function timeToRecover(failover: Failover, service: Service): GraphWidget {
  return new GraphWidget({
    title: 'Time to recover (ms)',
    left: [
      ours(failover, service, 'TimeToRecover', { statistic: 'Maximum', together: 'MAX', period: Duration.minutes(5) }),
    ],
    leftAnnotations: [{ value: service.policy.rtoTargetMs, label: 'promised' }],
    width: 8,
  });
}
