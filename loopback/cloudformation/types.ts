import type { ResourceType } from './resource-type.ts';
import { keyValueStore } from './resources/cloudfront.ts';
import { alarm, compositeAlarm } from './resources/cloudwatch.ts';
import { customResource } from './resources/custom.ts';
import { globalTable } from './resources/dynamodb.ts';
import { rule } from './resources/events.ts';
import { key, managedPolicy, policy, role } from './resources/iam.ts';
import { eventInvokeConfig, functionUrl, lambdaFunction, layerVersion, permission } from './resources/lambda.ts';
import { cluster, controlPanel, routingControl, safetyRule } from './resources/recovery-control.ts';
import { bucket, bucketPolicy } from './resources/s3.ts';
import { schedule } from './resources/scheduler.ts';
import { topic, topicPolicy } from './resources/sns.ts';
import { queue, queuePolicy } from './resources/sqs.ts';
import { stateMachine, stateMachineAlias, stateMachineVersion } from './resources/states.ts';
import { canary } from './resources/synthetics.ts';
import { unplayedTypes } from './resources/unplayed.ts';

const played: Readonly<Record<string, ResourceType>> = {
  'AWS::CloudFront::KeyValueStore': keyValueStore,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarm,
  'AWS::DynamoDB::GlobalTable': globalTable,
  'AWS::Events::Rule': rule,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Policy': policy,
  'AWS::IAM::Role': role,
  'AWS::KMS::Key': key,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  'AWS::Lambda::Permission': permission,
  'AWS::Lambda::Url': functionUrl,
  'AWS::Route53RecoveryControl::Cluster': cluster,
  'AWS::Route53RecoveryControl::ControlPanel': controlPanel,
  'AWS::Route53RecoveryControl::RoutingControl': routingControl,
  'AWS::Route53RecoveryControl::SafetyRule': safetyRule,
  'AWS::S3::Bucket': bucket,
  'AWS::S3::BucketPolicy': bucketPolicy,
  'AWS::SNS::Topic': topic,
  'AWS::SNS::TopicPolicy': topicPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::SQS::QueuePolicy': queuePolicy,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::StepFunctions::StateMachine': stateMachine,
  'AWS::StepFunctions::StateMachineAlias': stateMachineAlias,
  'AWS::StepFunctions::StateMachineVersion': stateMachineVersion,
  'AWS::Synthetics::Canary': canary,
};

export { unplayedTypes };

/** The types that do something here. */
export const playedTypes: readonly string[] = Object.keys(played);

/** Every type of resource that a template may have, those that do nothing here among them. */
const resourceTypes: Readonly<Record<string, ResourceType>> = { ...played, ...unplayedTypes };

/** The type that plays a resource; undefined for one that nobody has. */
export const resourceTypeNamed = (name: string): ResourceType | undefined =>
  name.startsWith('Custom::') ? customResource(name) : resourceTypes[name];
