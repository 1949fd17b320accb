import { afterAll, expect, test } from 'vitest';
import { copyKeys } from '../../../deployment/names.ts';
import { removeCopies, s3Client, s3Copies } from '../../../handlers/adapters/copies.s3.ts';
import { createBuckets } from '../../../loopback/aws/s3.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';

const account = '123456789012';
const region = 'us-west-2';
const bucket = 'copies';
const buckets = createBuckets({ account, now: Date.now });
buckets.create({ name: bucket, region });
const calls: string[] = [];
const server = await startAwsServer({
  port: 0,
  account,
  services: [buckets],
  log: ({ call, outcome }) => calls.push(`${call.operation} ${outcome}`),
});
const client = s3Client(region, {
  endpoint: server.url,
  credentials: async () => ({
    accessKeyId: 'a',
    secretAccessKey: 'x',
    sessionToken: 'x',
    expiration: new Date(8.64e15),
  }),
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const read = async (Key: string) => {
  const answer = await server.call('s3', 'GetObject', { Bucket: bucket, Key }, { region });
  return { ...answer, text: Buffer.from(answer['Body'] as Uint8Array).toString() };
};

test('a copy is two objects: the state for programs, and a page that a browser shows and asks for again', async () => {
  await s3Copies({ client, bucket, account }).write({ state: '{"a":"é"}', page: '<p>é' });

  expect(await read(copyKeys.state)).toMatchObject({
    text: '{"a":"é"}',
    ContentType: 'application/json; charset=utf-8',
    CacheControl: 'no-cache',
  });
  expect(await read(copyKeys.page)).toMatchObject({ text: '<p>é', ContentType: 'text/html; charset=utf-8' });
});

test('a bucket of another account takes nothing', async () => {
  calls.length = 0;
  const copies = s3Copies({ client, bucket, account: '999999999999' });

  await expect(copies.write({ state: 'theirs', page: 'theirs' })).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(calls).toEqual(['PutObject AccessDenied']);
  expect((await read(copyKeys.state)).text).not.toBe('theirs');
});

test('a bucket that is emptied can go, and emptying it again is no error', async () => {
  await s3Copies({ client, bucket, account }).write({ state: '{}', page: '' });
  for (const _ of [1, 2]) await removeCopies({ client, bucket, account });

  expect(() => buckets.delete(bucket)).not.toThrow();
  buckets.create({ name: bucket, region });
});
