import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { anchorsOf, articlesIn } from '../../infra/checks/articles.ts';
import { checks, findingsIn } from '../../infra/checks/checks.ts';
import { limits } from '../../infra/checks/limits.ts';
import type { Resource, Template } from '../../infra/checks/template.ts';
import { assembled, subjectIn, subjectOf } from './assembly.ts';

const assembly = assembled();
afterAll(() => assembly[Symbol.dispose]());

const control = subjectIn(assembly, region('us-west-2'));
const looksOnly = subjectIn(assembly, region('ca-central-1'));
/** What there is of a service, canaries and alarms, in a stack of its own. */
const ofService = subjectOf(assembly, 'orders', region('us-west-2'));

test('every stack of the example passes every check', () => {
  expect(assembly.subjects.length).toBeGreaterThanOrEqual(3);
  expect(assembly.subjects.flatMap(findingsIn)).toEqual([]);
});

test('every alarm names an article that the runbook has', () => {
  const articles = articlesIn(anchorsOf(readFileSync('docs/runbook.md', 'utf8')));

  expect(assembly.subjects.flatMap((subject) => [...articles(subject)])).toEqual([]);
});

type Properties = NonNullable<Resource['Properties']>;
// biome-ignore lint/suspicious/noExplicitAny: a template is broken where no type allows it.
type Breakable = any;

/** The first resource of a type whose properties hold `text` somewhere. */
function first(template: Template, type: string, text = ''): Breakable {
  const found = Object.values(template.Resources ?? {}).find(
    ({ Type, Properties }) => Type === type && JSON.stringify(Properties).includes(text),
  );
  if (found === undefined) throw new Error(`the template has no ${type} with ${text}`);
  return found.Properties;
}

/** What `check` says of the control region's template after `damage`. */
function said(check: string, damage: (template: Breakable) => void, subject = control): string {
  const template = structuredClone(subject.template);
  damage(template);
  return [...(checks[check]?.({ ...subject, template }) ?? [])]
    .map(({ at, message }) => `${at}: ${message}`)
    .join('\n');
}

const add = (type: string, properties: Properties) => (template: Breakable) => {
  template.Resources.Added = { Type: type, Properties: properties };
};

const policyOf = (template: Breakable, action: string) => {
  const { Statement } = first(template, 'AWS::IAM::Policy', `"${action}"`).PolicyDocument;
  return Statement.find(({ Action }: Breakable) => [Action].flat().includes(action));
};

/** Those within others too. */
const allStates = (machine: Breakable): Breakable =>
  Object.entries<Breakable>(machine.States).reduce(
    (all, [name, state]) => Object.assign(all, { [name]: state }, ...(state.Branches ?? []).map(allStates)),
    {},
  );

const statesOf = (template: Breakable, change: (states: Breakable) => void) => {
  const machine = first(template, 'AWS::StepFunctions::StateMachine');
  const definition = JSON.parse(machine.DefinitionString);
  change(allStates(definition));
  machine.DefinitionString = JSON.stringify(definition);
};

