import { afterAll, describe, expect, test } from 'vitest';
import { assumedRole, stsClient } from '../../../handlers/adapters/assumed-role.ts';
import { kvsClient, kvsStore } from '../../../handlers/adapters/kvs-store.ts';
import { isOurMistake, sentenceOf, wasNotPerformed } from '../../../handlers/adapters/vendor-error.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { createSts } from '../../../loopback/aws/sts.ts';
import { authorize } from '../../../loopback/iam/authorize.ts';
import { createIam } from '../../../loopback/iam/iam.ts';

/*
 * Over the wire, against an STS and a store of two accounts. Ours has a function's role, theirs a role that trusts it.
 */

const [ours, theirs] = ['123456789012', '210987654321'];
const storeArn = `arn:aws:cloudfront::${theirs}:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11`;
const roleArn = `arn:aws:iam::${theirs}:role/levers`;
const iam = createIam(ours);
const clock = { now: Date.UTC(2026, 0, 1) };
const stores = createKeyValueStores();
stores.createStore({ arn: storeArn, entries: { g: 'x' } });
const calls: string[] = [];
const aws = await startAwsServer({
  port: 0,
  account: ours,
  services: [stores, createSts({ iam, now: () => clock.now })],
  callerWith: (key) => {
    const session = iam.callerWith(key);
    return session === null ? null : { kind: 'role', ...session };
  },
  authorize: (call, input) => {
    calls.push(call.operation);
    authorize(iam, call, input);
  },
});
afterAll(() => aws.close());

const allow = (Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
const functionRole = iam.createRole({
  name: 'understudy-us-west-2-shift',
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  },
});
iam.putRolePolicy('understudy-us-west-2-shift', 'own', allow('sts:AssumeRole', roleArn));
iam.createRole({
  name: 'levers',
  account: theirs,
  trust: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ours}:root` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': 'between us' },
          ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ours}:role/understudy-*` },
        },
      },
    ],
  },
});
iam.putRolePolicy(roleArn, 'levers', allow('cloudfront-keyvaluestore:*', storeArn));

const signedBy = (arn: string) => {
  const accessKeyId = iam.accessKey({ roleArn: arn, session: 'shift' });
  return async () => ({ accessKeyId, secretAccessKey: 'x', sessionToken: 'x', expiration: new Date(8e12) });
};
const credentials = ({ externalId = 'between us', role = roleArn, by = functionRole, endpoint = aws.url } = {}) =>
  assumedRole(
    { roleArn: role, externalId },
    {
      client: stsClient('us-west-2', { endpoint, credentials: signedBy(by), answerMs: 400 }),
      session: 'understudy',
      now: () => clock.now,
    },
  );
const storeBy = (given: ReturnType<typeof credentials> | undefined) =>
  kvsStore(kvsClient('us-west-2', { endpoint: aws.url, credentials: given, answerMs: 5_000 }), storeArn);

describe('a store of another account', () => {
  test('is reached by a role there', async () => {
    expect(await storeBy(credentials()).get('g')).toBe('x');
  });

  test('and not by a role of ours, whatever that may', async () => {
    const name = 'understudy-us-west-2-mighty';
    const mighty = iam.createRole({
      name,
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    });
    iam.putRolePolicy(name, 'all', allow('cloudfront-keyvaluestore:*', storeArn));

    await expect(storeBy(signedBy(mighty)).etag()).rejects.toThrow('no resource-based policy allows');
  });

  test.each([
    ['with another external id', { externalId: 'a guess' }],
    [
      'by a role that it does not trust',
      {
        by: iam.createRole({
          name: 'somebody',
          trust: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
          },
        }),
      },
    ],
    ['by a role that may not assume that one', { role: `arn:aws:iam::${theirs}:role/other` }],
  ])('%s it is refused, and the error names the role', async (_, how) => {
    iam.putRolePolicy('somebody', 'own', allow('sts:AssumeRole', roleArn));
    const refusal = await storeBy(credentials(how))
      .etag()
      .catch((error: unknown) => error);

    expect(sentenceOf(refusal)).toMatch(
      /^AccessDenied: the role arn:aws:iam::210987654321:role\/\w+ was not assumed: /,
    );
    expect([isOurMistake(refusal), wasNotPerformed(refusal)]).toEqual([true, true]);
  });
});

describe('credentials', () => {
  const asked = () => calls.filter((operation) => operation === 'AssumeRole').length;

  test('are asked for once by many, and kept until five minutes before they end', async () => {
    const get = credentials();
    const before = asked();
    const [first] = await Promise.all([get(), get(), get()]);
    clock.now += 54 * 60_000;
    expect(await get()).toBe(first);
    expect(asked() - before).toBe(1);

    clock.now += 2 * 60_000;
    expect(await get()).not.toBe(first);
    expect(asked() - before).toBe(2);
  });

  test('go on being used where STS is away, for as long as they are good', async () => {
    const get = credentials();
    const first = await get();
    const id = aws.faults.set({ service: 'sts', fault: 'refused' });
    clock.now += 57 * 60_000;
    expect(await get()).toBe(first);

    clock.now += 4 * 60_000;
    const away: unknown = await get().catch((error: unknown) => error);
    aws.faults.clear(id);
    expect(sentenceOf(away)).toMatch(
      /^RoleNotAssumed: the role arn:aws:iam::210987654321:role\/levers was not assumed/,
    );
    expect([isOurMistake(away), wasNotPerformed(away)]).toEqual([false, true]);
  });

  test('are part of the one deadline of a call', async () => {
    const never = new Promise<never>(() => {});
    const store = kvsStore(
      kvsClient('us-west-2', { endpoint: aws.url, credentials: () => never, answerMs: 50, attempts: 2 }),
      storeArn,
    );

    await expect(store.etag()).rejects.toThrow('no answer within 100 ms');
  });
});
