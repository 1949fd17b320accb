import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { metricsNamespace, stateMachineArn } from '../../deployment/names.ts';
import { describedBy } from '../../deployment/runbook.ts';
import type { HandlerFunction } from './handler-function.ts';
import type { Topics } from './topics.ts';

export interface OrchestratorAlarmsProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly functions: readonly HandlerFunction[];
  /** What runs the reconciler, and so publishes whether services are ready. */
  readonly reconciler: CfnSchedule;
}

interface Watch {
  readonly name: string;
  readonly fact: string;
  /** Anchor of docs/runbook.md. */
  readonly article: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Minimum';
  readonly periodSeconds: number;
  /** Periods in a row. */
  readonly periods: number;
  readonly red: 'at least one' | 'less than one';
  /** What silence means: that nothing happened, or that what should happen every minute does not. */
  readonly missing: 'notBreaching' | 'breaching';
}

/** Who watches the watchmen: alarms on the orchestrator of this region itself, told without any function of it. */
export class OrchestratorAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OrchestratorAlarmsProps) {
    super(scope, id);
    const { failover, topics, reconciler } = props;
    for (const watch of watchesOf(props)) {
      const alarm = new CfnAlarm(this, watch.name, {
        alarmName: `${failover.name}-${watch.name}`,
        alarmDescription: describedBy(failover, `${watch.fact} in ${props.region}`, watch.article),
        namespace: watch.namespace,
        metricName: watch.metric,
        dimensions: [{ name: watch.dimension[0], value: watch.dimension[1] }],
        statistic: watch.statistic,
        period: watch.periodSeconds,
        evaluationPeriods: watch.periods,
        datapointsToAlarm: watch.periods,
        threshold: 1,
        comparisonOperator: watch.red === 'at least one' ? 'GreaterThanOrEqualToThreshold' : 'LessThanThreshold',
        treatMissingData: watch.missing,
        alarmActions: [topics.critical.topicArn],
        okActions: [topics.info.topicArn],
      });
      // Older than what it listens to, it would page for a first deployment.
      if (watch.missing === 'breaching') alarm.addResourceDependency(reconciler);
    }
  }
}

function watchesOf({ failover, region, functions }: OrchestratorAlarmsProps): readonly Watch[] {
  return [
    ...runs(stateMachineArn(failover, region)),
    ...functions.flatMap(({ handles, name }) => calls(handles, name)),
    ...functions.filter(({ handles }) => handles === 'reconcile').map(({ name }) => silence(name)),
    ...failover.services.map(({ name }) => readiness(failover, name)),
    ...failover.services.map(({ name }) => unheard(failover, name)),
  ];
}

function runs(machine: string): readonly Watch[] {
  const common = {
    namespace: 'AWS/States',
    dimension: ['StateMachineArn', machine],
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 1,
    red: 'at least one',
    missing: 'notBreaching',
  } as const;
  const lost = 'a-run-could-not-be-concluded';
  return [
    { ...common, name: 'runs-failed', fact: 'A run failed', article: 'the-run-failed', metric: 'ExecutionsFailed' },
    { ...common, name: 'runs-timed-out', fact: 'A run timed out', article: lost, metric: 'ExecutionsTimedOut' },
    { ...common, name: 'runs-aborted', fact: 'A run was stopped', article: lost, metric: 'ExecutionsAborted' },
  ];
}

/** Twice in a row: one error is what retries are for. Each function runs at least once in a period, if only to stay warm. */
function calls(role: string, functionName: string): readonly Watch[] {
  const common = {
    namespace: 'AWS/Lambda',
    dimension: ['FunctionName', functionName],
    statistic: 'Sum',
    periodSeconds: 300,
    periods: 2,
    red: 'at least one',
    missing: 'notBreaching',
    article: 'a-function-fails',
  } as const;
  return [
    { ...common, name: `${role}-errors`, fact: `The function ${role} fails`, metric: 'Errors' },
    { ...common, name: `${role}-throttles`, fact: `The function ${role} is throttled`, metric: 'Throttles' },
  ];
}

function silence(functionName: string): Watch {
  return {
    name: 'reconciler-silent',
    fact: 'The reconciler does not run',
    article: 'the-reconciler-is-silent',
    namespace: 'AWS/Lambda',
    metric: 'Invocations',
    dimension: ['FunctionName', functionName],
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 5,
    red: 'less than one',
    missing: 'breaching',
  };
}

/** A channel that fails is told by a topic, without any function of ours. */
function unheard(failover: Failover, service: string): Watch {
  return {
    name: `${service}-not-told`,
    fact: `A channel did not take a message about ${service}`,
    article: 'nobody-was-told',
    namespace: metricsNamespace(failover),
    metric: 'NotificationFailed',
    dimension: ['service', service],
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 1,
    red: 'at least one',
    missing: 'notBreaching',
  };
}

/** Red also where nobody says that it is ready. */
function readiness(failover: Failover, service: string): Watch {
  return {
    name: `${service}-not-ready`,
    fact: `${service} could not be moved now`,
    article: 'a-service-is-not-ready',
    namespace: metricsNamespace(failover),
    metric: 'Ready',
    dimension: ['service', service],
    statistic: 'Minimum',
    periodSeconds: 60,
    periods: 5,
    red: 'less than one',
    missing: 'breaching',
  };
}