describe('runtime permissions', () => {
  test.each<[string, (template: Breakable) => void, string]>([
    [
      'a control-plane action',
      (template) => {
        policyOf(template, 'dynamodb:PutItem').Action = ['dynamodb:UpdateTable'];
      },
      'allows dynamodb:UpdateTable, which is no action of a data plane',
    ],
    [
      'a wildcard for an action',
      (template) => {
        policyOf(template, 'sns:Publish').Action = 'sns:*';
      },
      'allows sns:*',
    ],
    [
      'an ARN that is not exact',
      (template) => {
        policyOf(template, 'states:StartExecution').Resource = 'arn:aws:states:us-west-2:123456789012:stateMachine:*';
      },
      'write the exact ARN',
    ],
    [
      'the alarms of another deployment',
      (template) => {
        policyOf(template, 'cloudwatch:DescribeAlarms').Resource =
          'arn:aws:cloudwatch:us-east-2:123456789012:alarm:staging-*-us-east-1';
      },
      'write the exact ARN',
    ],
    [
      'every alarm of the deployment, whatever it is about',
      (template) => {
        policyOf(template, 'cloudwatch:DescribeAlarms').Resource =
          'arn:aws:cloudwatch:us-east-2:123456789012:alarm:understudy-*';
      },
      'write the exact ARN',
    ],
    [
      'metrics in every namespace',
      (template) => {
        policyOf(template, 'xray:PutTraceSegments').Action = ['cloudwatch:PutMetricData'];
      },
      'bind it with a condition on cloudwatch:namespace',
    ],
    [
      'safety rules that may be overridden',
      (template) => {
        policyOf(template, 'route53-recovery-cluster:UpdateRoutingControlStates').Condition = {
          Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'true' },
        };
      },
      'allows to override safety rules',
    ],
    [
      'no word about safety rules',
      (template) => {
        policyOf(template, 'route53-recovery-cluster:UpdateRoutingControlStates').Condition = {};
      },
      'allows to override safety rules',
    ],
    [
      'a managed policy',
      (template) => {
        first(template, 'AWS::IAM::Role', 'lambda.amazonaws.com').ManagedPolicyArns = [
          'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        ];
      },
      'has a managed policy',
    ],
  ])('refuse %s', (_, damage, message) => {
    expect(said('runtime-permissions', damage)).toContain(message);
  });
});

describe('home regions', () => {
  const environment = (name: string, value: string) => (template: Breakable) => {
    first(template, 'AWS::Lambda::Function', 'understudy-shift').Environment.Variables[name] = value;
  };

  test.each<[string, (template: Breakable) => void]>([
    ['an ARN', environment('TABLE', 'arn:aws:dynamodb:us-east-1:123456789012:table/understudy-ledger')],
    ['an endpoint', environment('ENDPOINT', 'https://dynamodb.us-east-1.amazonaws.com')],
    [
      'a key',
      (template) => {
        first(template, 'AWS::SNS::Topic').KmsMasterKeyId = 'arn:aws:kms:us-east-1:123456789012:key/0000';
      },
    ],
  ])('are needed by nobody elsewhere: %s there is refused', (_, damage) => {
    expect(said('home-regions', damage)).toContain('needs us-east-1, which is the home region of a service');
  });

  test('are needed by no canary elsewhere: its function there is refused', () => {
    const damage = (template: Breakable) => {
      first(template, 'AWS::Synthetics::Canary').ExecutionRoleArn = 'arn:aws:lambda:us-east-1:123456789012:function:x';
    };

    expect(said('home-regions', damage, ofService)).toContain('needs us-east-1, which is the home region of a service');
  });

  test('are what canaries look at', () => {
    const damage = (template: Breakable) => {
      first(template, 'AWS::Synthetics::Canary').RunConfig.EnvironmentVariables['URL'] =
        'https://abc.execute-api.us-east-1.amazonaws.com';
    };

    expect(said('home-regions', damage, ofService)).toBe('');
  });

  test('give nothing to other stacks', () => {
    const damage = (template: Breakable) => {
      first(template, 'AWS::Lambda::Function').Role = { 'Fn::ImportValue': 'another:role' };
    };

    expect(said('home-regions', damage)).toContain('is read from another stack');
  });
});

