import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Region } from '../core/brand.ts';
import type { Entry } from '../core/entry.ts';
import { knownStore } from '../core/lever.ts';
import { serviceKey } from '../core/routing-value.ts';
import { regionNames, type Service } from '../core/service.ts';
import { functionName } from '../deployment/names.ts';
import { kvsClient, kvsStore } from '../handlers/adapters/kvs-store.ts';
import { ledgerClient } from '../handlers/adapters/ledger.dynamodb.ts';
import { entryItem } from '../handlers/adapters/ledger-items.ts';
import { lambdaVantages, vantageClient } from '../handlers/adapters/vantages.lambda.ts';
import { aimAtControl, aimsAtFrontDoor, aimsAtRegion } from '../handlers/steps/look.ts';
import { within } from '../handlers/steps/within.ts';
import { wait } from '../handlers/wait.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

export type RungName =
  | 'event starts a run'
  | 'invoke admit'
  | 'ledger: take epoch and lease'
  | 'ledger: entry admitted'
  | 'invoke assess'
  | 'burst from one observer'
  | 'ledger: entry decided'
  | 'invoke shift'
  | 'ledger: renew the lease; lever: ETag'
  | 'lever: write';

/** `start` is before the first state. */
export type RungStep = 'start' | 'Admit' | 'Assess' | 'Shift';

/** One link of the chain: calls that can only begin when those before have been answered. */
export interface Rung {
  readonly name: RungName;
  /** Where the product makes these calls. */
  readonly step: RungStep;
  /** One after the other; calls that are made at the same time count once. */
  readonly calls: readonly string[];
  /** Made at the same time as those, and measured with them. */
  readonly beside?: readonly string[];
  readonly because: string;
  /** Written down before it is acted upon, though no later call needs its answer. */
  readonly record: boolean;
  /** Makes the calls, and nothing else. Milliseconds. */
  measure(): Promise<number>;
}

export interface RungsOptions {
  readonly sandbox: Sandbox;
  readonly service: Service;
  /** Where the machine runs. */
  readonly region: Region;
  /** What a real run invoked the steps with. */
  readonly payloads: Readonly<Record<Exclude<RungStep, 'start'>, object>>;
  /** What a real run wrote down. */
  readonly entries: readonly Entry[];
}

/**
 * The chain from the alarm's event to the write. Its calls are made as the product makes them, of the same size: over the
 * wire with the same SDK clients where a function makes them, in process where the sandbox's services call one another.
 * A function that is invoked does nothing, so what the product's own code takes is in the run and not in here.
 *
 * What a run does meanwhile (alarms, the lever and the lease while the burst goes on; the announcement) is not in it, and
 * of three bursts at once only one is: every rung is the least that it can take.
 */
