/**
 * Everything that may be called while traffic is moved: operations of data planes, which go on working in one region when
 * another is lost. What creates, updates or lists resources is not among them.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/control-planes-and-data-planes.html
 */
export const dataPlaneActions: ReadonlySet<string> = new Set([
  'cloudfront-keyvaluestore:DescribeKeyValueStore',
  'cloudfront-keyvaluestore:GetKey',
  'cloudfront-keyvaluestore:PutKey',
  'cloudfront-keyvaluestore:UpdateKeys',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:GetMetricStatistics',
  'cloudwatch:PutMetricData',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'events:PutEvents',
  // Of a customer's API, by a probe that it asks for a signature.
  'execute-api:Invoke',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'lambda:InvokeFunction',
  'lambda:InvokeFunctionUrl',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  'route53-recovery-cluster:GetRoutingControlState',
  'route53-recovery-cluster:UpdateRoutingControlStates',
  's3:PutObject',
  'secretsmanager:GetSecretValue',
  'sns:Publish',
  'sqs:SendMessage',
  'ssm:GetParameter',
  // STS has an endpoint in each region, and what a role then may do is its own account's to say.
  'sts:AssumeRole',
  // Of an execution that has a lease, by whoever would take that: the service's own runtime, as StartExecution is.
  'states:DescribeExecution',
  // Of a run that waits, by whoever has its token.
  'states:SendTaskSuccess',
  'states:StartExecution',
  'vpc-lattice-svcs:Invoke',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
]);

/** Actions that know no resources, and what must bind them instead: nothing, or a condition key. */
export const withoutResources: Readonly<Record<string, string | null>> = {
  'cloudwatch:GetMetricData': null,
  'cloudwatch:GetMetricStatistics': null,
  'cloudwatch:PutMetricData': 'cloudwatch:namespace',
  'states:SendTaskSuccess': null,
  'xray:PutTelemetryRecords': null,
  'xray:PutTraceSegments': null,
};
