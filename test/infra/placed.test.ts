import { App, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, test } from 'vitest';
import { createdOutput } from '../../config/created-levers.ts';
import { parseFailover } from '../../config/define-failover.ts';
import { deployedRegions } from '../../deployment/names.ts';
import { resourcesOf } from '../../infra/checks/template.ts';
import {
  Understudy,
  UnderstudyLedger,
  UnderstudyLevers,
  type UnderstudyProps,
  UnderstudyRecords,
  UnderstudyRegion,
} from '../../infra/index.ts';
import example from '../../understudy.config.ts';
import { planned } from './planned.ts';

const { account } = example;
const failover = planned;
const root = () => new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
const stackIn = (app: App, id: string, region: string) => new Stack(app, id, { env: { account, region } });

/** Every resource of an app by type and name, wherever it stands: what was made, and not how it is told apart. */
function made(app: App): readonly string[] {
  const kinds = app.synth().stacks.flatMap(({ template }) => resourcesOf(template).map(({ Type }) => Type));
  return kinds.filter((type) => !/^AWS::(CDK|CloudWatch::Dashboard)/.test(type)).toSorted();
}

describe('constructs that people place into stacks of their own', () => {
  const placed = (app: App) => {
    const levers = new UnderstudyLevers(stackIn(app, 'global', 'us-west-2'), 'Levers', { failover });
    new UnderstudyLedger(stackIn(app, 'data', 'us-east-2'), 'Ledger', { failover });
    for (const region of deployedRegions(parseFailover(failover))) {
      new UnderstudyRegion(stackIn(app, `home-${region}`, region), 'Understudy', { failover, levers });
    }
    new UnderstudyRecords(stackIn(app, 'names', 'us-east-1'), 'Records', { failover, levers });
    return app;
  };

  test('make what the stacks of Understudy make, but the dashboards of groups', () => {
    const whole = root();
    new Understudy(whole, 'Understudy', { failover });

    expect(made(placed(root()))).toEqual(made(whole));
  });

  test('are told what the levers are when they are deployed, and say it to commands', () => {
    const { stacks } = placed(root()).synth();
    const named = (name: string) => stacks.find(({ stackName }) => stackName === name)?.template;

    expect(JSON.stringify(named('home-us-west-2'))).toContain('{"Fn::GetStackOutput":{"StackName":"global"');
    expect(Object.keys(named('global').Outputs)).toContain(createdOutput);
  });

  test.each<[string, (app: App) => unknown]>([
    ['its stack needs an env', (app) => new UnderstudyRegion(new Stack(app, 'a'), 'U', { failover })],
    ['the ledger is in us-east-2', (app) => new UnderstudyLedger(stackIn(app, 'a', 'us-west-2'), 'U', { failover })],
    [
      'in us-east-1 and us-west-2, not in eu-west-1',
      (app) => new UnderstudyLevers(stackIn(app, 'a', 'eu-west-1'), 'U', { failover }),
    ],
    [
      'gives eu-west-1 no role; it gives one to',
      (app) => new UnderstudyRegion(stackIn(app, 'a', 'eu-west-1'), 'U', { failover }),
    ],
    [
      `the configuration is of account ${account}`,
      (app) =>
        new UnderstudyLedger(new Stack(app, 'a', { env: { account: '210987654321', region: 'us-east-2' } }), 'U', {
          failover,
        }),
    ],
  ])('are refused where they cannot work: %s', (message, place) => {
    expect(() => place(root())).toThrow(message);
  });
});

describe('what an account has already', () => {
  const regionOf = (props: Partial<UnderstudyProps>) => {
    const understudy = new Understudy(root(), 'Understudy', { failover, ...props });
    const stack = understudy.regions.find(({ region }) => region === 'us-west-2') as Stack;
    return Template.fromStack(stack);
  };
  const keyArn = `arn:aws:kms:us-west-2:${account}:key/1a2b3c4d-0000-4000-8000-000000000000`;

  test('a network: every function of ours is in it, and may be', () => {
    const vpc = (stack: Stack) => ({
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['a', 'b'],
        privateSubnetIds: ['subnet-1', 'subnet-2'],
      }),
    });
    const template = regionOf({ vpc });
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));

    expect(functions.length).toBeGreaterThan(10);
    for (const { Properties } of functions) {
      expect(Properties.VpcConfig).toEqual({
        SubnetIds: ['subnet-1', 'subnet-2'],
        SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringContaining('Network'), 'GroupId'] }],
      });
    }
    template.resourcePropertiesCountIs(
      'AWS::IAM::Role',
      {
        ManagedPolicyArns: [
          {
            'Fn::Join': Match.arrayWith([Match.arrayWith([Match.stringLikeRegexp('AWSLambdaVPCAccessExecutionRole')])]),
          },
        ],
      },
      functions.length,
    );
  });

  test('security groups of its own', () => {
    const vpc = (stack: Stack) => ({
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'v', availabilityZones: ['a'], privateSubnetIds: ['s'] }),
      securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')],
    });
    const template = regionOf({ vpc });

    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: { SecurityGroupIds: ['sg-1'] } });
  });

  test('a key: topics are encrypted with it, and who publishes may use it', () => {
    const template = regionOf({ key: (stack) => Key.fromKeyArn(stack, 'TheirKey', keyArn) });

    template.resourceCountIs('AWS::KMS::Key', 0);
    template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: keyArn });
    expect(JSON.stringify(template.toJSON())).toContain(
      `"Action":["kms:GenerateDataKey","kms:Decrypt"],"Effect":"Allow","Resource":"${keyArn}"`,
    );
  });

  test('topics: none is made, and alarms tell those', () => {
    const template = regionOf({ topics: 'existing' });

    for (const type of ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::KMS::Key']) template.resourceCountIs(type, 0);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [`arn:aws:sns:us-west-2:${account}:understudy-critical`],
    });
  });

  test('rules for roles: a boundary on each, a path on each but the one that is printed, and tags', () => {
    const permissionsBoundary = `arn:aws:iam::${account}:policy/developers`;
    const app = root();
    const understudy = new Understudy(app, 'Understudy', {
      failover,
      permissionsBoundary,
      rolePath: '/platform/',
      tags: { team: 'platform' },
    });
    Tags.of(understudy).add('cost', '42');
    const roles = app
      .synth()
      .stacks.flatMap(({ template }) => resourcesOf(template).filter(({ Type }) => Type === 'AWS::IAM::Role'));

    expect(roles.length).toBeGreaterThan(20);
    for (const { Properties } of roles) {
      expect(Properties).toMatchObject({
        PermissionsBoundary: permissionsBoundary,
        Tags: expect.arrayContaining([{ Key: 'team', Value: 'platform' }]),
      });
      expect(Properties?.['Path']).toBe(Properties?.['RoleName'] === undefined ? '/platform/' : undefined);
    }
    expect(() => new Understudy(root(), 'Understudy', { failover, rolePath: 'platform' })).toThrow(
      'rolePath platform must begin and end with /',
    );
  });

  test('nothing that an app did not ask for is attached to the rest of it', () => {
    const app = root();
    const theirs = stackIn(app, 'theirs', 'us-east-1');
    new Key(theirs, 'Key');
    const alone = JSON.stringify(Template.fromStack(theirs).toJSON());
    const beside = root();
    const same = stackIn(beside, 'theirs', 'us-east-1');
    new Key(same, 'Key');
    new Understudy(beside, 'Understudy', { failover, tags: { team: 'x' }, rolePath: '/x/' });

    expect(JSON.stringify(Template.fromStack(same).toJSON())).toBe(alone);
  });
});