describe('a machine', () => {
  test.each<[string, (template: Breakable) => void, string]>([
    [
      'a state without a timeout',
      (template) =>
        statesOf(template, (states) => {
          delete states.Shift.TimeoutSeconds;
        }),
      'Shift: has no timeout',
    ],
    [
      'a state that catches some errors',
      (template) =>
        statesOf(template, (states) => {
          states.Verify.Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Conclude' }];
        }),
      'Verify: does not catch every error',
    ],
    [
      'a function that is not there',
      (template) =>
        statesOf(template, (states) => {
          states.Assess.Arguments.FunctionName += '2';
        }),
      'Assess: calls arn:aws:lambda:us-west-2:123456789012:function:understudy-assess2, which is not deployed',
    ],
    [
      'a topic that is not there',
      (template) =>
        statesOf(template, (states) => {
          states.Page.Arguments.TopicArn += '2';
        }),
      'Page: publishes to',
    ],
    [
      'a function that outlives its state',
      (template) => {
        first(template, 'AWS::Lambda::Function', '"understudy-shift"').Timeout = 60;
      },
      'on a function that may run for 60 s',
    ],
    [
      'a log of task tokens',
      (template) => {
        first(template, 'AWS::StepFunctions::StateMachine').LoggingConfiguration.IncludeExecutionData = true;
      },
      'task tokens',
    ],
    [
      'no traces',
      (template) => {
        delete first(template, 'AWS::StepFunctions::StateMachine').TracingConfiguration;
      },
      'is not traced',
    ],
    [
      'a version that a new definition does not replace',
      (template) => {
        delete first(template, 'AWS::StepFunctions::StateMachineVersion').StateMachineRevisionId;
      },
      'a new definition would not be published',
    ],
    [
      'a version that goes when the next one comes',
      (template) => {
        for (const resource of Object.values<Breakable>(template.Resources)) {
          if (resource.Type === 'AWS::StepFunctions::StateMachineVersion') resource.UpdateReplacePolicy = 'Delete';
        }
      },
      'is deleted when the next one is published',
    ],
    [
      'an alias that leads elsewhere',
      (template) => {
        const [route] = first(template, 'AWS::StepFunctions::StateMachineAlias').RoutingConfiguration;
        route.StateMachineVersionArn = 'arn:aws:states:us-west-2:123456789012:stateMachine:understudy-failover:1';
      },
      'has no alias live',
    ],
  ])('with %s is refused', (_, damage, message) => {
    expect(said('machines', damage)).toContain(message);
  });
});

describe('deliveries', () => {
  test.each<[string, (template: Breakable) => void, string]>([
    [
      'a rule with a day of patience',
      (template) => {
        delete first(template, 'AWS::Events::Rule').Targets[0].RetryPolicy;
      },
      'delivers what is as old as 86400 s',
    ],
    [
      'a rule without a dead-letter queue',
      (template) => {
        delete first(template, 'AWS::Events::Rule').Targets[0].DeadLetterConfig;
      },
      'has no dead-letter queue in this stack',
    ],
    [
      'a queue that does not take from its rule',
      (template) => {
        first(template, 'AWS::Events::Rule').Name = 'another';
      },
      'whose policy does not let the rule another send',
    ],
    [
      'a machine in another region as target',
      (template) => {
        first(template, 'AWS::Events::Rule').Targets[0].Arn = 'arn:aws:states:us-east-2:123456789012:stateMachine:x';
      },
      'is in another region, where a rule reaches event buses alone',
    ],
    [
      'a rule that starts what is not published',
      (template) => {
        const [target] = first(template, 'AWS::Events::Rule', '"Id":"failover"').Targets;
        target.Arn = target.Arn.replace(/:live$/, '');
      },
      'stateMachine:understudy-failover and not arn:aws:states:us-west-2:123456789012:stateMachine:understudy-failover:live',
    ],
    [
      'a machine as target without a role',
      (template) => {
        delete first(template, 'AWS::Events::Rule', '"Id":"failover"').Targets[0].RoleArn;
      },
      'needs a role',
    ],
    [
      'a schedule without a dead-letter queue',
      (template) => {
        delete first(template, 'AWS::Scheduler::Schedule').Target.DeadLetterConfig;
      },
      'Target: has no dead-letter queue',
    ],
    [
      'an alarm that acts in another region',
      (template) => {
        first(template, 'AWS::CloudWatch::Alarm').AlarmActions = [
          'arn:aws:sns:us-east-2:123456789012:understudy-critical',
        ];
      },
      'acts in another region',
    ],
  ])('refuse %s', (_, damage, message) => {
    expect(said('deliveries', damage)).toContain(message);
  });

  test('from a region without a machine go to the buses of those that have one', () => {
    expect(JSON.stringify(looksOnly.template)).toContain('arn:aws:events:us-west-2:123456789012:event-bus/default');
    expect(said('deliveries', () => {}, looksOnly)).toBe('');
  });
});

