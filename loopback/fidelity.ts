import type { ServiceId } from './aws/service.ts';
import type { Recording } from './recordings.ts';

export interface OperationFidelity {
  /** Files below `test/loopback/` that call it. */
  readonly tests: readonly string[];
  readonly recordings?: readonly Recording[];
  /** Where it is known to answer otherwise than AWS, or not to do all that AWS does. */
  readonly otherwise?: string;
}

export interface ServiceFidelity {
  readonly name: string;
  readonly operations: Readonly<Record<string, OperationFidelity>>;
  /** What of the service is not there, beside the operations that are not in the table. */
  readonly absent: readonly string[];
}

const machines: OperationFidelity = { tests: ['states/service.test.ts'], recordings: ['states-api'] };
const versions: OperationFidelity = { tests: ['states/versions.test.ts'], recordings: ['states-api'] };
const callbacks: OperationFidelity = { tests: ['states/tasks.test.ts'], recordings: ['histories'] };
const rules: OperationFidelity = { tests: ['events/events.test.ts'], recordings: ['events-api'] };
const alarms: OperationFidelity = { tests: ['cloudwatch/cloudwatch.test.ts'], recordings: ['cloudwatch-api'] };
const topics: OperationFidelity = { tests: ['sns/sns.test.ts'], recordings: ['sns-api'] };
const items: OperationFidelity = { tests: ['aws/dynamodb.test.ts'] };
const keys: OperationFidelity = { tests: ['aws/kvs.test.ts'] };
const parameters: OperationFidelity = { tests: ['aws/parameters.test.ts'] };
const secrets: OperationFidelity = { tests: ['aws/secrets.test.ts'] };
const objects: OperationFidelity = { tests: ['aws/s3.test.ts'] };
const controls: OperationFidelity = { tests: ['aws/arc.test.ts'] };

/**
 * How far each operation is to be believed. A test compares it with the operations that are served, looks into the tests that are named,
 * and with the page that is made of it.
 */
