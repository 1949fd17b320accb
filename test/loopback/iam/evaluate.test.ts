import { describe, expect, test } from 'vitest';
import { decide, type Principal } from '../../../loopback/iam/evaluate.ts';
import { policySchema } from '../../../loopback/iam/policy.ts';

const account = '123456789012';
const role: Principal = {
  kind: 'role',
  roleArn: `arn:aws:iam::${account}:role/r`,
  sessionArn: `arn:aws:sts::${account}:assumed-role/r/s`,
};
const service: Principal = { kind: 'service', service: 'events.amazonaws.com' };
const policy = (...Statement: object[]) => policySchema.parse({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const request = (action: string, resource: string, context = {}) => ({ action, resource, context });

interface Given {
  readonly identity?: object[];
  readonly resource?: object[];
  readonly resourceDecides?: boolean;
}
const decided = (who: Principal, asked: ReturnType<typeof request>, { identity = [], resource = [], ...more }: Given) =>
  decide(who, asked, { identity: [policy(...identity)], resource: [policy(...resource)], account, ...more }).kind;

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/t';

describe('a role', () => {
  test.each([
    ['what its policy names', [allow('dynamodb:GetItem', table)], 'allowed'],
    ['another action', [allow('dynamodb:PutItem', table)], 'denied'],
    ['another table', [allow('dynamodb:GetItem', `${table}-2`)], 'denied'],
    ['a pattern of actions, whatever their case', [allow('DYNAMODB:Get*', table)], 'allowed'],
    ['a pattern of resources', [allow('dynamodb:GetItem', 'arn:aws:dynamodb:*:123456789012:table/?')], 'allowed'],
    ['nothing', [], 'denied'],
    ['a deny beside a grant', [allow('*', '*'), { ...allow('dynamodb:*', '*'), Effect: 'Deny' }], 'denied'],
    ['everything but an action', [{ Effect: 'Allow', NotAction: 'dynamodb:GetItem', Resource: '*' }], 'denied'],
    ['everything but a resource', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }], 'allowed'],
  ])('with %s', (_, identity, kind) => {
    expect(decided(role, request('dynamodb:GetItem', table), { identity })).toBe(kind);
  });

  test.each([
    ['the value', { 'cloudwatch:namespace': ['A'] }, 'allowed'],
    ['another value', { 'cloudwatch:namespace': ['B'] }, 'denied'],
    ['no value', {}, 'denied'],
  ])('with a condition, and %s in the request', (_, context, kind) => {
    const identity = [
      allow('cloudwatch:PutMetricData', '*', { Condition: { StringEquals: { 'CloudWatch:Namespace': 'A' } } }),
    ];
    expect(decided(role, request('cloudwatch:PutMetricData', '*', context), { identity })).toBe(kind);
  });

  test('is granted by a resource that names it, and not by one that names the account', () => {
    const named = (AWS: string) => ({ Effect: 'Allow', Action: '*', Resource: '*', Principal: { AWS } });
    const asked = request('sqs:SendMessage', 'q');
    expect(decided(role, asked, { resource: [named(role.kind === 'role' ? role.roleArn : '')] })).toBe('allowed');
    expect(decided(role, asked, { resource: [named(`arn:aws:iam::${account}:root`)] })).toBe('denied');
  });

  test('uses a key where its policy and the key’s say so, and not by one of them', () => {
    const identity = [allow('kms:Decrypt', 'k')];
    const resource = [{ ...allow('kms:*', '*'), Principal: { AWS: `arn:aws:iam::${account}:root` } }];
    const asked = request('kms:Decrypt', 'k');
    expect(decided(role, asked, { identity, resource, resourceDecides: true })).toBe('allowed');
    expect(decided(role, asked, { identity, resourceDecides: true })).toBe('denied');
    expect(decided(role, asked, { resource, resourceDecides: true })).toBe('denied');
  });
});

describe('a service', () => {
  const topic = 'arn:aws:sns:us-east-1:123456789012:t';
  const grant = (more: object = {}) => ({
    ...allow('sns:Publish', topic, more),
    Principal: { Service: 'events.amazonaws.com' },
  });
  const rule = 'arn:aws:events:us-east-1:123456789012:rule/r';
  test.each([
    ['named by the resource', [grant()], 'allowed'],
    ['not named', [], 'denied'],
    ['another than is named', [{ ...grant(), Principal: { Service: 'cloudwatch.amazonaws.com' } }], 'denied'],
    ['from a source that is named', [grant({ Condition: { ArnEquals: { 'aws:SourceArn': [rule] } } })], 'allowed'],
    ['from another source', [grant({ Condition: { ArnLike: { 'aws:SourceArn': `${rule}-2*` } } })], 'denied'],
    [
      'that everybody is denied with',
      [grant(), { ...grant(), Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
      'denied',
    ],
  ])('%s', (_, resource, kind) => {
    const context = { 'aws:sourcearn': [rule], 'aws:securetransport': ['true'] };
    expect(decided(service, request('sns:Publish', topic, context), { resource })).toBe(kind);
  });
});

test.each([
  ['an operator that is not played', { Condition: { NumericLessThan: { a: '1' } } }],
  ['a misspelt member', { Resourse: '*' }],
  ['no action', { Action: undefined }],
  ['another effect', { Effect: 'allow' }],
])('a policy with %s is refused', (_, more) => {
  expect(policySchema.safeParse({ Version: '2012-10-17', Statement: [{ ...allow('a', '*'), ...more }] }).success).toBe(
    false,
  );
});
