import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { ownCanaryPlans } from '../../deployment/canaries.ts';
import { startRules } from '../../deployment/event-patterns.ts';
import { alarmName, watchedTargets } from '../../deployment/names.ts';
import { Canaries } from '../../infra/constructs/canaries.ts';
import { CanaryAlarms } from '../../infra/constructs/canary-alarms.ts';
import { Observer } from '../../infra/constructs/observer.ts';
import { parseEventPattern } from '../../loopback/events/event-pattern.ts';
import example from '../../understudy.config.ts';
import { another } from '../support/another.ts';
import { all, control, failover, looksOnly, synthesised } from './synthesised.ts';

const observing = (of: typeof failover, region: typeof control) =>
  synthesised(of, region, ({ stack, deadLetters }) => {
    const { canaryHome: home } = new Observer(stack, 'Observer', { failover: of, region, deadLetters });
    const canaries = new Canaries(stack, 'Canaries', { plans: ownCanaryPlans(of, region), home });
    new CanaryAlarms(stack, 'CanaryAlarms', { failover: of, observer: region, canaries });
  });

let inControl: Template;
let looking: Template;
beforeAll(() => {
  inControl = observing(failover, control);
  looking = observing(failover, looksOnly);
});

interface CanaryProperties {
  readonly Name: string;
  readonly RuntimeVersion: string;
  readonly Schedule: { readonly Expression: string; readonly RetryConfig?: unknown };
  readonly Code: { readonly Handler: string };
  readonly RunConfig: { readonly TimeoutInSeconds: number; readonly EnvironmentVariables: Record<string, string> };
}

describe('the canaries of an observer', () => {
  test('watch every region and every front door, once a minute, without a browser and without a second try', () => {
    const canaries = all<CanaryProperties>(looking, 'AWS::Synthetics::Canary');

    const watched = watchedTargets(failover).map(
      ({ service, region }) => `understudy-${service.name}-${region ?? 'front-door'}`,
    );
    expect(canaries.map(({ Name }) => Name).sort()).toEqual(watched.sort());
    for (const { RuntimeVersion, Schedule, Code, RunConfig } of canaries) {
      expect(RuntimeVersion).toBe('syn-nodejs-5.2');
      expect(Schedule.Expression).toBe('rate(1 minute)');
      expect(Schedule.RetryConfig).toBeUndefined();
      expect(Code.Handler).toBe('index.handler');
      // AWS advises no less, for cold start and instrumentation.
      expect(RunConfig.TimeoutInSeconds).toBeGreaterThanOrEqual(15);
      expect(JSON.parse(RunConfig.EnvironmentVariables['UNDERSTUDY_CANARY'] ?? '')).toHaveProperty('healthy');
    }
  });

  test('leave artifacts that are encrypted, private and expire', () => {
    looking.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 31, Status: 'Enabled' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    looking.allResourcesProperties('AWS::Synthetics::Canary', {
      ArtifactConfig: { S3Encryption: { EncryptionMode: 'SSE_S3' } },
    });
  });

  test('are as many, and as frequent, as the configuration says', () => {
    const [orders, payments] = example.services;
    if (orders === undefined || payments === undefined) throw new Error('the example has two services');
    const journey = {
      steps: [
        { name: 'list', path: '/orders' },
        { name: 'read', path: '/orders/1' },
      ],
    };
    const seldom = parseFailover({
      ...example,
      services: [
        { ...orders, canaries: { everyMinutes: 5, observers: ['us-east-2', 'us-west-2'] } },
        { ...payments, journey },
      ],
    });

    const here = all<CanaryProperties>(observing(seldom, control), 'AWS::Synthetics::Canary');
    const there = all<CanaryProperties>(observing(seldom, looksOnly), 'AWS::Synthetics::Canary');

    expect(here.find(({ Name }) => Name === 'understudy-orders-us-east-1')?.Schedule.Expression).toBe(
      'rate(5 minutes)',
    );
    expect(here.map(({ Name }) => Name)).toContain('understudy-payments-journey');
    expect(there.filter(({ Name }) => Name.startsWith('understudy-orders'))).toEqual([]);
  });
});

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmActions?: readonly unknown[];
  readonly Dimensions?: readonly { readonly Value: unknown }[];
  readonly Period: number;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
}

