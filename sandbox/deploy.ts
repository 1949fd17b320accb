import { join } from 'node:path';
import { epoch, type Region } from '../core/brand.ts';
import { beaconRegions, knownStore } from '../core/lever.ts';
import { homeWeights } from '../core/plan.ts';
import { encodeOverride, encodeServiceValue, OVERRIDE_KEY, serviceKey } from '../core/routing-value.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../core/service.ts';
import { beaconAlarm, beaconMetric } from '../deployment/beacon.ts';
import { type CanaryAlarm, startAlarms } from '../deployment/canary-alarms.ts';
import { functionSettings } from '../deployment/functions.ts';
import {
  beaconAlarmName,
  type FunctionRole,
  functionArn,
  functionName,
  liveAlias,
  orchestrators,
  stateMachineArn,
  topicArns,
} from '../deployment/names.ts';
import { stepFunctions } from '../deployment/steps.ts';
import type { RoutingControlCluster } from '../loopback/aws/arc.ts';
import type { KeyValueStores } from '../loopback/aws/kvs.ts';
import type { Lambda } from '../loopback/aws/lambda/lambda.ts';
import type { Aws } from '../loopback/aws/service.ts';
import { failoverMachine } from '../workflows/failover/machine.ts';
import { createRules } from './rules.ts';

/** What a deployment puts into AWS before anything happens, from the configuration alone. */
export interface Deployment {
  readonly failover: Failover;
  readonly aws: Aws;
  readonly lambda: Lambda;
  /** The folder with `handlers/` and `synthetics/`. */
  readonly dist: string;
  /** Environment of every function. */
  readonly env: Readonly<Record<string, string>>;
  /** Addresses that the sandbox serves: a vantage looks at nothing else, whatever it is asked. */
  readonly served: readonly string[];
}

export async function deploy(deployment: Deployment): Promise<void> {
  const { failover } = deployment;
  registerFunctions(deployment);
  await Promise.all([
    createLedger(deployment),
    ...failover.controlRegions.flatMap((region) => [createTopics(deployment, region)]),
    ...failover.observers.flatMap((region) =>
      startAlarms(failover, region).map((alarm) => createAlarm(deployment, region, alarm)),
    ),
    ...failover.services.map((service) => createBeacon(deployment, service)),
  ]);
  // The rules come last: nothing may start a machine that is not there yet.
  await Promise.all(failover.controlRegions.map((region) => createMachine(deployment, region)));
  await Promise.all(
    [...new Set([...failover.observers, ...failover.controlRegions])].map((region) =>
      createRules(failover, deployment.aws, region),
    ),
  );
}

/** Everything at home, and said so: an empty store or two controls that are Off would leave it to chance. */
export function seedLevers(failover: Failover, stores: KeyValueStores, cluster: RoutingControlCluster): void {
  const byStore = new Map<string, Record<string, string>>();
  for (const service of failover.services) {
    if (service.lever.kind !== 'kvs') continue;
    const storeArn = knownStore(service.lever);
    const entries = byStore.get(storeArn) ?? {
      [OVERRIDE_KEY]: encoded(encodeOverride({ epoch: epoch(0), weights: {} })),
    };
    entries[serviceKey(service.name)] = encoded(encodeServiceValue({ epoch: epoch(0), weights: homeWeights(service) }));
    byStore.set(storeArn, entries);
  }
  for (const [arn, entries] of byStore) stores.createStore({ arn, entries });
  const controlled = failover.services.flatMap((service) =>
    service.lever.kind === 'arc' ? [{ service, lever: service.lever }] : [],
  );
  cluster.createCluster({
    controls: controlled.flatMap(({ service, lever }) =>
      Object.entries(lever.controls).map(([region, arn]) => ({
        arn,
        name: `${service.name}-${region}`,
        controlPanelArn: arn.split('/routingcontrol/')[0] ?? arn,
        controlPanelName: service.name,
        initial: region === homeRegion(service) ? ('On' as const) : ('Off' as const),
      })),
    ),
    safetyRules: controlled.flatMap(({ service, lever }) => safetyRules(service.name, Object.values(lever.controls))),
  });
}

function encoded(value: ReturnType<typeof encodeServiceValue>): string {
  if (value.kind === 'malformed') throw new Error(`the first routing cannot be written: ${value.because}`);
  return value.text;
}