describe('limits', () => {
  test('measure an environment as it comes out, whatever a template calls what another stack gives', () => {
    const references = (count: number) => (template: Breakable) => {
      const reference = { 'Fn::GetStackOutput': { StackName: 'understudy-levers', OutputName: long(200) } };
      first(template, 'AWS::Lambda::Function', 'UNDERSTUDY_CONFIG').Environment.Variables = {
        UNDERSTUDY_LEVERS: { 'Fn::Join': ['', Array.from({ length: count }, () => reference)] },
      };
    };

    expect(said('limits', references(30))).toBe('');
    expect(said('limits', references(35))).toContain('bytes, of 4096');
  });

  test('measure a template by the bytes of its file, which an indent makes more', () => {
    const { template } = control;
    const bytes = Buffer.byteLength(JSON.stringify(template, undefined, 1)) + 1_000_000;

    expect([...limits({ ...control, bytes })].map(({ message }) => message)).toEqual([
      expect.stringContaining(`has ${bytes} bytes as it is uploaded`),
    ]);
  });

  const long = (length: number) => 'x'.repeat(length);
  const policyNaming = (resources: number) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sns:Publish', Resource: Array.from({ length: resources }, () => long(110)) },
    ],
  });

  test.each<[string, (template: Breakable) => void, string]>([
    [
      'a function name of 65 characters',
      (template) => {
        first(template, 'AWS::Lambda::Function').FunctionName = long(65);
      },
      'FunctionName: must match',
    ],
    ['a role name of 65 characters', add('AWS::IAM::Role', { RoleName: long(65) }), 'RoleName: must match'],
    ['a canary name in capitals', add('AWS::Synthetics::Canary', { Name: 'Orders' }), 'Name: must match'],
    ['a topic name of 257 characters', add('AWS::SNS::Topic', { TopicName: long(257) }), 'TopicName: must match'],
    [
      'an environment of 4 KB',
      (template) => {
        first(template, 'AWS::Lambda::Function', 'UNDERSTUDY_CONFIG').Environment.Variables.MORE = long(4_096);
      },
      'bytes, of 4096',
    ],
    [
      'a rule with six targets',
      (template) => {
        const rule = first(template, 'AWS::Events::Rule');
        rule.Targets = Array.from({ length: 6 }, () => rule.Targets[0]);
      },
      'are 6, of 5',
    ],
    [
      'a long event pattern',
      (template) => {
        first(template, 'AWS::Events::Rule').EventPattern = { source: [long(2_048)] };
      },
      'characters, of 2048',
    ],
    [
      'an alarm with six actions',
      (template) => {
        first(template, 'AWS::CloudWatch::Alarm').AlarmActions = Array.from(
          { length: 6 },
          () => 'arn:aws:sns:us-west-2:1:t',
        );
      },
      'are 6, of 5',
    ],
    [
      'an alarm over three days',
      (template) => {
        Object.assign(first(template, 'AWS::CloudWatch::Alarm'), { Period: 86_400, EvaluationPeriods: 3 });
      },
      'reach back more than a day',
    ],
    [
      'more datapoints than periods',
      (template) => {
        Object.assign(first(template, 'AWS::CloudWatch::Alarm'), { DatapointsToAlarm: 4, EvaluationPeriods: 3 });
      },
      'is 4, of 3 periods',
    ],
    [
      'more than 500 resources',
      (template) => {
        for (let index = 0; index < 500; index++) template.Resources[`More${index}`] = { Type: 'AWS::SNS::Topic' };
      },
      'resources, of 500',
    ],
    [
      'a template that is too large',
      (template) => {
        const list = Array.from({ length: 16_000 }, () => 'x'.repeat(60));
        template.Resources.More = { Type: 'AWS::SNS::Topic', Properties: { Tags: list } };
      },
      'CloudFormation takes at most 1000000',
    ],
    [
      'a managed policy of more than 6,144 characters',
      add('AWS::IAM::ManagedPolicy', { PolicyDocument: policyNaming(60), Roles: ['r'] }),
      'IAM takes at most 6144',
    ],
    [
      'inline policies of one role that are too long together',
      (template) => {
        for (const id of ['One', 'Two']) {
          template.Resources[id] = {
            Type: 'AWS::IAM::Policy',
            Properties: { PolicyDocument: policyNaming(60), Roles: [{ Ref: 'Someone' }] },
          };
        }
      },
      'Someone: has inline policies of',
    ],
    [
      'a role with eleven managed policies',
      (template) => {
        for (let index = 0; index < 11; index++) {
          const Properties = { PolicyDocument: policyNaming(1), Roles: [{ Ref: 'Someone' }] };
          template.Resources[`Policy${index}`] = { Type: 'AWS::IAM::ManagedPolicy', Properties };
        }
      },
      'Someone: has 11 managed policies',
    ],
    [
      'a role that very many may assume',
      add('AWS::IAM::Role', { AssumeRolePolicyDocument: policyNaming(30) }),
      'IAM takes at most 2048',
    ],
  ])('refuse %s', (_, damage, message) => {
    expect(said('limits', damage)).toContain(message);
  });

  test('count what another resource gives, for it is an ARN once it is deployed', () => {
    const references = {
      Statement: [{ Resource: Array.from({ length: 80 }, () => ({ 'Fn::GetAtt': ['A', 'Arn'] })) }],
    };
    expect(JSON.stringify(references).length).toBeLessThan(6_144);

    expect(said('limits', add('AWS::IAM::ManagedPolicy', { PolicyDocument: references, Roles: ['r'] }))).toContain(
      'IAM takes at most 6144',
    );
  });
});

