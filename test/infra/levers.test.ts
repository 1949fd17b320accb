import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SchemaValidator, TemplateFile } from '@aws/cloudformation-validate';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCreatedLevers } from '../../config/created-levers.ts';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { region } from '../../core/brand.ts';
import { groupOf } from '../../deployment/groups.ts';
import { beaconsStackName, recordsStackName } from '../../deployment/names.ts';
import { findingsIn } from '../../infra/checks/checks.ts';
import { LeversStack } from '../../infra/stacks/levers.ts';
import { RecordsStack } from '../../infra/stacks/records-stack.ts';
import example from '../../understudy.config.ts';
import { type Assembly, assembled } from './assembly.ts';
import { byBeacon, byControls, byStore, complete, planned } from './planned.ts';
import { all } from './synthesised.ts';
import { validator } from './validator.ts';

type Resource = { readonly Type: string; readonly Properties?: unknown; readonly DependsOn?: readonly string[] };
type Resources = Readonly<Record<string, Resource & Readonly<Record<string, unknown>>>>;

const leversOf = (input: FailoverInput): Template =>
  Template.fromStack(
    new LeversStack(new App({ analyticsReporting: false }), 'Levers', { failover: parseFailover(input) }),
  );
const recordsStackOf = (input: FailoverInput): Template =>
  Template.fromStack(
    new RecordsStack(new App({ analyticsReporting: false }), 'Records', { failover: parseFailover(input) }),
  );
/** The records of one name. */
const recordsOf = (template: Template, name: string): readonly RecordSet[] =>
  all<{ readonly RecordSets: readonly RecordSet[] }>(template, 'AWS::Route53::RecordSetGroup')
    .flatMap(({ RecordSets }) => RecordSets)
    .filter(({ Name }) => Name === name);
const resourcesOf = (template: Template) => template.toJSON()['Resources'] as Resources;

/** As a deployment would have it: cdk-nag and our own checks have let it pass. */
let assembly: Assembly & Disposable;
let levers: Template;
let records: Template;
const stack = (name: string): Template => {
  const subject = assembly.subjects.find((each) => each.stack === name);
  if (subject === undefined) throw new Error(`no stack ${name}`);
  return Template.fromJSON(subject.template as Record<string, unknown>);
};
/** The stack with the records of a host. */
const recordsIn = (host: string) => stack(recordsStackName(assembly.failover, groupOf(host)));
/** The stack with the alarm behind the beacon of `search`. */
const beaconsStack = beaconsStackName({ name: 'understudy' }, region('us-west-2'), groupOf('search'));
beforeAll(() => {
  assembly = assembled(complete);
  levers = stack('understudy-levers');
  records = recordsIn('payments.example.com');
}, 120_000);
afterAll(() => assembly?.[Symbol.dispose]());

test('everything that may be asked for, at once, is what cdk-nag, our checks and AWS’s validator let pass', () => {
  using aws = validator();

  expect(assembly.subjects.map(({ stack }) => stack)).toContain('understudy-chat');
  expect(JSON.stringify(assembly.subjects)).toContain('understudy-fast-probe');
  expect(assembly.subjects.flatMap(findingsIn)).toEqual([]);
  expect(assembly.subjects.flatMap(({ template }) => aws.errorsIn(template))).toEqual([]);
});