describe('the alarms of an observer', () => {
  const named = (name: string) => {
    const alarm = all<AlarmProperties>(looking, 'AWS::CloudWatch::Alarm').find(({ AlarmName }) => AlarmName === name);
    if (alarm === undefined) throw new Error(`no alarm ${name}`);
    return alarm;
  };

  test('that start runs are red at the first failure, take silence for no news, and tell nobody themselves', () => {
    expect(named('understudy-orders-us-east-1')).toMatchObject({
      DatapointsToAlarm: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'missing',
      Dimensions: [{ Value: 'understudy-orders-us-east-1' }],
      AlarmActions: [],
    });
  });

  test('take a canary that says nothing for blind, and not for a red region', () => {
    expect(named('understudy-orders-us-east-1-silent')).toMatchObject({
      TreatMissingData: 'breaching',
      DatapointsToAlarm: 3,
    });
    expect(named('understudy-orders-us-east-1-lasting')).toMatchObject({
      TreatMissingData: 'missing',
      DatapointsToAlarm: 3,
      EvaluationPeriods: 5,
    });
  });

  test('are made after their own canary, whose silence before its first run would wake somebody', () => {
    const canaries = looking.findResources('AWS::Synthetics::Canary');
    const alarms = Object.values(
      looking.findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: 'CloudWatchSynthetics' } }),
    );

    expect(alarms.length).toBeGreaterThan(Object.keys(canaries).length);
    for (const { DependsOn, Properties } of alarms) {
      expect(DependsOn.map((id: string) => canaries[id]?.['Properties'].Name)).toEqual([
        Properties.Dimensions[0].Value,
      ]);
    }
  });

  test('come together in one state a service and region, which people are told of', () => {
    looking.resourceCountIs('AWS::CloudWatch::CompositeAlarm', watchedTargets(failover).length);
    looking.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmName: 'understudy-payments-us-west-2-unwell',
      AlarmRule: 'ALARM("understudy-payments-us-west-2-lasting") OR ALARM("understudy-payments-us-west-2-silent")',
      AlarmActions: ['arn:aws:sns:ca-central-1:123456789012:understudy-critical'],
    });
  });
});

interface RuleProperties {
  readonly Name: string;
  readonly EventPattern: { readonly source: readonly string[]; readonly detail: Record<string, unknown> };
  readonly Targets: readonly {
    readonly Arn: string;
    readonly RetryPolicy: unknown;
    readonly DeadLetterConfig?: unknown;
    readonly InputTransformer?: unknown;
  }[];
}

describe('the rules of an observer', () => {
  const rules = (template: Template) => all<RuleProperties>(template, 'AWS::Events::Rule');

  test('start the machine of the same region where there is one', () => {
    const targets = rules(inControl).flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn));

    expect(new Set(targets)).toEqual(
      new Set(['arn:aws:states:us-west-2:123456789012:stateMachine:understudy-failover:live']),
    );
    inControl.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'states:StartExecution',
            Effect: 'Allow',
            Resource: 'arn:aws:states:us-west-2:123456789012:stateMachine:understudy-failover',
            Condition: { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': 'live' } },
          },
        ],
      },
    });
  });

  test('tell every control region where there is none', () => {
    const buses = failover.controlRegions.map((region) => `arn:aws:events:${region}:123456789012:event-bus/default`);

    for (const { Targets } of rules(looking)) expect(Targets.map(({ Arn }) => Arn)).toEqual(buses);
    looking.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: buses }] },
    });
  });

  test('give up after five minutes, and keep what they could not deliver', () => {
    for (const { Targets } of [...rules(inControl), ...rules(looking)]) {
      for (const target of Targets) {
        expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 10 });
        expect(target.DeadLetterConfig).toBeDefined();
        // The machine reads the event as it is.
        expect(target.InputTransformer).toBeUndefined();
      }
    }
    looking.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'understudy-undelivered' });
  });

  test('hear alarms on regions and front doors and, faster, failed runs at regions: of this deployment alone', () => {
    const [alarm, run] = rules(looking).map(({ EventPattern }) => parseEventPattern(JSON.stringify(EventPattern)));
    const turnsRed = (alarmName: string) =>
      alarm?.matches({
        source: 'aws.cloudwatch',
        'detail-type': 'CloudWatch Alarm State Change',
        detail: { alarmName, state: { value: 'ALARM' } },
      });
    const fails = (name: string) =>
      run?.matches({
        source: 'aws.synthetics',
        'detail-type': 'Synthetics Canary TestRun Failure',
        detail: { 'canary-name': name },
      });
    const alarmed = all<AlarmProperties>(looking, 'AWS::CloudWatch::Alarm').map(({ AlarmName }) => AlarmName);
    const watched = watchedTargets(failover).map(({ service, region }) => [
      alarmName(failover, service.name, region),
      region,
    ]);

    expect(alarmed.filter(turnsRed).sort()).toEqual(watched.map(([name]) => name).sort());
    for (const [name, region] of watched) expect(fails(String(name))).toBe(region !== null);
    const staging = { name: 'staging' };
    for (const { service, region } of watchedTargets(failover)) {
      expect(turnsRed(alarmName(staging, service.name, region))).toBe(false);
      expect(fails(alarmName(staging, service.name, region))).toBe(false);
    }
  });

  test('are as many for a hundred services as for two', () => {
    const [orders] = example.services;
    if (orders === undefined) throw new Error('the example has services');
    const fleet = parseFailover({
      ...example,
      services: Array.from({ length: 100 }, (_, index) => another(orders, `service-${index}`)),
    });

    expect(startRules(fleet)).toEqual(startRules(failover));
  });
});

test('a vantage stands in every observer, may write its log and its traces, and nothing else', () => {
  const [vantage] = Object.values(
    looking.findResources('AWS::Lambda::Function', { Properties: { FunctionName: 'understudy-vantage' } }),
  );
  const role: unknown = vantage?.['Properties'].Role['Fn::GetAtt'][0];
  const policies = Object.values(looking.findResources('AWS::IAM::Policy'))
    .map(({ Properties }) => Properties)
    .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref === role));

  const actions = policies.flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
  );
  expect(actions.sort()).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});