/** Never all Off, never two On: together only a call that changes both of a pair is accepted. */
function safetyRules(name: string, controls: readonly string[]) {
  const arn = (rule: string) => `${controls[0]?.split('/routingcontrol/')[0]}/safetyrule/${rule}`;
  return [
    {
      kind: 'assertion' as const,
      arn: arn('atleastone'),
      name: `${name}-at-least-one`,
      type: 'ATLEAST' as const,
      threshold: 1,
      assertedControls: controls,
    },
    {
      kind: 'assertion' as const,
      arn: arn('notboth'),
      name: `${name}-not-two`,
      type: 'ATLEAST' as const,
      threshold: 2,
      inverted: true,
      assertedControls: controls,
    },
  ];
}

function registerFunctions({ failover, lambda, dist, env, served }: Deployment): void {
  for (const region of failover.controlRegions) {
    for (const role of orchestrators) {
      lambda.register({
        name: functionName(failover, role),
        region,
        codeDir: join(dist, 'handlers', role),
        env,
        ...settingsOf(failover, role),
      });
    }
  }
  for (const region of failover.observers) {
    lambda.register({
      name: functionName(failover, 'vantage'),
      region,
      codeDir: join(dist, 'synthetics', 'vantage'),
      env,
      reaches: served,
      ...settingsOf(failover, 'vantage'),
    });
  }
}

function settingsOf({ services }: Failover, role: FunctionRole) {
  const { timeoutSeconds, ...settings } = functionSettings(role, services.length);
  return { timeoutMs: timeoutSeconds * 1_000, ...settings };
}

/**
 * Every function once, in every region it runs in; a few at a time, because a cold start is all processor. The steps
 * warm what they call, the vantages too.
 */
export async function warmFunctions(failover: Failover, aws: Aws, signal: AbortSignal): Promise<void> {
  const queue = orchestrators.flatMap((role) =>
    failover.controlRegions.map((region) => ({ region, name: functionName(failover, role) })),
  );
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      await aws.call(
        'lambda',
        'Invoke',
        { FunctionName: next.name, Payload: Buffer.from('{"warm":true}') },
        { region: next.region },
      );
    }
  };
  await Promise.all([worker(), worker()]);
}

async function createLedger({ failover, aws }: Deployment): Promise<void> {
  const { tableName, region } = failover.ledger;
  await aws.call(
    'dynamodb',
    'CreateTable',
    {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'service', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'service', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    },
    { region },
  );
}

async function createTopics({ failover, aws }: Deployment, region: Region): Promise<void> {
  const { critical, info } = failover.notify.topics;
  await Promise.all([critical, info].map((Name) => aws.call('sns', 'CreateTopic', { Name }, { region })));
}

async function createAlarm({ aws }: Deployment, observer: Region, alarm: CanaryAlarm): Promise<void> {
  await aws.call(
    'cloudwatch',
    'PutMetricAlarm',
    {
      AlarmName: alarm.name,
      AlarmDescription: alarm.description,
      Namespace: 'CloudWatchSynthetics',
      MetricName: 'SuccessPercent',
      Dimensions: [{ Name: 'CanaryName', Value: alarm.canary }],
      Statistic: alarm.statistic,
      Period: alarm.periodSeconds,
      EvaluationPeriods: alarm.of,
      DatapointsToAlarm: alarm.datapoints,
      Threshold: alarm.below,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: alarm.missing,
      ActionsEnabled: true,
    },
    { region: observer },
  );
}

/** What a beacon's health check follows, in the standby's region. */
async function createBeacon({ failover, aws }: Deployment, service: Service): Promise<void> {
  const { lever, name } = service;
  if (lever.kind !== 'beacon') return;
  await aws.call(
    'cloudwatch',
    'PutMetricAlarm',
    { AlarmName: beaconAlarmName(failover, name), ...beaconMetric(lever, name), ...beaconAlarm },
    { region: beaconRegions(regionNames(service)).standby },
  );
}

/** With a version and the alias that everything starts. */
async function createMachine({ failover, aws }: Deployment, region: Region): Promise<void> {
  const machine = stateMachineArn(failover, region);
  const functions = stepFunctions((step) => functionArn(failover, region, step));
  const definition = failoverMachine({
    functions,
    topicArns: topicArns(failover, region),
    chat: failover.notify.slackChannel !== undefined,
  });
  await aws.call(
    'states',
    'CreateStateMachine',
    {
      name: machine.split(':').at(-1),
      definition: JSON.stringify(definition),
      roleArn: `arn:aws:iam::${failover.account}:role/${failover.name}-failover`,
      type: 'STANDARD',
    },
    { region },
  );
  const { stateMachineVersionArn } = await aws.call(
    'states',
    'PublishStateMachineVersion',
    { stateMachineArn: machine },
    { region },
  );
  const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
  await aws.call('states', 'CreateStateMachineAlias', { name: liveAlias, routingConfiguration }, { region });
}
