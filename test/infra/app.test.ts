import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { copyPageFile, functionSettings } from '../../deployment/functions.ts';
import { groupOf } from '../../deployment/groups.ts';
import {
  deployedRegions,
  functionArn,
  functionName,
  regionStackName,
  servicesStackName,
  steps,
} from '../../deployment/names.ts';
import { wiringOf } from '../../handlers/wiring.ts';
import { operationsIn, strangersIn } from '../../infra/checks/commands.ts';
import { understudyChecks } from '../../infra/checks/plugin.ts';
import { grantsOf } from '../../infra/checks/policies.ts';
import { type Named, referredId, resourcesOf, type Subject } from '../../infra/checks/template.ts';
import { assembled, subjectIn } from './assembly.ts';
import { validator } from './validator.ts';

const assembly = assembled();
afterAll(() => assembly[Symbol.dispose]());

const { failover } = assembly;
const control = subjectIn(assembly, region('us-west-2'));

const roles = [...steps, 'reconcile'] as const;

function functionOf({ template }: Subject, role: (typeof roles)[number] | 'vantage'): Named {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties?.['FunctionName'] === functionName(failover, role),
  );
  if (found === undefined) throw new Error(`no function ${role}`);
  return found;
}

describe('the app', () => {
  test('has a stack for every region with a role, one for the levers, one for the ledger, and those of the groups of services', () => {
    const groups = failover.services.map(({ name }) => groupOf(name));
    const ofGroups = ['ca-central-1', 'us-east-2', 'us-west-2', 'page'].flatMap((each) =>
      groups.map((group) => `understudy-${each}-${group}`),
    );

    expect(assembly.subjects.map(({ stack }) => stack).sort()).toEqual(
      [
        'understudy-ca-central-1',
        'understudy-ledger',
        'understudy-levers',
        'understudy-us-east-2',
        'understudy-us-west-2',
        ...ofGroups,
      ].sort(),
    );
  });

  test('X6: has nothing in the home region, and the orchestrator in every control region', () => {
    expect(assembly.subjects.map(({ region }) => region)).not.toContain('us-east-1');
    for (const region of deployedRegions(failover)) {
      const machines = resourcesOf(subjectIn(assembly, region).template, 'AWS::StepFunctions::StateMachine');
      const names = failover.controlRegions.includes(region) ? ['understudy-evacuation', 'understudy-failover'] : [];
      expect(machines.map(({ Properties }) => Properties?.['StateMachineName']).sort()).toEqual(names);
    }
  });

  test('is the same every time', () => {
    using again = assembled();

    expect(again.subjects.map(({ template }) => template)).toEqual(assembly.subjects.map(({ template }) => template));
  });

  test('needs no look-up', () => {
    const manifest = JSON.parse(readFileSync(join(assembly.folder, 'manifest.json'), 'utf8'));

    expect(manifest.missing).toBeUndefined();
  });
});

describe("AWS's offline validator", () => {
  const { errorsIn, ...started } = validator();
  afterAll(() => started[Symbol.dispose]());

  test('finds no error in any stack', () => {
    expect(assembly.subjects.flatMap(({ template }) => errorsIn(template))).toEqual([]);
  });

  test('finds what is wrong with a broken one', () => {
    const { id } = functionOf(control, 'shift');
    const broken = structuredClone(control.template.Resources?.[id]) as { Properties: Record<string, unknown> };
    broken.Properties['MemorySize'] = 1;

    expect(errorsIn({ Resources: { ...control.template.Resources, [id]: broken as Named } }).join()).toContain(
      'less than the minimum of 128',
    );
  });
});

describe('a synthesis fails', () => {
  test('where cdk-nag finds what nobody has explained', () => {
    const app = new App({ analyticsReporting: false, outdir: join(assembly.folder, 'unexplained') });
    new Queue(new Stack(app, 'Broken'), 'Queue');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

    expect(() => app.synth()).toThrow('AwsSolutions-SQS4');
  });

  test('where our own checks find something', () => {
    const app = new App({ analyticsReporting: false, outdir: join(assembly.folder, 'broken') });
    const stack = new Stack(app, 'Broken', { env: { account: failover.account, region: 'us-west-2' } });
    new Queue(stack, 'Queue', { queueName: 'x'.repeat(81) });
    Validations.of(app).addPlugins(understudyChecks(failover));

    expect(() => app.synth()).toThrow('must match');
  });
});

