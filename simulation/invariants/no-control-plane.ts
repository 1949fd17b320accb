import type { CheckerOf } from './checker.ts';

/**
 * All that a run may call. Each is an operation of a data plane, by AWS's own word where AWS says so.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/control-planes-and-data-planes.html
 */
const dataPlane: ReadonlySet<string> = new Set([
  'arc:GetRoutingControlState',
  'arc:UpdateRoutingControlStates',
  // Somebody else's server.
  'channel:post',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:PutMetricData',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  // Of the store's data plane, in spite of its name: the service has no other.
  'kvs:DescribeKeyValueStore',
  'kvs:GetKey',
  'kvs:UpdateKeys',
  'lambda:Invoke',
  'sns:Publish',
  // Of an execution that has a lease, by whoever would take that: the service's own runtime, as StartExecution is.
  'states:DescribeExecution',
  'states:StartExecution',
]);

export const noControlPlane: CheckerOf = ({ world, violated }) => ({
  see() {},
  end() {
    for (const operation of world.around.operations) {
      if (!dataPlane.has(operation)) violated('no-control-plane', `${operation} was called`);
    }
  },
});
