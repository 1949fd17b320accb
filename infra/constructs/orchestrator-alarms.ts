import type { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { evacuationMachineArn, stateMachineArn } from '../../deployment/names.ts';
import type { HandlerFunction } from './handler-function.ts';
import type { Topics } from './topics.ts';
import { type Watch, watchAlarm } from './watch-alarm.ts';

export interface OrchestratorAlarmsProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly functions: readonly HandlerFunction[];
  /** What runs the reconciler. */
  readonly reconciler: CfnSchedule;
}

/** Who watches the watchmen: alarms on the orchestrator of this region itself, told without any function of it. */
export class OrchestratorAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OrchestratorAlarmsProps) {
    super(scope, id);
    const { failover, topics, reconciler } = props;
    const told = { critical: topics.critical.topicArn, info: topics.info.topicArn };
    for (const watch of watchesOf(props)) {
      const alarm = watchAlarm(this, { failover, region: props.region, watch, told });
      // Older than what it listens to, it would page for a first deployment.
      if (watch.missing === 'breaching') alarm.addResourceDependency(reconciler);
    }
  }
}

function watchesOf({ failover, region, functions }: OrchestratorAlarmsProps): readonly Watch[] {
  return [
    ...runs(stateMachineArn(failover, region), 'run'),
    ...runs(evacuationMachineArn(failover, region), 'evacuation'),
    ...functions.flatMap(({ handles, name }) => calls(handles, name)),
    ...functions.filter(({ handles }) => handles === 'reconcile').map(({ name }) => silence(name)),
  ];
}

function runs(machine: string, what: 'run' | 'evacuation'): readonly Watch[] {
  const common = {
    namespace: 'AWS/States',
    dimension: ['StateMachineArn', machine],
    statistic: 'Sum',
    periodSeconds: 60,
    periods: 1,
    red: 'at least one',
    missing: 'notBreaching',
  } as const;
  const [an, failed, lost] =
    what === 'run'
      ? ['A run', 'the-run-failed', 'a-run-could-not-be-concluded']
      : ['An evacuation', 'an-evacuation-failed', 'an-evacuation-failed'];
  return [
    { ...common, name: `${what}s-failed`, fact: `${an} failed`, article: failed, metric: 'ExecutionsFailed' },
    { ...common, name: `${what}s-timed-out`, fact: `${an} timed out`, article: lost, metric: 'ExecutionsTimedOut' },
    { ...common, name: `${what}s-aborted`, fact: `${an} was stopped`, article: lost, metric: 'ExecutionsAborted' },
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
