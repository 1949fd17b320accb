import { beforeEach, describe, expect, test } from 'vitest';
import type { AwsError, Call, Caller } from '../../../loopback/aws/service.ts';
import { authorize } from '../../../loopback/iam/authorize.ts';
import { createIam, type Iam } from '../../../loopback/iam/iam.ts';

const account = '123456789012';
const table = `arn:aws:dynamodb:us-east-1:${account}:table/t`;
const topic = `arn:aws:sns:us-east-1:${account}:t`;
const key = `arn:aws:kms:us-east-1:${account}:key/k`;

let iam: Iam;
let caller: Caller;
beforeEach(() => {
  iam = createIam(account);
  const roleArn = iam.createRole({ name: 'r', trust: trusting('lambda.amazonaws.com') });
  caller = { kind: 'role', roleArn, session: 'f' };
});

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const trusting = (Service: string) => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } });

function asked(service: Call['service'], operation: string, input: object, by: Caller | null = caller) {
  const call: Call = { service, operation, region: 'us-east-1', account, requestId: '', endpoint: 0 };
  try {
    authorize(iam, by === null ? call : { ...call, caller: by }, input);
    return 'allowed';
  } catch (error) {
    const { code, status, message } = error as AwsError;
    return { code, status, message };
  }
}

test('a function is denied in the words of AWS until its role has the grant', () => {
  expect(asked('dynamodb', 'GetItem', { TableName: 't' })).toEqual({
    code: 'AccessDeniedException',
    status: 400,
    message: `User: arn:aws:sts::${account}:assumed-role/r/f is not authorized to perform: dynamodb:GetItem on resource: ${table} because no identity-based policy allows the dynamodb:GetItem action`,
  });
  iam.putRolePolicy('r', 'p', policy(allow('dynamodb:GetItem', table)));
  expect(asked('dynamodb', 'GetItem', { TableName: 't' })).toBe('allowed');
  expect(asked('dynamodb', 'GetItem', { TableName: 'other' })).toMatchObject({ code: 'AccessDeniedException' });
  iam.deleteRolePolicy('r', 'p');
  expect(asked('dynamodb', 'GetItem', { TableName: 't' })).toMatchObject({ code: 'AccessDeniedException' });
});

test('a person may do everything, and a role nothing whose permissions nobody wrote down', () => {
  iam.putRolePolicy('r', 'p', policy(allow('*', '*')));
  expect(asked('states', 'ListStateMachines', {})).toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining('because its permissions are not known on loopback'),
  });
  expect(asked('states', 'ListStateMachines', {}, null)).toBe('allowed');
});

test('each of several resources needs the grant', () => {
  const entries = (...arns: string[]) => ({
    UpdateRoutingControlStateEntries: arns.map((arn) => ({ RoutingControlArn: arn, RoutingControlState: 'On' })),
  });
  const condition = { Bool: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' } };
  iam.putRolePolicy(
    'r',
    'p',
    policy(allow('route53-recovery-cluster:UpdateRoutingControlStates', 'a', { Condition: condition })),
  );
  expect(asked('arc', 'UpdateRoutingControlStates', entries('a'))).toBe('allowed');
  expect(asked('arc', 'UpdateRoutingControlStates', entries('a', 'b'))).toMatchObject({ status: 403 });
  const overriding = { ...entries('a'), SafetyRulesToOverride: ['rule'] };
  expect(asked('arc', 'UpdateRoutingControlStates', overriding)).toMatchObject({ status: 403 });
});

test('an alias is a condition of the machine’s grant', () => {
  const machine = `arn:aws:states:us-east-1:${account}:stateMachine:m`;
  const condition = { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } };
  iam.putRolePolicy('r', 'p', policy(allow('states:StartExecution', machine, { Condition: condition })));
  expect(asked('states', 'StartExecution', { stateMachineArn: `${machine}:live` })).toBe('allowed');
  expect(asked('states', 'StartExecution', { stateMachineArn: `${machine}:next` })).toMatchObject({ status: 400 });
  expect(asked('states', 'StartExecution', { stateMachineArn: machine })).toMatchObject({ status: 400 });
});

test('a service that takes a role has to be trusted by it', () => {
  iam.putRolePolicy('r', 'p', policy(allow('lambda:InvokeFunction', '*')));
  const by = (takenBy: string): Caller => ({
    kind: 'role',
    roleArn: `arn:aws:iam::${account}:role/r`,
    session: 's',
    takenBy,
  });
  expect(asked('lambda', 'Invoke', { FunctionName: 'f' }, by('lambda.amazonaws.com'))).toBe('allowed');
  expect(asked('lambda', 'Invoke', { FunctionName: 'f' }, by('scheduler.amazonaws.com'))).toMatchObject({
    code: 'AccessDeniedException',
    message: expect.stringContaining('is not authorized to assume the provided role'),
  });
});

describe('an encrypted topic', () => {
  const events: Caller = { kind: 'service', service: 'events.amazonaws.com', sourceArn: 'arn:aws:events:r' };
  const Principal = { Service: 'events.amazonaws.com' };
  beforeEach(() => iam.encrypt(topic, key));

  test('takes nothing from a service that may publish and may not use the key', () => {
    expect(asked('sns', 'Publish', { TopicArn: topic }, events)).toMatchObject({
      code: 'AuthorizationError',
      status: 403,
    });
    iam.putResourcePolicy(topic, 'topic', policy(allow('sns:Publish', topic, { Principal })));
    expect(asked('sns', 'Publish', { TopicArn: topic }, events)).toMatchObject({ code: 'KMSAccessDenied' });
    const own = { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': topic } };
    const uses = ['kms:GenerateDataKey', 'kms:Decrypt'];
    iam.putResourcePolicy(key, 'key', policy(allow(uses, '*', { Principal, Condition: own })));
    expect(asked('sns', 'Publish', { TopicArn: topic }, events)).toBe('allowed');
  });
});

test('a service takes a role by its whole ARN, and not its namesake in another account', () => {
  const mayTake = (owner: string) => iam.mayAssume(`arn:aws:iam::${owner}:role/r`, 'lambda.amazonaws.com', {});

  expect([mayTake(account), mayTake('210987654321')]).toEqual([true, false]);
});

describe('a policy that could never hold is refused', () => {
  const onTopic = (statement: object) => () => iam.putResourcePolicy(topic, 'topic', policy(statement));
  const publishing = { Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'events.amazonaws.com' } };

  test('because of a condition key that no request has', () => {
    const Condition = { StringEquals: { 'aws:SourceAcount': account } };
    expect(onTopic({ ...publishing, Resource: topic, Condition })).toThrow('the condition key aws:SourceAcount');
    expect(() => iam.putRolePolicy('r', 'p', policy(allow('sns:Publish', topic, { Condition })))).toThrow(
      'the condition key aws:SourceAcount',
    );
    const known = { StringEquals: { 'AWS:sourceaccount': account } };
    expect(onTopic({ ...publishing, Resource: topic, Condition: known })).not.toThrow();
  });

  test('because it is about another resource than the one it stands on', () => {
    expect(onTopic({ ...publishing, Resource: `${topic}-2` })).toThrow(`stands on ${topic}, where it never applies`);
    expect(onTopic({ ...publishing, Resource: '*' })).not.toThrow();
    expect(onTopic(publishing)).not.toThrow();
  });
});
