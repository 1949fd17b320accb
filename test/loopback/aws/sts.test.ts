import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, describe, expect, test } from 'vitest';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { createSts } from '../../../loopback/aws/sts.ts';
import { authorize } from '../../../loopback/iam/authorize.ts';
import { createIam } from '../../../loopback/iam/iam.ts';

const [ours, theirs] = ['123456789012', '210987654321'];
const iam = createIam(ours);
const now = Date.UTC(2026, 0, 1);
const server = await startAwsServer({
  port: 0,
  account: ours,
  services: [createSts({ iam, now: () => now })],
  callerWith: (key) => {
    const session = iam.callerWith(key);
    return session === null ? null : { kind: 'role', ...session };
  },
  authorize: (call, input) => authorize(iam, call, input),
});
afterAll(() => server.close());

const policy = (statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const trusting = (principal: string, condition?: object) =>
  policy({ Principal: { AWS: principal }, Action: 'sts:AssumeRole', ...(condition && { Condition: condition }) });
const target = iam.createRole({
  name: 'target',
  account: theirs,
  trust: trusting(`arn:aws:iam::${ours}:root`, { StringEquals: { 'sts:ExternalId': 'secret handshake' } }),
});
const caller = iam.createRole({ name: 'caller', trust: trusting(ours) });
iam.putRolePolicy('caller', 'assumes', policy({ Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${theirs}:role/*` }));

const client = (accessKeyId: string) =>
  new STSClient({
    region: 'eu-west-1',
    endpoint: server.url,
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
const asCaller = client(iam.accessKey({ roleArn: caller, session: 'work' }));
const assume = (more: object = {}) =>
  asCaller.send(
    new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'there', ExternalId: 'secret handshake', ...more }),
  );

describe('AssumeRole', () => {
  test('gives credentials of a role in another account, which that is then the caller of', async () => {
    const { Credentials, AssumedRoleUser } = await assume({ DurationSeconds: 900 });
    const there = await client(Credentials?.AccessKeyId ?? '').send(new GetCallerIdentityCommand({}));

    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${theirs}:assumed-role/target/there`);
    expect(Credentials?.Expiration).toEqual(new Date(now + 900_000));
    expect(there).toMatchObject({ Account: theirs, Arn: AssumedRoleUser?.Arn });
  });

  test.each([
    ['another external id', { ExternalId: 'a guess' }],
    ['no external id', { ExternalId: undefined }],
    ['a role that is not there', { RoleArn: `arn:aws:iam::${theirs}:role/nobody` }],
    ['a role that its own policies do not name', { RoleArn: 'arn:aws:iam::111111111111:role/target' }],
  ])('is refused with %s', async (_, more) => {
    await expect(assume(more)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(
        `User: arn:aws:sts::${ours}:assumed-role/caller/work is not authorized to perform: sts:AssumeRole on resource: `,
      ),
    });
  });
});

test('a session of another role has what that one may, and not what the first one may', async () => {
  const { Credentials } = await assume();

  await expect(
    client(Credentials?.AccessKeyId ?? '').send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'again' })),
  ).rejects.toMatchObject({ name: 'AccessDenied', message: expect.stringContaining('assumed-role/target/there') });
});
