import {
  CloudFrontKeyValueStoreClient,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  PutKeyCommand,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import '@aws-sdk/signature-v4a';
import { expect, test } from 'vitest';
import { createKeyValueStores, type StoreChange } from '../../../loopback/aws/kvs.ts';
import type { AwsServer } from '../../../loopback/aws/server.ts';
import { account, awsServer, clientConfig, failure, raw } from './aws-fixture.ts';

const KvsARN = `arn:aws:cloudfront::${account}:key-value-store/4a2d1e0c-0000-4000-8000-000000000001`;

/** The client puts the account before the host even of an endpoint override, so only a provider gets it here. */
function kvsClient(server: AwsServer) {
  const { endpoint: _, ...config } = clientConfig(server);
  return new CloudFrontKeyValueStoreClient({
    ...config,
    endpointProvider: () => ({
      url: new URL(server.url),
      properties: {
        authSchemes: [{ name: 'sigv4a', signingName: 'cloudfront-keyvaluestore', signingRegion: '*', properties: {} }],
      },
      headers: {},
    }),
  });
}

async function storeWith(entries: Record<string, string>) {
  const kvs = createKeyValueStores();
  kvs.createStore({ arn: KvsARN, entries });
  const server = await awsServer([kvs]);
  const client = kvsClient(server);
  const etag = async () => (await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))).ETag ?? '';
  return { kvs, server, client, etag };
}

test('describes the store', async () => {
  const { client } = await storeWith({ g: '1', 's/orders': '22' });

  const described = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));

  expect(described).toMatchObject({ KvsARN, ItemCount: 2, TotalSizeInBytes: 1 + 1 + 8 + 2, Status: 'READY' });
  expect(described.ETag).toMatch(/^KV[A-Z0-9]+$/);
  expect(described.Created).toBeInstanceOf(Date);
});

test('the region of a SigV4A call is `*`', async () => {
  const { client, server } = await storeWith({ g: '1' });

  await client.send(new GetKeyCommand({ KvsARN, Key: 'g' }));

  expect(server.records.at(-1)?.call).toMatchObject({ service: 'kvs', operation: 'GetKey', region: '*' });
});

test('puts, gets and deletes a key whose name has slashes, and each write gives the next ETag', async () => {
  const { client, etag } = await storeWith({});

  const put = await client.send(
    new PutKeyCommand({ KvsARN, Key: 's/orders?x=1 ü', Value: '{"v":1}', IfMatch: await etag() }),
  );
  const got = await client.send(new GetKeyCommand({ KvsARN, Key: 's/orders?x=1 ü' }));
  const deleted = await client.send(new DeleteKeyCommand({ KvsARN, Key: 's/orders?x=1 ü', IfMatch: put.ETag }));

  expect(got).toMatchObject({ Key: 's/orders?x=1 ü', Value: '{"v":1}', ItemCount: 1 });
  expect(deleted).toMatchObject({ ItemCount: 0, TotalSizeInBytes: 0 });
  expect(deleted.ETag).toBe(await etag());
  expect(new Set([put.ETag, deleted.ETag]).size).toBe(2);
});

test('lists keys in order, page by page', async () => {
  const entries = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`k${6 - index}`, String(index)]));
  const { client } = await storeWith(entries);

  const keys: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListKeysCommand({ KvsARN, MaxResults: 3, NextToken }));
    keys.push(...(page.Items ?? []).map(({ Key }) => Key));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);

  expect(keys).toEqual(['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6']);
});

test('a token that is none is refused, and not taken for a key', async () => {
  const { client } = await storeWith({ a: '1', b: '2', c: '3' });
  for (const NextToken of ['zzz', Buffer.from('b').toString('base64url')]) {
    expect(await failure(client.send(new ListKeysCommand({ KvsARN, NextToken })))).toMatchObject({
      name: 'ValidationException',
    });
  }
});

test('updates many keys at once, and tells subscribers of the whole store after it', async () => {
  const { client, kvs, etag } = await storeWith({ a: '1', b: '2' });
  const changes: StoreChange[] = [];
  const off = kvs.subscribe((change) => changes.push(change));

  const update = {
    KvsARN,
    Puts: [
      { Key: 'a', Value: '9' },
      { Key: 'c', Value: '3' },
    ],
    Deletes: [{ Key: 'b' }],
  };
  const answer = await client.send(new UpdateKeysCommand({ ...update, IfMatch: await etag() }));
  off();
  await client.send(new PutKeyCommand({ KvsARN, Key: 'd', Value: '4', IfMatch: answer.ETag }));

  expect(answer).toMatchObject({ ItemCount: 2, TotalSizeInBytes: 4 });
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ arn: KvsARN, version: 2 });
  expect(Object.fromEntries(changes[0]?.entries ?? [])).toEqual({ a: '9', c: '3' });
  expect(kvs.store(KvsARN).version).toBe(3);
});

test('a stale ETag is a conflict and changes nothing', async () => {
  const { client, kvs, etag } = await storeWith({ a: '1' });
  const stale = await etag();
  await client.send(new PutKeyCommand({ KvsARN, Key: 'other', Value: '1', IfMatch: stale }));

  const error = await failure(client.send(new PutKeyCommand({ KvsARN, Key: 'a', Value: '2', IfMatch: stale })));

  expect(error).toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
  expect(kvs.store(KvsARN).entries.get('a')).toBe('1');
});