export const fidelity: Readonly<Record<ServiceId, ServiceFidelity>> = {
  states: {
    name: 'Step Functions',
    operations: {
      CreateStateMachine: machines,
      UpdateStateMachine: machines,
      DeleteStateMachine: {
        ...machines,
        otherwise: 'executions that run go on to their end; AWS ends them at their next transition',
      },
      DescribeStateMachine: machines,
      DescribeStateMachineForExecution: machines,
      ListStateMachines: { tests: ['states/service.test.ts', 'aws/server.test.ts'], recordings: ['states-api', 'cli'] },
      ValidateStateMachineDefinition: {
        ...machines,
        otherwise: 'some complaints are in words of their own; of an empty text AWS says SCHEMA_VALIDATION_FAILED',
      },
      TestState: {
        tests: ['states/test-state.test.ts'],
        recordings: ['test-state'],
        otherwise:
          'no JSONPath, no HTTP Task without a mock; mocked results are held against types and required members, not against enums, lengths and ranges',
      },
      PublishStateMachineVersion: versions,
      ListStateMachineVersions: versions,
      DeleteStateMachineVersion: versions,
      CreateStateMachineAlias: versions,
      UpdateStateMachineAlias: versions,
      DescribeStateMachineAlias: versions,
      ListStateMachineAliases: versions,
      DeleteStateMachineAlias: versions,
      StartExecution: {
        tests: ['states/service.test.ts', 'states/tasks.test.ts'],
        recordings: ['histories', 'states-api'],
      },
      StopExecution: machines,
      DescribeExecution: { ...machines, otherwise: 'nothing is redriven' },
      ListExecutions: { ...machines, otherwise: 'there are no map runs' },
      GetExecutionHistory: { ...machines, recordings: ['histories', 'states-api'] },
      SendTaskSuccess: callbacks,
      SendTaskFailure: callbacks,
      SendTaskHeartbeat: callbacks,
    },
    absent: [
      'JSONPath, beyond states that mean the same in either language',
      'EXPRESS workflows, activities, distributed maps, redrive',
      'logging, tracing and encryption: their settings are taken and do nothing',
      'integrations with services that are not here: a definition that names one is refused',
    ],
  },
  lambda: {
    name: 'Lambda',
    operations: {
      Invoke: {
        tests: ['aws/lambda/lambda.test.ts', 'aws/server.test.ts'],
        recordings: ['lambda-api', 'cli'],
        otherwise: 'no versions nor aliases: $LATEST is all there is',
      },
      GetFunction: { tests: ['aws/lambda/lambda.test.ts'] },
      ListFunctions: { tests: ['aws/lambda/lambda.test.ts'], otherwise: 'all on one page' },
    },
    absent: [
      'functions are made by templates or by whoever starts loopback, not over the wire',
      'memory limits, processors, snapshots, container images; one runtime, the Node that loopback runs on',
      'destinations of asynchronous invocations',
      'addresses of functions that take signed requests: those for everybody are played, each on a port of its own, without TLS',
    ],
  },
  events: {
    name: 'EventBridge',
    operations: {
      PutEvents: { ...rules, recordings: ['events-api', 'patterns'] },
      TestEventPattern: { ...rules, recordings: ['patterns'] },
      PutRule: { tests: ['events/events.test.ts', 'aws/server.test.ts'], recordings: ['events-api', 'cli'] },
      DescribeRule: rules,
      ListRules: rules,
      EnableRule: rules,
      DisableRule: rules,
      DeleteRule: rules,
      PutTargets: {
        ...rules,
        otherwise: 'functions, state machines, topics and buses of other regions are targets; others are refused',
      },
      RemoveTargets: rules,
      ListTargetsByRule: rules,
      ListRuleNamesByTarget: rules,
    },
    absent: ['buses beside the default one, archives, replays, pipes, API destinations, schemas'],
  },
  cloudwatch: {
    name: 'CloudWatch',
    operations: {
      PutMetricData: alarms,
      GetMetricStatistics: { ...alarms, otherwise: 'periods pass at the tempo, and so do its limits' },
      GetMetricData: { ...alarms, otherwise: 'no metric math' },
      ListMetrics: alarms,
      PutMetricAlarm: alarms,
      PutCompositeAlarm: { ...alarms, otherwise: 'no actions suppressor' },
      DeleteAlarms: alarms,
      DescribeAlarms: {
        tests: ['cloudwatch/cloudwatch.test.ts', 'aws/server.test.ts'],
        recordings: ['cloudwatch-api', 'cli'],
      },
      DescribeAlarmsForMetric: alarms,
      DescribeAlarmHistory: alarms,
      SetAlarmState: alarms,
      EnableAlarmActions: alarms,
      DisableAlarmActions: alarms,
    },
    absent: ['dashboards, anomaly detection, metric streams, insights, mute rules'],
  },
  sns: {
    name: 'SNS',
    operations: {
      CreateTopic: { ...topics, otherwise: 'other tags of a topic that is there are taken; AWS refuses them' },
      DeleteTopic: topics,
      ListTopics: topics,
      GetTopicAttributes: topics,
      Subscribe: topics,
      ConfirmSubscription: { ...topics, otherwise: 'a topic that is not there is NotFound; AWS says InvalidParameter' },
      Unsubscribe: topics,
      ListSubscriptions: topics,
      ListSubscriptionsByTopic: topics,
      Publish: { ...topics, otherwise: 'names of message attributes are not all held' },
      PublishBatch: topics,
    },
    absent: ['FIFO topics, filter policies, e-mail, SMS, mobile push, queues as subscribers: refused by name'],
  },
  dynamodb: {
    name: 'DynamoDB',
    operations: {
      CreateTable: items,
      DescribeTable: {
        ...items,
        otherwise: 'without DeletionProtectionEnabled, WarmThroughput, SSEDescription and TableClassSummary',
      },
      UpdateTable: items,
      DeleteTable: items,
      ListTables: items,
      GetItem: items,
      PutItem: { ...items, otherwise: 'a failed condition brings no Item, whatever was asked for' },
      UpdateItem: { ...items, otherwise: 'a failed condition brings no Item, whatever was asked for' },
      DeleteItem: { ...items, otherwise: 'a failed condition brings no Item, whatever was asked for' },
      Query: items,
      Scan: items,
      BatchGetItem: items,
      BatchWriteItem: items,
      TagResource: items,
      UntagResource: items,
      ListTagsOfResource: items,
      DescribeTimeToLive: items,
    },
    absent: [
      'it is dynalite in memory: one store for all regions, so a global table is always consistent and never in conflict',
      'transactions, streams, backups, time to live, capacity',
    ],
  },
  kvs: {
    name: 'CloudFront KeyValueStore',
    operations: {
      DescribeKeyValueStore: keys,
      ListKeys: keys,
      GetKey: keys,
      PutKey: keys,
      DeleteKey: keys,
      UpdateKeys: keys,
    },
    absent: ['no answer of AWS was ever recorded for it: the model and the documentation are all there was'],
  },
  arc: {
    name: 'Route 53 ARC routing controls',
    operations: {
      GetRoutingControlState: controls,
      ListRoutingControls: controls,
      UpdateRoutingControlState: controls,
      UpdateRoutingControlStates: controls,
    },
    absent: ['no answer of AWS was ever recorded for it: the model and the API reference are all there was'],
  },
  ssm: {
    name: 'Systems Manager Parameter Store',
    operations: { PutParameter: parameters, GetParameter: parameters, DeleteParameter: parameters },
    absent: [
      'a SecureString is not encrypted, so no key is asked for it; no versions, labels, paths, tiers and policies',
      'no answer of AWS was ever recorded for it: the model and the API reference are all there was',
    ],
  },
  secretsmanager: {
    name: 'Secrets Manager',
    operations: { CreateSecret: secrets, PutSecretValue: secrets, GetSecretValue: secrets },
    absent: [
      'no key is asked for a secret; texts alone; no versions but the current one, replicas, rotation and deletion',
      'no answer of AWS was ever recorded for it: the model and the API reference are all there was',
    ],
  },
  sts: {
    name: 'STS',
    operations: {
      GetCallerIdentity: { tests: ['aws/server.test.ts', 'aws/sts.test.ts'], recordings: ['cli'] },
      AssumeRole: {
        tests: ['aws/sts.test.ts'],
        otherwise:
          'credentials never end; session policies and tags are not looked at; people’s own credentials may assume any role',
      },
    },
    absent: ['a service takes its roles by itself; by SAML, web identity or a federated user nobody gets credentials'],
  },
  s3: {
    name: 'S3',
    operations: {
      PutObject: {
        ...objects,
        otherwise: 'a body in chunks with trailers is taken as it came; of checksums CRC32 alone is held',
      },
      GetObject: {
        ...objects,
        otherwise:
          'of conditions `If-None-Match` alone; no ranges; who may not list a bucket is told all the same what is not there',
      },
      DeleteObject: objects,
    },
    absent: [
      'buckets in the name of the host; versions, lists, uploads in parts, metadata of one’s own, tags, lifecycle; no account but one has buckets',
      'a presigned address is asked for whose it is, not for its signature or its end; one of Signature Version 2 is refused',
      'no answer of AWS was ever recorded for it: the model and the API reference are all there was',
    ],
  },
};