describe('Route 53', () => {
  const healthCheck = (config: object) => add('AWS::Route53::HealthCheck', { HealthCheckConfig: config });
  const good = {
    Name: 'pay.example.com.',
    Type: 'A',
    Failover: 'PRIMARY',
    SetIdentifier: 'us-east-1',
    HealthCheckId: 'one',
    AliasTarget: { DNSName: 'd.example.com', HostedZoneId: 'Z1', EvaluateTargetHealth: true },
  };
  const records = (primary: object, secondary: object) => (template: Breakable) => {
    const second = { ...good, Failover: 'SECONDARY', SetIdentifier: 'us-west-2' };
    template.Resources.One = { Type: 'AWS::Route53::RecordSet', Properties: { ...good, ...primary } };
    template.Resources.Two = { Type: 'AWS::Route53::RecordSet', Properties: { ...second, ...secondary } };
  };

  test('takes a pair of failover aliases and the health checks that they follow', () => {
    const damage = (template: Breakable) => {
      records({}, {})(template);
      healthCheck({ Type: 'RECOVERY_CONTROL', RoutingControlArn: 'arn' })(template);
    };

    expect(said('route53', damage)).toBe('');
  });

  test.each<[string, (template: Breakable) => void, string]>([
    [
      'a routing control that is measured',
      healthCheck({ Type: 'RECOVERY_CONTROL', RoutingControlArn: 'arn', RequestInterval: 10, FailureThreshold: 3 }),
      'RequestInterval: is nothing that a health check of type RECOVERY_CONTROL has',
    ],
    ['a routing control that is none', healthCheck({ Type: 'RECOVERY_CONTROL' }), 'follows no routing control'],
    [
      'a metric whose silence moves traffic',
      healthCheck({
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name: 'beacon', Region: 'us-west-2' },
        InsufficientDataHealthStatus: 'Unhealthy',
      }),
      'LastKnownStatus',
    ],
    [
      'a metric without an alarm',
      healthCheck({ Type: 'CLOUDWATCH_METRIC', InsufficientDataHealthStatus: 'LastKnownStatus' }),
      'follows no alarm',
    ],
    ['an interval of 20 s', healthCheck({ Type: 'HTTPS', RequestInterval: 20 }), 'asks every 10 or 30 s'],
    ['a threshold of 11', healthCheck({ Type: 'HTTPS', FailureThreshold: 11 }), 'fails after 1 to 10 answers'],
    ['an alias with a TTL', records({ TTL: '60' }, {}), 'TTL: is nothing that an alias has'],
    [
      'a primary that nothing takes down',
      records({ HealthCheckId: undefined, AliasTarget: { ...good.AliasTarget, EvaluateTargetHealth: false } }, {}),
      'has no health check: it counts as healthy for ever',
    ],
    ['two primaries', records({}, { Failover: 'PRIMARY' }), 'failover records PRIMARY and PRIMARY'],
    ['twins', records({}, { SetIdentifier: 'us-east-1' }), 'repeats a SetIdentifier'],
    ['a record without an identifier', records({ SetIdentifier: undefined }, {}), 'has no SetIdentifier'],
  ])('refuses %s', (_, damage, message) => {
    expect(said('route53', damage)).toContain(message);
  });
});