export async function rungs(options: RungsOptions): Promise<AsyncDisposable & { readonly rungs: readonly Rung[] }> {
  const { sandbox, service, region, payloads, entries } = options;
  const { failover, aws, addresses } = sandbox;
  if (service.lever.kind !== 'kvs') throw new Error(`${service.name} does not move by KeyValueStore`);
  const folder = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  await writeFile(join(folder, 'index.mjs'), 'export const handler = async () => ({});\n');
  sandbox.loopback.lambda.register({ name: idle, region, codeDir: folder, memoryMb: 512 });
  await createIdleMachine(sandbox, region);

  const { tableName, region: ledgerRegion } = failover.ledger;
  const reach = { endpoint: addresses.aws };
  const ledger = ledgerClient(ledgerRegion, reach);
  const lambda = vantageClient(region, reach);
  const kvs = kvsClient(region, reach);
  const store = kvsStore(kvs, knownStore(service.lever));
  const vantages = lambdaVantages({ clientIn: () => lambda, functionName: functionName(failover, 'vantage') });
  const aims = [
    ...regionNames(service).flatMap((name) => aimsAtRegion(service, name)),
    ...aimsAtFrontDoor(service),
    aimAtControl(failover, service),
  ];

  const invoke = (step: keyof typeof payloads) => {
    const Payload = Buffer.from(JSON.stringify(payloads[step]));
    return () => timed(() => aws.call('lambda', 'Invoke', { FunctionName: idle, Payload }, { region }));
  };
  let version = 0;
  let record: Record<string, unknown> | undefined;
  async function readRecord(): Promise<void> {
    const Key = { service: service.name, sk: 'record' };
    const { Item } = await ledger.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    record = Item;
  }
  /** The real record, to a service of the benchmark's own, on the condition that it is unchanged. */
  async function writeRecord(): Promise<void> {
    await ledger.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...record, service: idle, version: `${version + 1}` },
        ConditionExpression: 'attribute_not_exists(#service) OR #version = :version',
        ExpressionAttributeNames: { '#service': 'service', '#version': 'version' },
        ExpressionAttributeValues: { ':version': `${version}` },
      }),
    );
    version += 1;
  }
  let appended = 0;
  const append = (kind: Entry['what']['kind']) => {
    const entry = entries.find(({ what }) => what.kind === kind);
    if (entry === undefined) throw new Error(`the run has no entry of the kind ${kind}`);
    return () => {
      const Item = { ...entryItem(entry), service: idle, sk: `entry#${kind}#${appended++}` };
      return timed(() =>
        ledger.send(
          new PutCommand({
            TableName: tableName,
            Item,
            ConditionExpression: 'attribute_not_exists(#service)',
            ExpressionAttributeNames: { '#service': 'service' },
          }),
        ),
      );
    };
  };
  let etag = '';
  const text = (await store.get(serviceKey(service.name))) ?? '';

  const chain: Rung[] = [
    {
      name: 'event starts a run',
      step: 'start',
      calls: ['states StartExecution'],
      because: 'the rule matches the event, and only then is there a run',
      record: false,
      measure: () => startByEvent(sandbox, region),
    },
    {
      name: 'invoke admit',
      step: 'Admit',
      calls: ['lambda Invoke'],
      because: 'a run first asks whether it may be one',
      record: false,
      measure: invoke('Admit'),
    },
    {
      name: 'ledger: take epoch and lease',
      step: 'Admit',
      calls: ['dynamodb GetItem', 'dynamodb PutItem'],
      because: 'the epoch is the last one and one more, and the write is on the condition of what was read',
      record: false,
      measure: () =>
        timed(async () => {
          await readRecord();
          await writeRecord();
        }),
    },
    {
      name: 'ledger: entry admitted',
      step: 'Admit',
      calls: ['dynamodb PutItem'],
      because: 'an incident is on record before anything is done in its name; its name holds the epoch',
      record: true,
      measure: append('admitted'),
    },
    {
      name: 'invoke assess',
      step: 'Assess',
      calls: ['lambda Invoke'],
      because: 'only an admitted run may look',
      record: false,
      measure: invoke('Assess'),
    },
    {
      name: 'burst from one observer',
      step: 'Assess',
      calls: ['lambda Invoke'],
      because: 'the other reads go on meanwhile and are faster; the waiting between probes is in here',
      record: false,
      measure: () => timed(() => vantages.burst(region, aims, service.policy.burst)),
    },
    {
      name: 'ledger: entry decided',
      step: 'Assess',
      calls: ['dynamodb PutItem'],
      because: 'a verdict is on record, with its evidence, before it is acted upon',
      record: true,
      measure: append('decided'),
    },
    {
      name: 'invoke shift',
      step: 'Shift',
      calls: ['lambda Invoke'],
      because: 'a write needs the verdict',
      record: false,
      measure: invoke('Shift'),
    },
    {
      name: 'ledger: renew the lease; lever: ETag',
      step: 'Shift',
      calls: ['dynamodb PutItem'],
      beside: ['kvs DescribeKeyValueStore'],
      because:
        'still ours, not paused, and the lever as it was when the evidence was gathered: both at once, right before the write',
      record: false,
      measure: () =>
        timed(async () => {
          const [described] = await Promise.all([store.etag(), writeRecord()]);
          etag = described;
        }),
    },
    {
      name: 'lever: write',
      step: 'Shift',
      calls: ['kvs UpdateKeys'],
      because: 'the write itself',
      record: false,
      measure: () => timed(() => store.put({ [serviceKey(idle)]: text }, etag)),
    },
  ];
  return {
    rungs: chain,
    async [Symbol.asyncDispose]() {
      for (const client of [ledger, lambda, kvs]) client.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Name of the function, the machine, the alarm and the rule that do nothing. */
const idle = 'bench-idle';

async function createIdleMachine({ aws, loopback: { iam } }: Sandbox, region: Region): Promise<void> {
  const roleArn = iam.createRole({
    name: idle,
    trust: allow({
      Principal: { Service: ['states.amazonaws.com', 'events.amazonaws.com'] },
      Action: 'sts:AssumeRole',
    }),
  });
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Idle', States: { Idle: { Type: 'Succeed' } } };
  const { stateMachineArn } = await aws.call(
    'states',
    'CreateStateMachine',
    { name: idle, definition: JSON.stringify(definition), roleArn, type: 'STANDARD' },
    { region },
  );
  iam.putRolePolicy(idle, 'starts', allow({ Action: 'states:StartExecution', Resource: stateMachineArn }));
  await aws.call(
    'cloudwatch',
    'PutMetricAlarm',
    {
      AlarmName: idle,
      Namespace: idle,
      MetricName: idle,
      Statistic: 'Minimum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'ignore',
    },
    { region },
  );
  const pattern = {
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    detail: { alarmName: [idle], state: { value: ['ALARM'] } },
  };
  await aws.call('events', 'PutRule', { Name: idle, EventPattern: JSON.stringify(pattern) }, { region });
  await aws.call(
    'events',
    'PutTargets',
    { Rule: idle, Targets: [{ Id: idle, Arn: stateMachineArn, RoleArn: roleArn }] },
    { region },
  );
}

const allow = (statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** From the event of an alarm to the first state of a machine that does nothing. */
async function startByEvent({ aws, watch }: Sandbox, region: Region): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let eventAt = Number.NaN;
  let enteredAt = Number.NaN;
  const unwatch = watch((event) => {
    if (event.kind === 'alarm' && event.alarm === idle && event.state === 'ALARM') eventAt = performance.now();
    if (event.kind === 'state' && event.state === 'Idle' && event.phase === 'entered') enteredAt = performance.now();
    if (event.kind === 'execution' && event.status !== 'RUNNING') resolve();
  });
  const set = (StateValue: string) =>
    aws.call('cloudwatch', 'SetAlarmState', { AlarmName: idle, StateValue, StateReason: 'bench' }, { region });
  await set('OK');
  await set('ALARM');
  // What may not start a run would be waited for without an end.
  await within(10_000, 'the run that the event starts', wait, () => promise);
  unwatch();
  return enteredAt - eventAt;
}
