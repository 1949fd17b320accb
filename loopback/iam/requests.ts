import { parameterArn } from '../aws/parameters.ts';
import type { Call } from '../aws/service.ts';
import type { AccessRequest } from './evaluate.ts';

/** What a call needs to be allowed. Empty where AWS asks for nothing; null where nobody wrote down what AWS asks for. */
export function requestsOf(call: Call, input: object): readonly AccessRequest[] | null {
  const described = needs[`${call.service} ${call.operation}`];
  return described === undefined ? null : described(input as Input, call);
}

type Input = Readonly<Record<string, unknown>>;
type Needs = (input: Input, call: Call) => readonly AccessRequest[];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const needs: Readonly<Record<string, Needs>> = {
  'states StartExecution': ({ stateMachineArn }, call) => {
    const { arn, qualifier } = machineOf(String(stateMachineArn));
    return [
      ask(
        call,
        'states:StartExecution',
        arn,
        qualifier === null ? {} : { 'states:StateMachineQualifier': [qualifier] },
      ),
    ];
  },
  'states DescribeExecution': ({ executionArn }, call) => [ask(call, 'states:DescribeExecution', String(executionArn))],
  'states StopExecution': ({ executionArn }, call) => [ask(call, 'states:StopExecution', String(executionArn))],
  'states ListExecutions': ({ stateMachineArn }, call) => [
    ask(call, 'states:ListExecutions', machineOf(String(stateMachineArn)).arn),
  ],
  'states TestState': (_, call) => [ask(call, 'states:TestState', '*')],
  'states SendTaskSuccess': (_, call) => [ask(call, 'states:SendTaskSuccess', '*')],
  'states SendTaskFailure': (_, call) => [ask(call, 'states:SendTaskFailure', '*')],
  'lambda Invoke': ({ FunctionName, Qualifier }, call) => [
    ask(call, 'lambda:InvokeFunction', functionArn(String(FunctionName), Qualifier, call)),
  ],
  'cloudwatch DescribeAlarms': ({ AlarmNames }, call) =>
    ((AlarmNames ?? ['*']) as readonly string[]).map((name) =>
      ask(call, 'cloudwatch:DescribeAlarms', `arn:aws:cloudwatch:${call.region}:${call.account}:alarm:${name}`),
    ),
  'cloudwatch GetMetricData': (_, call) => [ask(call, 'cloudwatch:GetMetricData', '*')],
  'cloudwatch GetMetricStatistics': (_, call) => [ask(call, 'cloudwatch:GetMetricStatistics', '*')],
  'cloudwatch PutMetricData': ({ Namespace }, call) => [
    ask(call, 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': [String(Namespace)] }),
  ],
  'sns Publish': ({ TopicArn }, call) => [ask(call, 'sns:Publish', String(TopicArn))],
  'events PutEvents': (_, call) => [
    ask(call, 'events:PutEvents', `arn:aws:events:${call.region}:${call.account}:event-bus/default`),
  ],
  'arc GetRoutingControlState': ({ RoutingControlArn }, call) => [
    ask(call, 'route53-recovery-cluster:GetRoutingControlState', String(RoutingControlArn)),
  ],
  'arc ListRoutingControls': (_, call) => [ask(call, 'route53-recovery-cluster:ListRoutingControls', '*')],
  'arc UpdateRoutingControlState': ({ RoutingControlArn, SafetyRulesToOverride }, call) => [
    ask(
      call,
      'route53-recovery-cluster:UpdateRoutingControlState',
      String(RoutingControlArn),
      overriding(SafetyRulesToOverride),
    ),
  ],
  'arc UpdateRoutingControlStates': ({ UpdateRoutingControlStateEntries, SafetyRulesToOverride }, call) =>
    ((UpdateRoutingControlStateEntries ?? []) as readonly Input[]).map(({ RoutingControlArn }) =>
      ask(
        call,
        'route53-recovery-cluster:UpdateRoutingControlStates',
        String(RoutingControlArn),
        overriding(SafetyRulesToOverride),
      ),
    ),
  'ssm GetParameter': ({ Name }, call) => [ask(call, 'ssm:GetParameter', parameterArn(String(Name), call))],
  'secretsmanager GetSecretValue': ({ SecretId }, call) => [
    ask(call, 'secretsmanager:GetSecretValue', secretArn(String(SecretId), call)),
  ],
  'sts GetCallerIdentity': () => [],
  'sts AssumeRole': ({ RoleArn }, call) => [ask(call, 'sts:AssumeRole', String(RoleArn))],
  ...Object.fromEntries(
    ['GetObject', 'PutObject', 'DeleteObject'].map((operation) => [
      `s3 ${operation}`,
      ({ Bucket, Key }: Input, call: Call) => [ask(call, `s3:${operation}`, `arn:aws:s3:::${Bucket}/${Key}`)],
    ]),
  ),
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'].map((operation) => [
      `dynamodb ${operation}`,
      ({ TableName }: Input, call: Call) => [
        ask(call, `dynamodb:${operation}`, `arn:aws:dynamodb:${call.region}:${call.account}:table/${TableName}`),
      ],
    ]),
  ),
  ...Object.fromEntries(
    ['DescribeKeyValueStore', 'GetKey', 'ListKeys', 'PutKey', 'DeleteKey', 'UpdateKeys'].map((operation) => [
      `kvs ${operation}`,
      ({ KvsARN }: Input, call: Call) => [ask(call, `cloudfront-keyvaluestore:${operation}`, String(KvsARN))],
    ]),
  ),
};

function ask(
  { region, account, caller }: Call,
  action: string,
  resource: string,
  more: Readonly<Record<string, readonly string[]>> = {},
): AccessRequest {
  const context: Record<string, readonly string[]> = {
    'aws:securetransport': ['true'],
    'aws:requestedregion': [region],
    ...(caller?.kind === 'service' && sourceOf(caller, account, action)),
  };
  for (const [key, values] of Object.entries(more)) context[key.toLowerCase()] = values;
  return { action, resource, context };
}

/**
 * What a service says of whom it acts for. EventBridge says nothing where it publishes to a topic, so no condition of a topic or of its key
 * holds for it; CloudWatch says whose alarm it is in the old way as well.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function sourceOf(
  { service, sourceArn }: { readonly service: string; readonly sourceArn: string },
  account: string,
  action: string,
): Record<string, readonly string[]> {
  const publishes = action === 'sns:Publish';
  if (publishes && service === 'events.amazonaws.com') return {};
  return {
    'aws:sourceaccount': [account],
    'aws:sourcearn': [sourceArn],
    ...(publishes && service === 'cloudwatch.amazonaws.com' && { 'aws:sourceowner': [account] }),
  };
}

/** An alias or a version is a condition key, and the resource is the machine. */
function machineOf(arn: string): { readonly arn: string; readonly qualifier: string | null } {
  const parts = arn.split(':');
  return { arn: parts.slice(0, 7).join(':'), qualifier: parts[7] ?? null };
}

function functionArn(name: string, qualifier: unknown, { region, account }: Call): string {
  const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name.split(':').at(-1)}`;
  return qualifier === undefined || qualifier === '$LATEST' ? arn : `${arn}:${String(qualifier)}`;
}

/**
 * A policy names a secret by its ARN, which ends in six characters that no caller knows: one that is asked for by name gets such an end.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
const secretArn = (id: string, { region, account }: Call): string =>
  id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}-AAAAAA`;

const overriding = (rules: unknown) => ({
  'route53-recovery-cluster:AllowSafetyRulesOverrides': [String(Array.isArray(rules) && rules.length > 0)],
});