/** Everything that a resource waits for, directly or not. */
function waitsFor(resources: Resources, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: string) => {
    const { DependsOn = [], Properties } = resources[each] ?? { Type: '' };
    const text = JSON.stringify(Properties ?? {});
    const referred = Object.keys(resources).filter((other) => text.includes(`"${other}"`));
    for (const next of [...[DependsOn].flat(), ...referred]) {
      if (found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  visit(id);
  return found;
}

describe('the KeyValueStore', () => {
  const storeOf = (input: FailoverInput) =>
    Object.entries(resourcesOf(leversOf(input))).filter(([, { Type }]) => Type === 'AWS::CloudFront::KeyValueStore');

  test('is the same resource, letter by letter, whatever else the configuration says: live weights are never reset', () => {
    const [before] = storeOf(planned);
    const changes: FailoverInput[] = [
      { ...planned, services: [byStore()] },
      { ...planned, services: [byStore(), byStore('carts'), byControls()] },
      { ...planned, services: [byStore('renamed')] },
      {
        ...planned,
        services: [
          {
            ...byStore(),
            regions: [
              { region: 'us-west-2', endpoint: 'https://orders-us-west-2.example.com' },
              { region: 'us-east-1', endpoint: 'https://orders-us-east-1.example.com' },
            ],
            policy: { quorum: 3, cooldownMs: 1, ramp: { percents: [5, 100] } },
          },
          byControls(),
        ],
      },
      { ...planned, controlRegions: ['us-west-2'], observers: ['eu-west-1', 'us-west-2', 'eu-central-1'] },
      { ...planned, breakGlass: { overrideSafetyRules: true } },
    ];

    expect(before).toBeDefined();
    for (const change of changes) expect(storeOf(change)).toEqual([before]);
  });

  test('has its first value from a source, and outlives stack and slips', () => {
    levers.hasResource('AWS::CloudFront::KeyValueStore', {
      Properties: { Name: 'understudy-routing', ImportSource: { SourceType: 'S3', SourceArn: Match.anyValue() } },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('is read by the function that was built, and by no other', () => {
    const [made] = all<EdgeFunction>(levers, 'AWS::CloudFront::Function');

    expect(made?.FunctionConfig).toMatchObject({
      Runtime: 'cloudfront-js-2.0',
      KeyValueStoreAssociations: [{ KeyValueStoreARN: { 'Fn::GetAtt': [expect.stringMatching(/^KvsStore/), 'Arn'] } }],
    });
    expect(made?.AutoPublish).toBe(true);
    expect(made?.FunctionCode).toContain('async function handler(');
    expect(Buffer.byteLength(made?.FunctionCode ?? '')).toBeLessThanOrEqual(10_240);
  });

  test('that exists is read by the function, and not made again', () => {
    const template = leversOf(example);

    template.resourceCountIs('AWS::CloudFront::KeyValueStore', 0);
    template.hasResourceProperties('AWS::CloudFront::Function', {
      FunctionConfig: {
        KeyValueStoreAssociations: [
          {
            KeyValueStoreARN: 'arn:aws:cloudfront::123456789012:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11',
          },
        ],
      },
    });
  });
});

describe('routing controls', () => {
  test('are made one after the other, never two changes at once', () => {
    const resources = resourcesOf(leversOf({ ...planned, services: [byControls(), byControls('billing')] }));
    const made = Object.keys(resources).filter((id) =>
      /Route53RecoveryControl|RoutingControlFirstStates/.test(resources[id]?.Type ?? ''),
    );

    const before = made.map((id) => [...waitsFor(resources, id)].filter((other) => made.includes(other)).length);

    expect(made).toHaveLength(1 + 2 * (1 + 2 + 1 + 2));
    expect(before.sort((a, b) => a - b)).toEqual(made.map((_, index) => index));
  });

  test('have one of a pair On before safety rules stand over it, and it is the home region’s', () => {
    const resources = resourcesOf(levers);
    const [id = '', on] = Object.entries(resources).find(([, { Type }]) => /FirstStates$/.test(Type)) ?? [];
    const rules = Object.keys(resources).filter(
      (each) => resources[each]?.Type === 'AWS::Route53RecoveryControl::SafetyRule',
    );

    expect(on?.Properties).toMatchObject({
      home: { 'Fn::GetAtt': [expect.stringMatching(/useast1/), 'RoutingControlArn'] },
    });
    expect(rules).toHaveLength(2);
    for (const rule of rules) expect(waitsFor(resources, rule)).toContain(id);
  });

  test('are kept from all Off and from two On', () => {
    const rules = all<Record<string, unknown>>(levers, 'AWS::Route53RecoveryControl::SafetyRule');

    expect(rules.map(({ RuleConfig }) => RuleConfig)).toEqual([
      { Type: 'ATLEAST', Threshold: 1, Inverted: false },
      { Type: 'ATLEAST', Threshold: 2, Inverted: true },
    ]);
  });

  test('move the service’s name: a failover alias in each region, behind a health check that follows its control', () => {
    const checks = all<Record<string, unknown>>(records, 'AWS::Route53::HealthCheck').filter(
      ({ HealthCheckConfig }) => (HealthCheckConfig as { Type: string }).Type === 'RECOVERY_CONTROL',
    );
    const aliases = recordsOf(records, 'payments.example.com.');

    expect(checks).toMatchObject(
      ['useast1', 'uswest2'].map((name) => ({
        HealthCheckConfig: {
          Type: 'RECOVERY_CONTROL',
          RoutingControlArn: {
            'Fn::GetStackOutput': { StackName: 'understudy-levers', OutputName: expect.stringContaining(name) },
          },
        },
      })),
    );
    expect(aliases).toMatchObject([
      { Name: 'payments.example.com.', Type: 'A', Failover: 'PRIMARY', SetIdentifier: 'us-east-1' },
      { Name: 'payments.example.com.', Type: 'A', Failover: 'SECONDARY', SetIdentifier: 'us-west-2' },
    ]);
    for (const { AliasTarget, TTL, HealthCheckId } of aliases) {
      // Were it true, Route 53 would move traffic by its own judgement.
      expect(AliasTarget.EvaluateTargetHealth).toBe(false);
      expect(TTL).toBeUndefined();
      expect(HealthCheckId).toBeDefined();
    }
  });

  test('that exist and change get another health check: CloudFormation would not update it', () => {
    const [, payments] = example.services;
    if (payments?.lever.kind !== 'arc') throw new Error('the example has other services now');
    const { lever } = payments;
    const { hostedZone } = byControls().lever as { hostedZone: NonNullable<(typeof lever)['hostedZone']> };
    const checksWith = (controls: Record<string, string>) =>
      Object.keys(
        recordsStackOf({
          ...planned,
          services: [{ ...payments, lever: { ...lever, hostedZone, controls } }],
        }).findResources('AWS::Route53::HealthCheck'),
      );
    const { controls = {} } = lever;

    const before = checksWith(controls);
    const after = checksWith({ ...controls, 'us-west-2': `${controls['us-west-2']}f` });

    expect(before).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
  });
});

describe('a beacon', () => {
  test('is a latching alarm in its standby’s region, a health check of that alarm, and records', () => {
    stack(beaconsStack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'understudy-search-beacon',
      Namespace: 'Understudy/Beacon',
      MetricName: 'Beacon',
      Dimensions: [{ Name: 'Service', Value: 'search' }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    });
    const ofSearch = recordsIn('search.example.com');
    ofSearch.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name: 'understudy-search-beacon', Region: 'us-west-2' },
        InsufficientDataHealthStatus: 'LastKnownStatus',
      },
    });
    expect(recordsOf(ofSearch, 'search.example.com.')).toMatchObject([
      { Name: 'search.example.com.', Failover: 'PRIMARY', HealthCheckId: expect.anything() },
      { Name: 'search.example.com.', Failover: 'SECONDARY' },
    ]);
  });

  test('leaves nothing of itself anywhere else', () => {
    for (const { stack: name, template } of assembly.subjects) {
      // The role of those who move by hand names it, and is of no region.
      if (name === beaconsStack || /-(records-\d\d|levers)$/.test(name)) continue;
      expect(JSON.stringify(template)).not.toContain('search-beacon"');
    }
  });

  test('has its health check made after the alarm that it follows', () => {
    expect(assembly.before(recordsStackName(assembly.failover, groupOf('search.example.com')))).toContain(beaconsStack);
  });
});

describe('what was made', () => {
  /** A template’s string as CloudFormation would fill it in, were every value `filled`. */
  const filled = (value: unknown): string => {
    const [, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
    return parts.map((part) => (typeof part === 'string' ? part : standsFor(JSON.stringify(part)))).join('');
  };
  const standsFor = (reference: string) =>
    /\dEndpoint|\.Endpoint"/.test(reference)
      ? 'https://host.example.com/v1'
      : /\dRegion[0-9A-F]{8}|\.Region"/.test(reference)
        ? 'us-east-1'
        : /Store/.test(reference)
          ? 'arn:aws:cloudfront::123456789012:key-value-store/1'
          : 'arn:aws:route53-recovery-control::123456789012:controlpanel/1/routingcontrol/1';

  test('reaches every function as one value that it can read, and a laptop as the same', () => {
    const functions = all<LambdaFunction>(stack('understudy-us-east-2'), 'AWS::Lambda::Function').filter(
      ({ Environment }) => Environment?.Variables['UNDERSTUDY_CONFIG'] !== undefined,
    );
    const output = (levers.toJSON()['Outputs'] as Record<string, { Value: unknown }>)['CreatedLevers']?.Value;

    const texts = [output, ...functions.map(({ Environment }) => Environment?.Variables['UNDERSTUDY_LEVERS'])].map(
      filled,
    );

    expect(functions.length).toBeGreaterThanOrEqual(11);
    for (const text of texts) {
      const created = parseCreatedLevers(text, 'the template');
      expect(Object.keys(created.controls['payments'] ?? {})).toEqual(['us-east-1', 'us-west-2']);
      expect(created.cluster).toHaveLength(5);
      expect(created.store).toMatch(/key-value-store/);
    }
  });

  test('is filled in when a stack is deployed, and looked up by nothing that runs', () => {
    const template = JSON.stringify(stack('understudy-us-east-2').toJSON());

    expect(template).toContain('Fn::GetStackOutput');
    expect(template).not.toMatch(/cloudformation:Describe|ExportsReader/);
    // A function reads one parameter, and that is no lever.
    expect(new Set(template.match(/:parameter[^"]*/g))).toEqual(new Set([':parameter/understudy/slack-webhook']));
  });
});

describe('the role of a person who moves traffic by hand', () => {
  const statementsOf = (template: Template) =>
    all<Policy>(template, 'AWS::IAM::Policy').flatMap(({ PolicyDocument, Roles }) =>
      JSON.stringify(Roles).includes('BreakGlass') ? PolicyDocument.Statement : [],
    );

  test('wants a second factor, and may move levers alone', () => {
    levers.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'understudy-break-glass',
      MaxSessionDuration: 3_600,
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
      },
    });
    expect(
      statementsOf(levers)
        .flatMap(({ Action }) => Action)
        .sort(),
    ).toEqual([
      'cloudfront-keyvaluestore:DescribeKeyValueStore',
      'cloudfront-keyvaluestore:GetKey',
      'cloudfront-keyvaluestore:PutKey',
      'cloudfront-keyvaluestore:UpdateKeys',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'cloudwatch:GetMetricStatistics',
      'cloudwatch:PutMetricData',
      'route53-recovery-cluster:GetRoutingControlState',
      'route53-recovery-cluster:UpdateRoutingControlStates',
    ]);
  });

  test('may be assumed by federated people, who have no second factor of IAM, from the roles that the configuration names alone', () => {
    const principals = [
      'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Operators_*',
      'arn:aws:iam::123456789012:role/operators',
    ];
    const [, federated, ...more] =
      all<{ RoleName?: string; AssumeRolePolicyDocument: { Statement: object[] } }>(
        leversOf({ ...planned, breakGlass: { overrideSafetyRules: false, principals } }),
        'AWS::IAM::Role',
      ).find(({ RoleName }) => RoleName === 'understudy-break-glass')?.AssumeRolePolicyDocument.Statement ?? [];

    expect(more).toEqual([]);
    expect(federated).toMatchObject({ Effect: 'Allow', Condition: { ArnLike: { 'aws:PrincipalArn': principals } } });
  });

  test('stands below the safety rules, unless the configuration says otherwise', () => {
    const override = (template: Template) =>
      statementsOf(template).find(({ Action }) =>
        [Action].flat().includes('route53-recovery-cluster:UpdateRoutingControlStates'),
      )?.Condition;

    expect(override(levers)).toEqual({ Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' } });
    expect(override(leversOf({ ...planned, breakGlass: { overrideSafetyRules: true } }))).toBeUndefined();
  });
});

test('every stack has only what CloudFormation knows in its region, by AWS’s own schemas', () => {
  const validator = new SchemaValidator();
  const faultsIn = (template: object, region: string) => {
    const file = join(assembly.folder, 'schema.json');
    writeFileSync(file, JSON.stringify(template));
    return validator
      .validate(new TemplateFile(file), region)
      .filter(({ severity }) => severity === 'ERROR' || severity === 'FATAL')
      .map(({ ruleId, message }) => `${ruleId} ${message}`);
  };

  const faults = assembly.subjects.flatMap(({ template, region }) => faultsIn(template, region));
  const elsewhere = faultsIn(levers.toJSON(), 'us-east-2');
  validator.free();

  expect(faults).toEqual([]);
  expect(elsewhere.join()).toContain("'AWS::Route53RecoveryControl::Cluster' does not exist in 'us-east-2'");
});

test('the stack of the levers is where CloudFormation knows ARC, whatever the configuration, and is not destroyed by accident', () => {
  for (const services of [[byStore()], [byControls()], [byBeacon()]]) {
    const made = new LeversStack(new App({ analyticsReporting: false }), 'Levers', {
      failover: parseFailover({ ...planned, services }),
    });

    expect(made.region).toBe('us-west-2');
    expect(made.terminationProtection).toBe(true);
  }
});

interface EdgeFunction {
  readonly FunctionConfig: unknown;
  readonly FunctionCode: string;
  readonly AutoPublish: boolean;
}

interface RecordSet {
  readonly Name: string;
  readonly AliasTarget: { readonly EvaluateTargetHealth: boolean };
  readonly TTL?: unknown;
  readonly HealthCheckId?: unknown;
}

interface LambdaFunction {
  readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
}

interface Policy {
  readonly Roles: unknown;
  readonly PolicyDocument: {
    readonly Statement: readonly { readonly Action: string | string[]; readonly Condition?: unknown }[];
  };
}