describe('CloudFront', () => {
  const group = {
    Id: 'both',
    Members: { Items: [{ OriginId: 'east' }, { OriginId: 'west' }] },
    FailoverCriteria: { StatusCodes: { Items: [500, 502, 503, 504] } },
  };
  const good = {
    Origins: [{ Id: 'east' }, { Id: 'west' }],
    OriginGroups: { Items: [group] },
    DefaultCacheBehavior: { TargetOriginId: 'both', AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] },
    CacheBehaviors: [
      {
        PathPattern: '/api/*',
        TargetOriginId: 'east',
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        FunctionAssociations: [{ EventType: 'viewer-request' }],
      },
    ],
  };
  const distribution = (changes: object) =>
    add('AWS::CloudFront::Distribution', { DistributionConfig: { ...good, ...changes } });

  test('takes writes at a plain origin, and reads at a group', () => {
    expect(said('cloudfront', distribution({}))).toBe('');
  });

  test.each<[string, (template: Breakable) => void, string]>([
    [
      'writes at an origin group',
      distribution({ DefaultCacheBehavior: { TargetOriginId: 'both', AllowedMethods: ['GET', 'HEAD', 'POST'] } }),
      'takes POST, which CloudFront refuses for an origin group',
    ],
    [
      'a behaviour that leads nowhere',
      distribution({ DefaultCacheBehavior: { TargetOriginId: 'north' } }),
      'leads to north, which is no origin',
    ],
    [
      'twin origins',
      distribution({ Origins: [{ Id: 'east' }, { Id: 'east' }, { Id: 'west' }] }),
      'two origins named east',
    ],
    [
      'a group of one',
      distribution({ OriginGroups: { Items: [{ ...group, Members: { Items: [{ OriginId: 'east' }] } }] } }),
      'has 1 members, of exactly 2',
    ],
    [
      'a member that is no origin',
      distribution({ Origins: [{ Id: 'east' }] }),
      'has the member west, which is no origin',
    ],
    [
      'a status that it does not fail over at',
      distribution({ OriginGroups: { Items: [{ ...group, FailoverCriteria: { StatusCodes: { Items: [501] } } }] } }),
      'fails over at 501',
    ],
    [
      'a choice of origins at the response',
      distribution({
        DefaultCacheBehavior: { TargetOriginId: 'east', FunctionAssociations: [{ EventType: 'viewer-response' }] },
      }),
      'chooses origins at viewer-response',
    ],
  ])('refuses %s', (_, damage, message) => {
    expect(said('cloudfront', damage)).toContain(message);
  });
});

