import { afterAll, describe, expect, test } from 'vitest';
import { liveAlias } from '../../deployment/names.ts';
import type { Subject } from '../../infra/checks/template.ts';
import { matches } from '../../loopback/iam/condition.ts';
import example from '../../understudy.config.ts';
import { assembled } from './assembly.ts';

const assembly = assembled({ ...example, fastProbe: true, console: { copies: true } });
afterAll(() => assembly[Symbol.dispose]());
const { failover, subjects } = assembly;
const { account } = failover;

type Properties = Readonly<Record<string, unknown>>;

/** The ARNs that a named resource has, by its type; `*` stands for what it makes. */
const named: Readonly<Record<string, (properties: Properties, region: string) => readonly string[]>> = {
  'AWS::Lambda::Function': ({ FunctionName }, region) => [
    `arn:aws:lambda:${region}:${account}:function:${FunctionName}`,
    `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${FunctionName}:*`,
  ],
  'AWS::StepFunctions::StateMachine': ({ StateMachineName }, region) => [
    `arn:aws:states:${region}:${account}:stateMachine:${StateMachineName}`,
    `arn:aws:states:${region}:${account}:stateMachine:${StateMachineName}:${liveAlias}`,
    `arn:aws:states:${region}:${account}:execution:${StateMachineName}:*`,
  ],
  'AWS::SNS::Topic': ({ TopicName }, region) => [`arn:aws:sns:${region}:${account}:${TopicName}`],
  'AWS::CloudWatch::Alarm': ({ AlarmName }, region) => [`arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`],
  'AWS::CloudWatch::CompositeAlarm': ({ AlarmName }, region) => [
    `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`,
  ],
  'AWS::Events::Rule': ({ Name }, region) => [`arn:aws:events:${region}:${account}:rule/${Name}`],
  'AWS::Scheduler::Schedule': ({ Name, GroupName = 'default' }, region) => [
    `arn:aws:scheduler:${region}:${account}:schedule/${GroupName}/${Name}`,
    `arn:aws:scheduler:${region}:${account}:schedule-group/${GroupName}`,
  ],
  'AWS::Synthetics::Canary': ({ Name }, region) => [
    `arn:aws:synthetics:${region}:${account}:canary:${Name}`,
    `arn:aws:lambda:${region}:${account}:function:cwsyn-${Name}-*`,
    `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${Name}-*`,
  ],
  'AWS::DynamoDB::GlobalTable': ({ TableName, Replicas }) =>
    (Replicas as readonly { readonly Region: string }[]).map(
      ({ Region }) => `arn:aws:dynamodb:${Region}:${account}:table/${TableName}`,
    ),
};

const text = (value: unknown) => JSON.stringify(value).replaceAll('\\', '');
/** A policy may name what a pattern of others makes. */
const arnsIn = (value: unknown): readonly string[] =>
  text(value).match(/arn:aws[a-z-]*:[\w-]+:[\w-]*:\d{12}:[\w\-/:*.+=@]+/g) ?? [];

const known: ReadonlySet<string> = new Set([
  ...arnsIn(failover),
  `arn:aws:iam::${account}:root`,
  ...subjects.flatMap(({ region }) => `arn:aws:events:${region}:${account}:event-bus/default`),
  ...subjects.flatMap(({ template, region }) =>
    Object.values(template.Resources ?? {}).flatMap(
      ({ Type, Properties = {} }) => named[Type]?.(Properties, region) ?? [],
    ),
  ),
]);

/** An ARN that names nothing which there is, in this deployment or in its configuration. */
const dangling = ({ template }: Subject) =>
  Object.entries(template.Resources ?? {}).flatMap(([id, { Properties }]) =>
    arnsIn(Properties)
      .filter((arn) => arn.split(':')[4] === account)
      .filter((arn) => !known.has(arn) && ![...known].some((one) => matches(arn, one) || matches(one, arn)))
      .map((arn) => `${id}: ${arn}`),
  );

describe.each(subjects.map((subject) => [subject.stack, subject] as const))('in %s', (_, subject) => {
  test('every ARN of the account leads to something', () => {
    expect(dangling(subject)).toEqual([]);
  });
});
