/** What lets a delivery happen: a statement in a policy of the target, or one of the role in which it is sent. */
export type Grant =
  | {
      readonly by: 'policy' | 'key';
      readonly principal: string;
      readonly actions: readonly string[];
      /** Condition keys that the sender sends, and so may stand in the statement, with what they hold. */
      readonly sends: Sends;
    }
  | {
      readonly by: 'role';
      /** The service that assumes it. */
      readonly principal: string;
      readonly actions: readonly string[];
      /** May be conditions of the statement or of the trust. */
      readonly sends: Sends;
    }
  /** The role may use the key of what it sends to, where that is encrypted. */
  | { readonly by: 'key of role'; readonly actions: readonly string[] };

export type Sends = Readonly<Record<string, 'account' | 'sender' | 'target' | { readonly literal: string }>>;

export interface Row {
  /** Where AWS says so. */
  readonly source: readonly string[];
  /** None: AWS asks for none, and `source` says why. */
  readonly grants: readonly Grant[];
}

const docs = 'https://docs.aws.amazon.com';
const snsKeys = `${docs}/sns/latest/dg/sns-key-management.html`;
const confusedDeputy = { 'aws:SourceAccount': 'account', 'aws:SourceArn': 'sender' } as const;
const usesKey = ['kms:GenerateDataKey', 'kms:Decrypt'];
const ofTopic = { 'kms:EncryptionContext:aws:sns:topicArn': 'target' } as const;

const inRole = (principal: string, actions: readonly string[], sends: Sends = {}): Grant => ({
  by: 'role',
  principal,
  actions,
  sends: { ...confusedDeputy, ...sends },
});

/**
 * Every delivery from service to service that a template of ours may hold, with the grant that it needs. A delivery that is
 * not here is a finding, and so is a statement with a condition that its sender does not send: AWS drops both in silence.
 */
export const deliveryTable: Readonly<Record<string, Row>> = {
  'alarm to topic': {
    source: [`${docs}/sns/latest/dg/sns-access-policy-use-cases.html`, snsKeys],
    grants: [
      { by: 'policy', principal: 'cloudwatch.amazonaws.com', actions: ['sns:Publish'], sends: confusedDeputy },
      { by: 'key', principal: 'cloudwatch.amazonaws.com', actions: usesKey, sends: { ...confusedDeputy, ...ofTopic } },
    ],
  },
  'rule to topic': {
    // No account and no ARN: "not supported for EventBridge-to-encrypted topics", and no Condition in the topic's policy.
    source: [snsKeys, `${docs}/eventbridge/latest/userguide/eb-use-resource-based.html`],
    grants: [
      { by: 'policy', principal: 'events.amazonaws.com', actions: ['sns:Publish'], sends: {} },
      { by: 'key', principal: 'events.amazonaws.com', actions: usesKey, sends: ofTopic },
    ],
  },
  'rule to queue': {
    source: [`${docs}/eventbridge/latest/userguide/eb-rule-dlq.html`],
    grants: [
      {
        by: 'policy',
        principal: 'events.amazonaws.com',
        actions: ['sqs:SendMessage'],
        sends: { 'aws:SourceArn': 'sender' },
      },
    ],
  },
  'rule to machine': {
    source: [
      `${docs}/eventbridge/latest/userguide/eb-use-identity-based.html`,
      `${docs}/step-functions/latest/dg/auth-version-alias.html`,
    ],
    grants: [
      inRole('events.amazonaws.com', ['states:StartExecution'], {
        'states:StateMachineQualifier': { literal: 'live' },
      }),
    ],
  },
  'rule to bus': {
    source: [`${docs}/eventbridge/latest/userguide/eb-cross-region.html`],
    grants: [inRole('events.amazonaws.com', ['events:PutEvents'])],
  },
  'schedule to function': {
    source: [
      `${docs}/scheduler/latest/UserGuide/setting-up.html`,
      `${docs}/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html`,
    ],
    grants: [inRole('scheduler.amazonaws.com', ['lambda:InvokeFunction'])],
  },
  'schedule to machine': {
    source: [`${docs}/scheduler/latest/UserGuide/setting-up.html`],
    grants: [
      inRole('scheduler.amazonaws.com', ['states:StartExecution'], {
        'states:StateMachineQualifier': { literal: 'live' },
      }),
    ],
  },
  'schedule to queue': {
    source: [`${docs}/scheduler/latest/UserGuide/configuring-schedule-dlq.html`],
    grants: [inRole('scheduler.amazonaws.com', ['sqs:SendMessage'])],
  },
  'machine to function': {
    source: [`${docs}/step-functions/latest/dg/connect-lambda.html`],
    grants: [inRole('states.amazonaws.com', ['lambda:InvokeFunction'])],
  },
  'machine to topic': {
    source: [`${docs}/step-functions/latest/dg/connect-sns.html`, snsKeys],
    grants: [inRole('states.amazonaws.com', ['sns:Publish']), { by: 'key of role', actions: usesKey }],
  },
  'machine to log': {
    source: [`${docs}/step-functions/latest/dg/cw-logs.html`],
    grants: [
      inRole('states.amazonaws.com', ['logs:CreateLogDelivery', 'logs:PutResourcePolicy', 'logs:DescribeLogGroups']),
    ],
  },
  'machine to traces': {
    source: [`${docs}/step-functions/latest/dg/concepts-xray-tracing.html`],
    grants: [inRole('states.amazonaws.com', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'])],
  },
  'function to log': {
    source: [`${docs}/lambda/latest/dg/monitoring-cloudwatchlogs.html`],
    grants: [inRole('lambda.amazonaws.com', ['logs:CreateLogStream', 'logs:PutLogEvents'])],
  },
  'function to traces': {
    source: [`${docs}/lambda/latest/dg/services-xray.html`],
    grants: [inRole('lambda.amazonaws.com', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'])],
  },
  'canary to bucket': {
    source: [`${docs}/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html`],
    grants: [inRole('lambda.amazonaws.com', ['s3:PutObject', 's3:GetBucketLocation'])],
  },
  'canary to log': {
    source: [`${docs}/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html`],
    grants: [inRole('lambda.amazonaws.com', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'])],
  },
  'canary to metrics': {
    source: [`${docs}/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html`],
    grants: [
      inRole('lambda.amazonaws.com', ['cloudwatch:PutMetricData'], {
        'cloudwatch:namespace': { literal: 'CloudWatchSynthetics' },
      }),
    ],
  },
  // The address confirms by itself; SNS needs nothing of ours for it.
  'topic to email': { source: [`${docs}/sns/latest/dg/sns-email-notifications.html`], grants: [] },
  // The chat service subscribes by HTTPS, and SNS decrypts for subscribers itself; the publishers' grants are what counts.
  'topic to chat': { source: [`${docs}/chatbot/latest/adminguide/chatbot-troubleshooting.html`], grants: [] },
  // Route 53 watches the alarm's metric itself, of the same account.
  'alarm to health check': { source: [`${docs}/Route53/latest/DeveloperGuide/health-checks-types.html`], grants: [] },
};
