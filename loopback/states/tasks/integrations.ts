import type { ServiceId } from '../../aws/service.ts';
import type { ServiceResource } from '../resource.ts';

/** How a service of the sandbox is called from a Task. */
export interface Integration {
  readonly service: ServiceId;
  /** In error names: `Lambda` of `Lambda.TooManyRequestsException`. */
  readonly prefix: string;
  /** In error causes: `AWSLambda` of `(Service: AWSLambda; …)`. */
  readonly label: string;
  readonly style: 'optimised' | 'sdk';
}

interface Optimised extends Integration {
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

const request = ['request'];
const callback = ['request', 'waitForTaskToken'];

/** https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html */
const optimised: Readonly<Record<string, Optimised>> = {
  lambda: {
    service: 'lambda',
    prefix: 'Lambda',
    label: 'AWSLambda',
    style: 'optimised',
    actions: { invoke: callback },
  },
  sns: { service: 'sns', prefix: 'SNS', label: 'AmazonSNS', style: 'optimised', actions: { publish: callback } },
  events: {
    service: 'events',
    prefix: 'EventBridge',
    label: 'AmazonEventBridge',
    style: 'optimised',
    actions: { putEvents: callback },
  },
  dynamodb: {
    service: 'dynamodb',
    prefix: 'DynamoDB',
    label: 'AmazonDynamoDBv2',
    style: 'optimised',
    actions: { getItem: request, putItem: request, updateItem: request, deleteItem: request },
  },
  states: {
    service: 'states',
    prefix: 'StepFunctions',
    label: 'AWSStepFunctions',
    style: 'optimised',
    actions: { startExecution: ['request', 'sync', 'sync:2', 'waitForTaskToken'] },
  },
};

const sdkNames: Readonly<Record<string, readonly [ServiceId, string]>> = {
  lambda: ['lambda', 'Lambda'],
  sns: ['sns', 'Sns'],
  eventbridge: ['events', 'EventBridge'],
  dynamodb: ['dynamodb', 'DynamoDb'],
  sfn: ['states', 'Sfn'],
  cloudwatch: ['cloudwatch', 'CloudWatch'],
  route53recoverycluster: ['arc', 'Route53RecoveryCluster'],
  cloudfrontkeyvaluestore: ['kvs', 'CloudFrontKeyValueStore'],
  sts: ['sts', 'Sts'],
};

/** `null`: the sandbox has nothing behind this resource. */
export function integrationOf({ resourceType, action, pattern }: ServiceResource): Integration | null {
  if (resourceType.startsWith('aws-sdk:')) {
    const [service, prefix] = sdkNames[resourceType.slice('aws-sdk:'.length)] ?? [];
    if (service === undefined || prefix === undefined) return null;
    if (pattern !== 'request' && pattern !== 'waitForTaskToken') return null;
    return { service, prefix, label: prefix, style: 'sdk' };
  }
  const known = optimised[resourceType];
  return known?.actions[action]?.includes(pattern) ? known : null;
}