test('of many writers with one ETag exactly one wins', async () => {
  const { client, kvs, etag } = await storeWith({});
  const IfMatch = await etag();

  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, writer) =>
      client.send(new PutKeyCommand({ KvsARN, Key: 'k', Value: String(writer), IfMatch })).then(
        () => writer,
        (error: Error) => error.name,
      ),
    ),
  );

  const winners = outcomes.filter((outcome) => typeof outcome === 'number');
  expect(winners).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'ConflictException')).toHaveLength(19);
  expect(kvs.store(KvsARN).entries.get('k')).toBe(String(winners[0]));
});

test('an update is done whole or not at all', async () => {
  const { client, kvs, etag } = await storeWith({ a: '1' });

  const Puts = [{ Key: 'a', Value: '2' }];
  const error = await failure(
    client.send(new UpdateKeysCommand({ KvsARN, Puts, Deletes: [{ Key: 'missing' }], IfMatch: await etag() })),
  );

  expect(error).toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  expect(kvs.store(KvsARN)).toMatchObject({ version: 1 });
  expect(kvs.store(KvsARN).entries.get('a')).toBe('1');
});

const many = (count: number, bytes = 1) =>
  Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: 'v'.repeat(bytes) }));

test.each([
  ['a key over 512 bytes', { Puts: [{ Key: 'ü'.repeat(257), Value: 'v' }] }, 'ValidationException', 400],
  ['a value over 1 KB', { Puts: [{ Key: 'k', Value: 'v'.repeat(1025) }] }, 'ValidationException', 400],
  ['more than 50 keys', { Puts: many(51) }, 'ServiceQuotaExceededException', 402],
  ['no key', {}, 'ValidationException', 400],
  ['a key twice', { Puts: many(1), Deletes: [{ Key: 'k0' }] }, 'ValidationException', 400],
])('refuses an update with %s', async (_what, update, name, httpStatusCode) => {
  const { client, kvs, etag } = await storeWith({});

  const error = await failure(client.send(new UpdateKeysCommand({ KvsARN, IfMatch: await etag(), ...update })));

  expect(error).toMatchObject({ name, $metadata: { httpStatusCode } });
  expect(kvs.store(KvsARN).version).toBe(1);
});

test('takes the greatest update that the limits allow, and no store over 5 MB', async () => {
  const entries = Object.fromEntries(many(5080, 1024).map(({ Key, Value }) => [Key.padEnd(6, '_'), Value]));
  const { client, etag } = await storeWith(entries);
  const IfMatch = await etag();

  const over = await failure(client.send(new UpdateKeysCommand({ KvsARN, IfMatch, Puts: many(50, 1024) })));
  const within = await client.send(new UpdateKeysCommand({ KvsARN, IfMatch, Puts: many(1, 1024) }));

  expect(over).toMatchObject({ name: 'ServiceQuotaExceededException' });
  expect(within.ItemCount).toBe(5081);
});

test('what is not there is not found', async () => {
  const { client } = await storeWith({});

  expect(await failure(client.send(new GetKeyCommand({ KvsARN, Key: 'none' })))).toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
  expect(await failure(client.send(new DescribeKeyValueStoreCommand({ KvsARN: `${KvsARN}x` })))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('a write without If-Match is refused, and one with a malformed body', async () => {
  const { kvs, server, etag } = await storeWith({});
  const url = `${server.url}/key-value-stores/${encodeURIComponent(KvsARN)}/keys`;

  const without = await raw(url, { body: '{"Puts":[{"Key":"k","Value":"v"}]}' });
  const malformed = await raw(url, { headers: { 'if-match': await etag() }, body: '{"Puts":[{"Key":' });

  expect(without).toMatchObject({ status: 400 });
  expect(without.headers.get('x-amzn-errortype')).toBe('ValidationException');
  expect(malformed).toMatchObject({ status: 400 });
  expect(malformed.headers.get('x-amzn-errortype')).toBe('SerializationException');
  expect(kvs.store(KvsARN).version).toBe(1);
});

test('a write whose answer is lost has happened', async () => {
  const { client, kvs, server, etag } = await storeWith({});
  const IfMatch = await etag();
  server.faults.set({ service: 'kvs', operation: 'PutKey', fault: 'answer-lost', times: 1 });

  const lost = await failure(client.send(new PutKeyCommand({ KvsARN, Key: 'k', Value: 'v', IfMatch })));
  const again = await failure(client.send(new PutKeyCommand({ KvsARN, Key: 'k', Value: 'v', IfMatch })));

  expect(lost['code']).toBe('ECONNRESET');
  expect(again.name).toBe('ConflictException');
  expect(kvs.store(KvsARN).entries.get('k')).toBe('v');
});

test('the injected conflict is the service’s own', async () => {
  const { client, server, etag } = await storeWith({});
  const IfMatch = await etag();
  server.faults.set({ service: 'kvs', fault: 'conflict', times: 1 });

  const error = await failure(client.send(new PutKeyCommand({ KvsARN, Key: 'k', Value: 'v', IfMatch })));

  expect(error).toMatchObject({ name: 'ConflictException', $metadata: { httpStatusCode: 409 } });
});
