import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../cli/doctor/finding.ts';
import { alarmName } from '../../deployment/names.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { until } from './until.ts';

const described = configuration();
const capacity = {
  name: 'capacity',
  when: ['prepare'],
  functionArn: `arn:aws:lambda:${standby}:123456789012:function:capacity`,
  timeoutMs: 5_000,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
} as const;

const here = deployment({
  failover: {
    ...described,
    services: described.services.map((service) =>
      service.name === 'payments' ? { ...service, hooks: [capacity] } : service,
    ),
  },
});

const doctor = async (...args: string[]) => {
  const { code, stdout, stderr } = await understudy([
    'doctor',
    '--endpoint',
    here.sandbox.addresses.aws,
    '--json',
    ...args,
  ]);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  expect(code).toBe(findings.length === 0 ? 0 : 1);
  return findings;
};
const of = (findings: readonly Finding[], check: string) => findings.filter((finding) => finding.check === check);

const observer = 'us-east-2';
const cloudwatch = () => new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, observer));
const orders = alarmName(described, 'orders', described.services[0]?.regions[0]?.region ?? null);

test('a hook that is not there is found from where it would be called, and nothing else of what functions depend on', async () => {
  // The sandbox plays what no stack deploys.
  await here.sandbox.loopback.lambda.unregister('capacity', standby);

  const functions = of(await doctor(), 'functions');

  expect(functions).toEqual([
    expect.objectContaining({
      about: `hook capacity of payments, from understudy-prepare in ${standby}`,
      what: expect.stringContaining('ResourceNotFoundException'),
      command: `aws logs tail /aws/lambda/understudy-prepare --region ${standby} --since 10m`,
    }),
  ]);
});

test('a lever that compares and sets is written with what stands there: it serves as before, under the same epoch', async () => {
  const before = await here.lever('orders');
  await doctor();

  const kvs = here.leverWrites.filter(({ operation }) => operation === 'UpdateKeys');
  expect(kvs).toHaveLength(1);
  expect(here.leverWrites.filter(({ operation }) => operation.startsWith('UpdateRoutingControl'))).toEqual([]);
  expect(await here.lever('orders')).toEqual(before);
});

test('a lever that takes no write is found, though it can be read', async () => {
  await here.awsFault({ service: 'kvs', operation: 'UpdateKeys', fault: 'unavailable' });

  expect(of(await doctor(), 'functions').map(({ about, why }) => [about, why])).toContainEqual([
    `lever orders, from understudy-shift in ${standby}`,
    expect.stringContaining('it wrote what stands there'),
  ]);
});

test('each of the five endpoints of ARC is asked, not the first that answers', async () => {
  await here.awsFault({ service: 'arc', endpoint: 3, fault: 'refused' });

  const levers = of(await doctor(), 'functions').filter(({ about }) => about.startsWith('lever payments'));
  expect(levers.length).toBeGreaterThan(0);
});

test('alarms that are muted, red or gone are found, by name and region', async () => {
  const client = cloudwatch();
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [orders] }));
  const [alarm] = MetricAlarms;
  expect(alarm?.AlarmName).toBe(orders);
  const said = async () =>
    of(await doctor(), 'alarms')
      .filter(({ about }) => about === `${orders} in ${observer}`)
      .map(({ what }) => what);
  expect(await said()).toEqual([]);

  // Of alarms that tell somebody or something: those on regions are listened to by a rule.
  const named = 'understudy-undelivered';
  await client.send(new DisableAlarmActionsCommand({ AlarmNames: [named] }));
  expect(of(await doctor(), 'alarms')).toContainEqual(
    expect.objectContaining({
      about: `${named} in ${observer}`,
      what: 'its actions are disabled',
      command: `aws cloudwatch enable-alarm-actions --region ${observer} --alarm-names ${named}`,
    }),
  );
  await client.send(new EnableAlarmActionsCommand({ AlarmNames: [named] }));

  const red = 'understudy-red';
  await client.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: red, Namespace: 'Test', MetricName: 'nothing', Statistic: 'Sum', Period: 60 },
      ...{
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'breaching',
      },
    }),
  );
  await until('the doctor finds the red alarm', async () =>
    of(await doctor(), 'alarms').some(({ about, what }) => about.startsWith(red) && what.startsWith('it is red: ')),
  );
  await client.send(new DeleteAlarmsCommand({ AlarmNames: [red] }));

  await client.send(new DeleteAlarmsCommand({ AlarmNames: [orders] }));
  expect(await said()).toEqual(['the alarm is not there']);
  const { AlarmArn: _, StateValue: __, ...again } = alarm ?? { AlarmName: orders };
  await client.send(new PutMetricAlarmCommand(again as ConstructorParameters<typeof PutMetricAlarmCommand>[0]));
  client.destroy();
});

test('a move that nobody has practised is found, until it is rehearsed', async () => {
  const about = async () => of(await doctor(), 'practice').map((finding) => finding.about);
  expect(await about()).toContain('orders');

  await here.run({ service: 'orders', mode: 'rehearsal', to: standby, reason: 'a drill', requestedBy: 'Ada' });

  expect(await about()).not.toContain('orders');
});

test('an endpoint of a region that is itself steered is found', async () => {
  const { failover, sandbox } = here;
  const front = new URL(failover.services[0]?.frontDoor.url ?? '');
  const routed = {
    ...failover,
    services: failover.services.map((service) => ({
      ...service,
      regions: service.regions.map((each) =>
        service.name === 'orders' && each.region === home
          ? { ...each, endpoint: `http://localhost:${front.port}` }
          : each,
      ),
    })),
  };
  const folder = await mkdtemp(join(tmpdir(), 'understudy-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'routed.json');
  await writeFile(file, JSON.stringify(routed));
  const { stdout } = await understudy(['doctor', '--endpoint', sandbox.addresses.aws, '--config', file, '--json']);

  expect(of(JSON.parse(stdout).findings, 'probes')).toEqual([
    expect.objectContaining({
      about: `orders in ${home}`,
      what: `its endpoint http://localhost:${front.port} is itself routed: an edge that steers answers there`,
    }),
  ]);
});

test('what cannot be asked is a finding', async () => {
  await here.awsFault({ service: 'lambda', operation: 'Invoke', fault: 'refused' });
  await here.awsFault({ service: 'cloudwatch', region: 'ca-central-1', fault: 'refused' });
  const findings = await doctor();

  expect(findings).toContainEqual(
    expect.objectContaining({
      about: `understudy-shift in ${standby}`,
      what: expect.stringMatching(/could not be asked/),
    }),
  );
  expect(findings).toContainEqual(
    expect.objectContaining({ about: 'ca-central-1', what: expect.stringMatching(/^CloudWatch could not be asked/) }),
  );
});