describe('a control panel', () => {
  const panel = (controls: number, change: (template: Breakable) => void = () => {}) => {
    return (template: Breakable) => {
      const own = { ControlPanelArn: { 'Fn::GetAtt': ['Panel', 'ControlPanelArn'] } };
      const resources = template.Resources;
      resources.Panel = { Type: 'AWS::Route53RecoveryControl::ControlPanel', Properties: { Name: 'payments' } };
      const asserted = Array.from({ length: controls }, (_, index) => {
        resources[`Control${index}`] = { Type: 'AWS::Route53RecoveryControl::RoutingControl', Properties: { ...own } };
        return { 'Fn::GetAtt': [`Control${index}`, 'RoutingControlArn'] };
      });
      const rule = (Threshold: number, Inverted: boolean) => ({
        Type: 'AWS::Route53RecoveryControl::SafetyRule',
        Properties: {
          ...own,
          AssertionRule: { AssertedControls: asserted, WaitPeriodMs: 5_000 },
          RuleConfig: { Type: 'ATLEAST', Threshold, Inverted },
        },
      });
      resources.AtLeastOne = rule(1, false);
      resources.NotTwo = rule(2, true);
      change(resources);
    };
  };

  test('with a pair of controls and both rules is taken', () => {
    expect(said('routing-controls', panel(2))).toBe('');
  });

  test.each<[string, (template: Breakable) => void, string]>([
    ['eleven controls', panel(11), 'has 11 routing controls; one call changes 10'],
    [
      'no rule that one stays On',
      panel(2, (resources) => {
        delete resources.AtLeastOne;
      }),
      'at least one of its controls On',
    ],
    [
      'no rule that two are never On',
      panel(2, (resources) => {
        resources.NotTwo.Properties.RuleConfig.Inverted = false;
      }),
      'keeps two of its controls from being On',
    ],
    [
      'a rule that forgets a control',
      panel(3, (resources) => {
        resources.NotTwo.Properties.AssertionRule.AssertedControls.pop();
      }),
      'no rule that keeps',
    ],
  ])('with %s is refused', (_, damage, message) => {
    expect(said('routing-controls', damage)).toContain(message);
  });
});

describe('an alarm', () => {
  const articles = articlesIn(new Set(['a-region-is-red']));
  const saidOf = (description: string) => {
    const alarm = { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmDescription: description } };
    return [...articles({ ...control, template: { Resources: { Alarm: alarm } } })].map(({ message }) => message);
  };

  test('names an article that there is', () => {
    expect(saidOf('Red. Runbook: docs/runbook.md#a-region-is-red')).toEqual([]);
    expect(saidOf('Red. Runbook: docs/runbook.md#nothing')).toEqual(['names the article nothing, which there is not']);
    expect(saidOf('Red.')).toEqual(['names no article of the runbook']);
  });
});

describe('of alarms, rules, schedules and canaries', () => {
  const alarms = (template: Breakable): Breakable[] =>
    Object.values<Breakable>(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');

  test('two that do the same are found: one of them does not do what its name says', () => {
    const damage = (template: Breakable) => {
      const [one, other] = alarms(template).filter(({ Properties }) => Properties.MetricName === 'Errors');
      one.Properties.Dimensions = other.Properties.Dimensions;
    };
    expect(said('twins', damage)).toContain('does the same as');

    const schedules = (template: Breakable) => {
      const all = Object.values<Breakable>(template.Resources).filter(
        ({ Type }) => Type === 'AWS::Scheduler::Schedule',
      );
      const warm = all.filter(({ Properties }) => JSON.stringify(Properties.Target.Input).includes('warm'));
      warm[0].Properties.Target = warm[1].Properties.Target;
    };
    expect(said('twins', schedules)).toContain('does the same as');
  });

  test('one that tells others than the rest is found', () => {
    for (const member of ['AlarmActions', 'OKActions']) {
      const damage = (template: Breakable) => {
        const alarm = alarms(template).findLast(({ Properties }) => Properties[member]?.length > 0);
        alarm.Properties[member] = [{ Ref: 'Somebody' }];
      };
      expect(said('listeners', damage)).toContain('tells [{"Ref":"Somebody"}]');
    }
  });
});
