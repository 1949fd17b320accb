import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { createBuckets } from '../../../loopback/aws/s3.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { authorize } from '../../../loopback/iam/authorize.ts';
import { createIam } from '../../../loopback/iam/iam.ts';
import { presigned } from '../../support/presigned.ts';
import { account, clis, cliText, failure } from './aws-fixture.ts';

const iam = createIam(account);
const buckets = createBuckets({ account, now: Date.now });
const server = await startAwsServer({
  port: 0,
  account,
  services: [buckets],
  callerWith: (key) => {
    const session = iam.callerWith(key);
    return session === null ? null : { kind: 'role', ...session };
  },
  authorize: (call, input) => authorize(iam, call, input),
});
afterAll(() => server.close());

const region = 'eu-west-1';
const Bucket = 'copies';
buckets.create({ name: Bucket, region });

const client = (accessKeyId = 'AKIDPERSON', where = region) =>
  new S3Client({
    region: where,
    endpoint: server.url,
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
const put = (Key: string, Body: string, more: object = {}) =>
  client().send(
    new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/plain', CacheControl: 'no-cache', ...more }),
  );
const get = (Key: string, more: object = {}) => client().send(new GetObjectCommand({ Bucket, Key, ...more }));

const policy = (statement: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const writer = iam.createRole({
  name: 'writer',
  trust: policy({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
});
iam.putRolePolicy('writer', 'writes', policy({ Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/a.txt` }));
const asWriter = client(iam.accessKey({ roleArn: writer, session: 'work' }));

describe('an object', () => {
  test('is read as it was written last, with what was said of it', async () => {
    await put('deep/er/ä b.txt', 'first');
    const { ETag } = await put('deep/er/ä b.txt', 'second');
    const { Body, ...said } = await get('deep/er/ä b.txt');

    expect(await Body?.transformToString()).toBe('second');
    expect(said).toMatchObject({ ETag, ContentType: 'text/plain', CacheControl: 'no-cache', ContentLength: 6 });
  });

  test('is not sent to who has it already', async () => {
    const { ETag } = await put('known.txt', 'same');

    expect(await failure(get('known.txt', { IfNoneMatch: ETag }))).toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await put('known.txt', 'another');
    const { Body } = await get('known.txt', { IfNoneMatch: ETag });
    expect(await Body?.transformToString()).toBe('another');
  });

  test('is gone when it is removed, and removing it again is no error', async () => {
    await put('gone.txt', 'x');
    for (const _ of [1, 2]) await client().send(new DeleteObjectCommand({ Bucket, Key: 'gone.txt' }));

    expect(await failure(get('gone.txt'))).toMatchObject({ name: 'NoSuchKey' });
  });

  test('is refused where it did not arrive as it was sent', async () => {
    expect(await failure(put('broken.txt', 'x', { ChecksumCRC32: 'AAAAAA==' }))).toMatchObject({ name: 'BadDigest' });
  });
});

describe('a bucket', () => {
  test('that is not there, or is another account’s, takes nothing', async () => {
    expect(await failure(put('a', 'x', { Bucket: 'nobodys' }))).toMatchObject({ name: 'NoSuchBucket' });
    expect(await failure(put('a', 'x', { ExpectedBucketOwner: '999999999999' }))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('is found in its own region alone', async () => {
    const elsewhere = client('AKIDPERSON', 'us-east-1').send(new GetObjectCommand({ Bucket, Key: 'a' }));

    expect(await failure(elsewhere)).toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  });

  test('has a name that nobody else has, and goes only when it is empty', () => {
    buckets.create({ name: 'mine', region });

    expect(() => buckets.create({ name: 'mine', region: 'us-east-1' })).toThrow('not available');
    buckets.delete('mine');
    buckets.create({ name: 'mine', region: 'us-east-1' });
  });

  test('with something in it stays', async () => {
    await put('stays.txt', 'x');

    expect(() => buckets.delete(Bucket)).toThrow('not empty');
  });

  test('lets a role do what its policies say, and nothing that the bucket’s denies', async () => {
    const written = (Key: string) => asWriter.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    await written('a.txt');

    expect(await failure(written('b.txt'))).toMatchObject({ name: 'AccessDenied' });
    expect(await failure(asWriter.send(new GetObjectCommand({ Bucket, Key: 'a.txt' })))).toMatchObject({
      name: 'AccessDenied',
    });
    const arn = `arn:aws:s3:::${Bucket}`;
    iam.putResourcePolicy(arn, 'bucket', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: [arn, `${arn}/*`] }],
    });
    expect(await failure(written('a.txt'))).toMatchObject({ name: 'AccessDenied' });
    iam.deleteResourcePolicy(arn, 'bucket');
  });
});

test('what is not played is said not to be', async () => {
  const answer = await fetch(`${server.url}/${Bucket}/a.txt?acl`, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=a/20260102/${region}/s3/aws4_request` },
  });

  expect(answer.status).toBe(501);
  expect(await answer.text()).toContain('<Code>NotImplemented</Code>');
});

test('a presigned address is opened by its credential', async () => {
  await put('page.html', '<p>there', { ContentType: 'text/html' });
  const answer = await fetch(await presigned(`${server.url}/${Bucket}/page.html`, region, 'AKIDPERSON'));

  expect(answer.headers.get('content-type')).toBe('text/html');
  expect(await answer.text()).toBe('<p>there');
});

test('an address as AWS CLI 1 signs it is refused, as new buckets of AWS do', async () => {
  const query = new URLSearchParams({ AWSAccessKeyId: 'AKIDPERSON', Signature: 'x', Expires: '1795912056' });
  const answer = await fetch(`${server.url}/${Bucket}/page.html?${query}`);

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('Please use AWS4-HMAC-SHA256.');
});

describe.each(clis.length > 0 ? clis : ['a CLI'])('%s', (path) => {
  test.skipIf(clis.length === 0)('presigns an address that opens the object, if it is of version 2', async () => {
    await put('page.html', '<p>there', { ContentType: 'text/html' });
    const presign = ['s3', 'presign', `s3://${Bucket}/page.html`];
    const address = (await cliText(path, presign, server.url, region)).trim();
    const version = await cliText(path, ['--version'], server.url, region);

    const answer = await fetch(address);
    expect(answer.status).toBe(version.startsWith('aws-cli/1.') ? 400 : 200);
  });
});
