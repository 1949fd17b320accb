import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetRoutingControlStateCommand, Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster';
import {
  CreateStateMachineAliasCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Constraints, constraintsOn, constraintTable } from '../../../loopback/aws/constraints.ts';
import type { ServiceId } from '../../../loopback/aws/service.ts';
import { type Loopback, startLoopback } from '../../../loopback/loopback.ts';
import { clientConfig, failure } from './aws-fixture.ts';

let loopback: Loopback;
beforeAll(async () => {
  loopback = await startLoopback({ account: '123456789012', tempo: 1 });
});
afterAll(() => loopback.close());

/** Dynalite holds its own; STS has one operation, which takes nothing; S3 checks keys by their bytes. */
const unheld: readonly ServiceId[] = ['dynamodb', 'sts', 's3'];

test('every operation that is served has its constraints; else run: node build/constraints.ts', () => {
  for (const [service, operations] of loopback.aws.operations) {
    if (unheld.includes(service)) continue;
    expect(Object.keys(constraintTable.services[service] ?? {}), service).toEqual(operations.toSorted());
  }
});

test('every pattern of the models is one here', () => {
  const patterns = (constraints: Constraints): string[] => [
    ...(constraints.pattern === undefined ? [] : [constraints.pattern]),
    ...Object.values(constraints.members ?? {}).flatMap(patterns),
    ...[constraints.items, constraints.keys, constraints.values].flatMap((inner) => (inner ? patterns(inner) : [])),
  ];
  const all = Object.values(constraintTable.services).flatMap((service) => Object.values(service).flatMap(patterns));
  expect(all.length).toBeGreaterThan(50);
  for (const pattern of all) expect(() => new RegExp(pattern, 's')).not.toThrow();
});

const detected = (...faults: string[]) =>
  `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected: ${faults.join('; ')}`;
const broken = (value: string, at: string, rule: string) =>
  `Value '${value}' at '${at}' failed to satisfy constraint: Member must ${rule}`;

describe('over the wire, by the SDK’s clients', () => {
  const refused = async (send: Promise<unknown>) => {
    const { name, message } = await failure(send);
    expect(name).toMatch(/^Validation(Exception|Error)$/);
    return message;
  };

  test('Step Functions says which of an alias’s members are wrong, all of them', async () => {
    const client = new SFNClient(clientConfig(loopback.aws));
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m:1';
    const message = await refused(
      client.send(
        new CreateStateMachineAliasCommand({
          name: '2026',
          routingConfiguration: [
            { stateMachineVersionArn: arn, weight: -5 },
            { stateMachineVersionArn: arn, weight: 105 },
          ],
        }),
      ),
    );
    const pattern = String.raw`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`;
    expect(message).toBe(
      detected(
        broken('2026', 'name', `satisfy regular expression pattern: ${pattern}`),
        broken('-5', 'routingConfiguration.1.member.weight', 'have value greater than or equal to 0'),
        broken('105', 'routingConfiguration.2.member.weight', 'have value less than or equal to 100'),
      ),
    );
  });

  test('Step Functions says nothing of an input that may be secret, but that it is too long', async () => {
    const client = new SFNClient(clientConfig(loopback.aws));
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
    const input = JSON.stringify('x'.repeat(262_143));
    expect(await refused(client.send(new StartExecutionCommand({ stateMachineArn, input })))).toBe(
      detected("Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144"),
    );
    const nextToken = 'y'.repeat(1025);
    expect(await refused(client.send(new ListStateMachinesCommand({ nextToken, maxResults: 2000 })))).toBe(
      detected(
        broken('2000', 'maxResults', 'have value less than or equal to 1000'),
        broken(nextToken, 'nextToken', 'have length less than or equal to 1024'),
      ),
    );
  });

  test('Lambda refuses a name and a qualifier that can be none', async () => {
    const client = new LambdaClient(clientConfig(loopback.aws));
    const message = await refused(client.send(new InvokeCommand({ FunctionName: 'f', Qualifier: 'live?' })));
    expect(message).toContain("Value 'live?' at 'qualifier' failed to satisfy constraint: Member must satisfy regular");
    const long = await refused(client.send(new InvokeCommand({ FunctionName: 'f', Qualifier: 'q'.repeat(129) })));
    expect(long).toContain('Member must have length less than or equal to 128');
  });

  test('EventBridge refuses an eleventh event, and a target’s name with a blank', async () => {
    const client = new EventBridgeClient(clientConfig(loopback.aws));
    const Entries = Array.from({ length: 11 }, () => ({ Source: 's', DetailType: 'd', Detail: '{}' }));
    expect(await refused(client.send(new PutEventsCommand({ Entries })))).toMatch(
      /at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10$/,
    );
    const Targets = [{ Id: 'first one', Arn: 'arn:aws:sns:us-east-1:123456789012:t' }];
    expect(await refused(client.send(new PutTargetsCommand({ Rule: 'r', Targets })))).toBe(
      detected(
        broken('first one', 'targets.1.member.id', String.raw`satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`),
      ),
    );
  });

  test('ARC refuses what is no ARN', async () => {
    const client = new Route53RecoveryClusterClient({
      ...clientConfig(loopback.aws),
      endpoint: loopback.aws.arcUrls[0],
    });
    for (const RoutingControlArn of ['not an arn!', 'a'.repeat(300)]) {
      expect(await refused(client.send(new GetRoutingControlStateCommand({ RoutingControlArn })))).toContain(
        "at 'routingControlArn' failed to satisfy constraint",
      );
    }
  });

  test('CloudWatch refuses names that are too long, in the error of its protocol', async () => {
    const client = new CloudWatchClient(clientConfig(loopback.aws));
    const MetricName = 'm'.repeat(256);
    const alarm = { AlarmName: 'a', MetricName, Namespace: 'n', Period: 60, EvaluationPeriods: 1, Statistic: 'Sum' };
    const command = new PutMetricAlarmCommand({
      ...alarm,
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    expect(await refused(client.send(command))).toContain("at 'metricName' failed to satisfy constraint");
    const Namespace = ':n';
    expect(await refused(client.send(new PutMetricDataCommand({ Namespace, MetricData: [] })))).toContain(
      "Value ':n' at 'namespace' failed to satisfy constraint",
    );
  });
});

describe('what is in lists and maps', () => {
  const said = (service: ServiceId, operation: string, input: object) => {
    const found: string[] = [];
    constraintsOn(service, operation)(input, '', found);
    return found;
  };

  test('is told with all its rules where it is a plain value', () => {
    expect(said('cloudwatch', 'DescribeAlarms', { AlarmNames: ['ok', ''] })).toEqual([
      `Value '["ok",""]' at 'alarmNames' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 1]`,
    ]);
    expect(said('cloudwatch', 'DescribeAlarms', { AlarmNames: Array(101).fill('a') })).toHaveLength(1);
    expect(said('cloudwatch', 'DescribeAlarms', { AlarmNames: ['a', 'b'] })).toEqual([]);
  });

  test('counts characters, not units of UTF-16', () => {
    expect(said('states', 'StartExecution', { name: '🙂'.repeat(80) })).toEqual([]);
    expect(said('states', 'StartExecution', { name: '🙂'.repeat(81) })).toHaveLength(1);
  });
});