describe('every function', () => {
  test('runs what was built for it, on Node 24 and Graviton, with JSON logs that expire', () => {
    for (const role of roles) {
      const { Properties = {} } = functionOf(control, role);
      const { timeoutSeconds, memoryMb, reservedConcurrency } = functionSettings(role, failover);

      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: `${role}.handler`,
        MemorySize: memoryMb,
        ...(reservedConcurrency !== undefined && { ReservedConcurrentExecutions: reservedConcurrency }),
        Timeout: timeoutSeconds,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' },
      });
      const logs = control.template.Resources?.[referredId(Properties['LoggingConfig'].LogGroup) ?? ''];
      expect(logs?.Properties).toMatchObject({ RetentionInDays: 90, LogGroupName: `/aws/lambda/understudy-${role}` });
      const code = readdirSync(assetOf(Properties['Code']));
      expect(code).toContain(`${role}.mjs`);
      expect(code.filter((file) => !file.endsWith('.mjs') && file !== copyPageFile)).toEqual([]);
    }
  });

  test('finds all it asks for in its environment', async () => {
    for (const role of roles) {
      const wiring = await wiringOf(role, environmentOf(functionOf(control, role)));

      expect(wiring.failover).toEqual(failover);
    }
  });

  test('says what is missing from its environment', async () => {
    const { UNDERSTUDY_CONFIG: _, ...rest } = environmentOf(functionOf(control, 'shift'));

    await expect(wiringOf('shift', rest)).rejects.toThrow('UNDERSTUDY_CONFIG: is not set');
  });

  test('X7: can call operations of data planes alone', () => {
    for (const role of roles)
      expect({ role, strangers: strangersIn(operationsOf(role)) }).toEqual({ role, strangers: [] });
  });

  test('names no region of its own: where it goes is in the configuration, and in what called it', () => {
    const ours = new Set(
      roles.flatMap((role) => sourcesOf(role)).filter((source) => /^(core|handlers|synthetics)\//.test(source)),
    );

    expect(ours.size).toBeGreaterThan(50);
    expect([...ours].filter((source) => /\b[a-z]{2}-[a-z]+-\d\b/.test(withoutComments(source)))).toEqual([]);
  });

  test('may do nothing that it cannot', () => {
    for (const role of roles) {
      const operations = operationsOf(role);
      const withoutCommand = grantedTo(control, role).filter((action) => !operations.includes(action));

      // Logs and traces go through Lambda itself, and a topic's key is used by SNS in the publisher's name.
      expect(withoutCommand.filter((action) => !/^(logs|xray|kms):/.test(action))).toEqual([]);
    }
  });

  test('asks a lever only where its step does', () => {
    const asking = roles.filter((role) => operationsOf(role).includes('cloudfront-keyvaluestore:GetKey'));

    expect(asking).toEqual(['admit', 'assess', 'shift', 'verify', 'rollback', 'reconcile']);
  });
});

describe('operations in a bundle', () => {
  const sources = [
    '../../node_modules/@aws-sdk/client-sfn/dist-es/commands/StartExecutionCommand.js',
    '../../node_modules/@aws-sdk/client-lambda/dist-es/commands/InvokeCommand.js',
    '../../node_modules/@aws-sdk/client-route-53/dist-es/commands/ChangeResourceRecordSetsCommand.js',
    '../../node_modules/@aws-sdk/nested-clients/dist-es/submodules/sts/commands/AssumeRoleCommand.js',
    '../../handlers/shift.lambda.ts',
  ];

  test('are called as IAM calls them', () => {
    expect(operationsIn(sources)).toEqual([
      'lambda:InvokeFunction',
      'route53:ChangeResourceRecordSets',
      'states:StartExecution',
    ]);
  });

  test('of a control plane are strangers', () => {
    expect(strangersIn(operationsIn(sources))).toEqual(['route53:ChangeResourceRecordSets']);
  });
});

