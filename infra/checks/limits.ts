import { environmentBytesMax } from '../../deployment/limits.ts';
import { policySizes } from './policy-sizes.ts';
import { type Check, listOf, type Named, resourcesOf } from './template.ts';

interface Limit {
  readonly type: string;
  readonly property: string;
  readonly pattern?: RegExp;
  readonly max?: number;
}

/**
 * Names that the services take. The templates' schemas hold some of these limits and not others.
 * https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
 */
const names: readonly Limit[] = [
  { type: 'AWS::Lambda::Function', property: 'FunctionName', pattern: /^[a-zA-Z0-9-_]{1,64}$/ },
  { type: 'AWS::Lambda::Function', property: 'Description', max: 256 },
  { type: 'AWS::Lambda::LayerVersion', property: 'LayerName', pattern: /^[a-zA-Z0-9-_]{1,140}$/ },
  { type: 'AWS::IAM::Role', property: 'RoleName', pattern: /^[\w+=,.@-]{1,64}$/ },
  { type: 'AWS::IAM::Role', property: 'Description', max: 1_000 },
  { type: 'AWS::StepFunctions::StateMachine', property: 'StateMachineName', pattern: /^[a-zA-Z0-9-_]{1,80}$/ },
  { type: 'AWS::StepFunctions::StateMachine', property: 'DefinitionString', max: 1_048_576 },
  { type: 'AWS::Synthetics::Canary', property: 'Name', pattern: /^[0-9a-z_-]{1,255}$/ },
  { type: 'AWS::Events::Rule', property: 'Name', pattern: /^[.\-_A-Za-z0-9]{1,64}$/ },
  { type: 'AWS::Events::Rule', property: 'Description', max: 512 },
  { type: 'AWS::Scheduler::Schedule', property: 'Name', pattern: /^[0-9a-zA-Z\-_.]{1,64}$/ },
  { type: 'AWS::Scheduler::Schedule', property: 'Description', max: 512 },
  { type: 'AWS::Scheduler::Schedule', property: 'ScheduleExpression', max: 256 },
  { type: 'AWS::SNS::Topic', property: 'TopicName', pattern: /^[a-zA-Z0-9_-]{1,256}$/ },
  { type: 'AWS::SQS::Queue', property: 'QueueName', pattern: /^[a-zA-Z0-9_-]{1,80}$/ },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmName', max: 255 },
  { type: 'AWS::CloudWatch::Alarm', property: 'AlarmDescription', max: 1_024 },
  { type: 'AWS::CloudWatch::CompositeAlarm', property: 'AlarmName', max: 255 },
  { type: 'AWS::CloudWatch::CompositeAlarm', property: 'AlarmRule', max: 10_240 },
  { type: 'AWS::CloudWatch::Dashboard', property: 'DashboardName', pattern: /^[0-9A-Za-z-_]{1,255}$/ },
  { type: 'AWS::Logs::LogGroup', property: 'LogGroupName', pattern: /^[.\-_/#A-Za-z0-9]{1,512}$/ },
  { type: 'AWS::DynamoDB::GlobalTable', property: 'TableName', pattern: /^[a-zA-Z0-9_.-]{3,255}$/ },
  { type: 'AWS::CloudFront::KeyValueStore', property: 'Name', pattern: /^[a-zA-Z0-9-_]{1,64}$/ },
  { type: 'AWS::CloudFront::KeyValueStore', property: 'Comment', max: 128 },
  { type: 'AWS::CloudFront::Function', property: 'Name', pattern: /^[a-zA-Z0-9-_]{1,64}$/ },
  { type: 'AWS::Route53RecoveryControl::Cluster', property: 'Name', pattern: /^\S{1,64}$/ },
  { type: 'AWS::Route53RecoveryControl::ControlPanel', property: 'Name', pattern: /^\S{1,64}$/ },
  { type: 'AWS::Route53RecoveryControl::RoutingControl', property: 'Name', pattern: /^\S{1,64}$/ },
  { type: 'AWS::Route53RecoveryControl::SafetyRule', property: 'Name', pattern: /^\S{1,64}$/ },
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const resourcesMax = 500;
const templateBytesMax = 1_000_000;

/** What is too long or too much, and would be found out in the middle of a deployment. */
export const limits: Check = function* ({ template, stack, bytes = Buffer.byteLength(JSON.stringify(template)) }) {
  for (const { type, property, pattern, max } of names) {
    for (const { id, Properties } of resourcesOf(template, type)) {
      const value: unknown = Properties?.[property];
      if (typeof value !== 'string') continue;
      if (pattern !== undefined && !pattern.test(value))
        yield { at: `${id}.${property}`, message: `must match ${pattern}: ${value}` };
      if (max !== undefined && value.length > max) {
        yield { at: `${id}.${property}`, message: `is ${value.length} characters long, of ${max}` };
      }
    }
  }
  for (const named of resourcesOf(template, /^AWS::(Lambda::Function|Synthetics::Canary)$/)) yield* environment(named);
  for (const named of resourcesOf(template, 'AWS::Events::Rule')) yield* rule(named);
  for (const named of resourcesOf(template, /^AWS::CloudWatch::(Composite)?Alarm$/)) yield* alarm(named);
  const count = resourcesOf(template).length;
  if (count > resourcesMax) yield { at: stack, message: `has ${count} resources, of ${resourcesMax}` };
  if (bytes > templateBytesMax) {
    const remedy = 'deploy some of the services under another name, as a second configuration';
    yield {
      at: stack,
      message: `has ${bytes} bytes as it is uploaded, and CloudFormation takes at most ${templateBytesMax}: ${remedy}`,
    };
  }
  yield* policySizes(template);
};

/** As it comes out when it is deployed: what another resource gives counts as an ARN of a routing control, the longest that levers have. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const [, parts] = listOf((value as { readonly 'Fn::Join'?: unknown })['Fn::Join']);
  if (parts !== undefined) return listOf(parts).reduce<number>((sum, part) => sum + lengthOf(part), 0);
  return /Region/.test(JSON.stringify(value)) ? longestRegion.length : controlArn.length;
}

const longestRegion = 'ap-southeast-2';
const controlArn = `arn:aws:route53-recovery-control::123456789012:controlpanel/${'x'.repeat(32)}/routingcontrol/${'x'.repeat(16)}`;

function* environment({ id, Properties }: Named) {
  const variables: unknown = Properties?.['Environment']?.Variables ?? Properties?.['RunConfig']?.EnvironmentVariables;
  if (variables === undefined) return;
  const bytes = Object.entries(variables as object).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + lengthOf(value),
    0,
  );
  if (bytes > environmentBytesMax) {
    yield { at: `${id}.Environment`, message: `has ${bytes} bytes, of ${environmentBytesMax}` };
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const targetsMax = 5;
const patternMax = 2_048;

function* rule({ id, Properties }: Named) {
  const targets = listOf(Properties?.['Targets']);
  if (targets.length > targetsMax) yield { at: `${id}.Targets`, message: `are ${targets.length}, of ${targetsMax}` };
  const pattern = JSON.stringify(Properties?.['EventPattern'] ?? '');
  if (pattern.length > patternMax)
    yield { at: `${id}.EventPattern`, message: `has ${pattern.length} characters, of ${patternMax}` };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const actionsMax = 5;

function* alarm({ id, Properties }: Named) {
  for (const member of ['AlarmActions', 'OKActions', 'InsufficientDataActions']) {
    const actions = listOf(Properties?.[member]);
    if (actions.length > actionsMax)
      yield { at: `${id}.${member}`, message: `are ${actions.length}, of ${actionsMax}` };
  }
  const { Period, EvaluationPeriods, DatapointsToAlarm } = Properties ?? {};
  if (typeof Period === 'number' && Period * Number(EvaluationPeriods) > 86_400) {
    yield { at: `${id}.EvaluationPeriods`, message: 'reach back more than a day' };
  }
  if (Number(DatapointsToAlarm) > Number(EvaluationPeriods)) {
    yield { at: `${id}.DatapointsToAlarm`, message: `is ${DatapointsToAlarm}, of ${EvaluationPeriods} periods` };
  }
}