describe('the ledger', () => {
  const tables = ({ template }: Subject) => resourcesOf(template, 'AWS::DynamoDB::GlobalTable');

  test('is one strongly consistent table, made once, that can be restored and is never deleted with its stack', () => {
    const holding = assembly.subjects.filter((subject) => tables(subject).length > 0);
    const [table, ...others] = holding.flatMap(tables);

    expect(others).toEqual([]);
    // Kept under its own name beside what may fail, it would keep a first deployment from being repeated.
    expect(holding.map(({ stack, template }) => [stack, Object.keys(template.Resources ?? {}).length])).toEqual([
      ['understudy-ledger', 1],
    ]);
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'understudy-ledger',
        BillingMode: 'PAY_PER_REQUEST',
        MultiRegionConsistency: 'STRONG',
        GlobalTableWitnesses: [{ Region: 'us-east-1' }],
        KeySchema: [
          { AttributeName: 'service', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      },
    });
    const replicas: { Region: string; DeletionProtectionEnabled: boolean; PointInTimeRecoverySpecification: object }[] =
      table?.Properties?.['Replicas'];
    expect(replicas.map(({ Region }) => Region).sort()).toEqual(['us-east-2', 'us-west-2']);
    for (const { DeletionProtectionEnabled, PointInTimeRecoverySpecification } of replicas) {
      expect(DeletionProtectionEnabled).toBe(true);
      expect(PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    }
    // Neither is to be had with strong consistency.
    expect(table?.Properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(table?.Properties).not.toHaveProperty('LocalSecondaryIndexes');
  });

  test('is written at the replica of the region that a function runs in', () => {
    const resources = grantsOf(control.template)
      .filter(({ actions }) => actions.includes('dynamodb:PutItem'))
      .flatMap(({ resources }) => resources);

    expect(new Set(resources)).toEqual(new Set(['arn:aws:dynamodb:us-west-2:123456789012:table/understudy-ledger']));
  });
});

describe('schedules', () => {
  const schedules = () =>
    resourcesOf(control.template, 'AWS::Scheduler::Schedule').map(({ Properties }) => Properties ?? {});

  test('run the reconciler every minute', () => {
    const reconcile = schedules().find(({ Name }) => Name === 'understudy-reconcile');

    expect(reconcile).toMatchObject({ ScheduleExpression: 'rate(1 minute)', FlexibleTimeWindow: { Mode: 'OFF' } });
  });

  test('keep every step warm with the event that reads and changes nothing', () => {
    const warm = schedules().filter(({ Name }) => String(Name).startsWith('understudy-warm-'));

    expect(warm.map(({ Name }) => Name).sort()).toEqual(
      [...steps, 'evacuate'].map((step) => `understudy-warm-${step}`).sort(),
    );
    for (const { Target } of warm) expect(JSON.parse(Target.Input)).toEqual({ warm: true });
  });
});

describe('the state machine', () => {
  test('calls the functions of its own region', () => {
    const [machine] = resourcesOf(control.template, 'AWS::StepFunctions::StateMachine');
    const definition = String(machine?.Properties?.['DefinitionString']);

    for (const step of steps) expect(definition).toContain(`"${functionArn(failover, control.region, step)}"`);
    expect(definition).not.toContain('us-east');
  });
});

/** What a function would see, with the layer where it is unpacked here. */
function environmentOf({ Properties = {} }: Named): Record<string, string> {
  const { UNDERSTUDY_CONFIG = '', ...others } = Properties['Environment'].Variables as Record<string, string>;
  const layer = control.template.Resources?.[referredId(Properties['Layers'][0]) ?? ''];
  const file = join(assetOf(layer?.Properties?.['Content']), UNDERSTUDY_CONFIG.replace(/^\/opt\//, ''));
  expect(existsSync(file)).toBe(true);
  return { ...others, UNDERSTUDY_CONFIG: file, AWS_REGION: control.region };
}

/** The folder that is uploaded as this code. */
function assetOf({ S3Key }: { readonly S3Key: string }): string {
  return join(assembly.folder, `asset.${S3Key.replace(/\.zip$/, '')}`);
}

function operationsOf(role: string): readonly string[] {
  return operationsIn(sourcesOf(role));
}

/** Every file that something in the bundle is from, by its path in the repository. */
function sourcesOf(role: string): readonly string[] {
  const sources = loadedBy(`${role}.mjs`).flatMap(
    (file) => (JSON.parse(readFileSync(`dist/functions/${file}.map`, 'utf8')) as { sources: string[] }).sources,
  );
  return [...new Set(sources.map((source) => source.replace(/^(\.\.\/)+/, '')))];
}

/** The file and all that it imports, directly or not. */
function loadedBy(file: string, known: Set<string> = new Set()): readonly string[] {
  known.add(file);
  for (const [, next = ''] of readFileSync(`dist/functions/${file}`, 'utf8').matchAll(
    /["']\.\/(chunk-\w+\.mjs)["']/g,
  )) {
    if (!known.has(next)) loadedBy(next, known);
  }
  return [...known];
}

const withoutComments = (source: string): string =>
  readFileSync(source, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

function grantedTo(subject: Subject, role: (typeof roles)[number]): readonly string[] {
  const id = referredId(functionOf(subject, role).Properties?.['Role']);
  const actions = grantsOf(subject.template).filter((grant) => grant.role === id);
  return [...new Set(actions.flatMap((grant) => grant.actions))];
}

describe('an alarm that pages for silence', () => {
  const templates = assembly.subjects.map(({ template }) => template);
  const eager = templates.flatMap((template) =>
    resourcesOf(template, /^AWS::CloudWatch::Alarm$/)
      .filter(({ Properties }) => Properties?.['TreatMissingData'] === 'breaching')
      .map(({ DependsOn }) => [DependsOn ?? []].flat().map((id) => template.Resources?.[id]?.Type)),
  );

  test('is made after what would break the silence, so that a first deployment pages nobody', () => {
    expect(eager.length).toBeGreaterThan(3);
    for (const types of eager) expect(types.join()).toMatch(/^AWS::(Synthetics::Canary,?|Scheduler::Schedule)+$/);
  });

  test('is in a stack that is deployed after the one with the functions, the schedules and the topics', () => {
    for (const region of failover.controlRegions) {
      for (const { name } of failover.services) {
        const stack = servicesStackName(failover, region, groupOf(name));
        expect(assembly.before(stack)).toContain(regionStackName(failover, region));
      }
    }
  });
});
