import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { createDynamoDb } from '../../../loopback/aws/dynamodb.ts';
import { account, awsServer, cli, clientConfig, clis, failure, raw } from './aws-fixture.ts';

const TableName = 'ledger';
const create = new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
});

async function table() {
  const server = await awsServer([createDynamoDb()]);
  const client = new DynamoDBClient(clientConfig(server, 'us-east-2'));
  await client.send(create);
  return { server, client };
}

test('keeps items of every kind', async () => {
  const { client } = await table();
  const Item = {
    pk: { S: 'a' },
    bytes: { B: new Uint8Array([0, 255]) },
    map: { M: { list: { L: [{ N: '1.5' }, { BOOL: true }, { NULL: true }] } } },
    set: { SS: ['x', 'y'] },
  };

  await client.send(new PutItemCommand({ TableName, Item }));
  const got = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } }, ConsistentRead: true }));

  expect(got.Item).toEqual(Item);
});

test('is one store for all regions, and names each by its own ARN', async () => {
  const { server, client } = await table();
  const west = new DynamoDBClient(clientConfig(server, 'us-west-2'));

  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } }));
  const got = await west.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }));
  const described = await west.send(new DescribeTableCommand({ TableName }));

  expect(got.Item).toEqual({ pk: { S: 'a' } });
  expect(described.Table?.TableArn).toBe(`arn:aws:dynamodb:us-west-2:${account}:table/ledger`);
});

test('of many conditional writers exactly one wins', async () => {
  const { client } = await table();

  const outcomes = await Promise.all(
    Array.from({ length: 20 }, (_, writer) =>
      client
        .send(
          new UpdateItemCommand({
            TableName,
            Key: { pk: { S: 'lease' } },
            UpdateExpression: 'SET #h = :h',
            ConditionExpression: 'attribute_not_exists(#h)',
            ExpressionAttributeNames: { '#h': 'holder' },
            ExpressionAttributeValues: { ':h': { N: String(writer) } },
          }),
        )
        .then(
          () => writer,
          (error: Error) => error.name,
        ),
    ),
  );
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: 'lease' } } }));

  const winners = outcomes.filter((outcome) => typeof outcome === 'number');
  expect(winners).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'ConditionalCheckFailedException')).toHaveLength(19);
  expect(Item?.['holder']).toEqual({ N: String(winners[0]) });
});

test('errors are typed', async () => {
  const { client, server } = await table();

  expect(await failure(client.send(create))).toMatchObject({ name: 'ResourceInUseException' });
  expect(await failure(client.send(new GetItemCommand({ TableName: 'none', Key: { pk: { S: 'a' } } })))).toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(await failure(client.send(new GetItemCommand({ TableName, Key: { other: { S: 'a' } } })))).toMatchObject({
    name: 'ValidationException',
  });
  expect(await failure(client.send(new TransactWriteItemsCommand({ TransactItems: [] })))).toMatchObject({
    name: 'UnknownOperationException',
    $metadata: { httpStatusCode: 501 },
  });
  const malformed = await raw(server.url, {
    headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body: '{"TableName"',
  });
  expect(malformed).toMatchObject({ status: 400, text: expect.stringContaining('SerializationException') });
  const wrong = await raw(server.url, {
    headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
    body: '{"TableName":7}',
  });
  expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('SerializationException') });
});

test('a write whose answer is lost has happened; an injected conflict has not', async () => {
  const { client, server } = await table();
  const put = (pk: string) => client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }));
  server.faults.set({ service: 'dynamodb', operation: 'PutItem', fault: 'answer-lost', times: 1 });
  server.faults.set({ service: 'dynamodb', operation: 'PutItem', fault: 'conflict', times: 1 });

  expect((await failure(put('lost')))['code']).toBe('ECONNRESET');
  expect((await failure(put('conflict'))).name).toBe('ConditionalCheckFailedException');

  const get = (pk: string) => client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
  expect((await get('lost')).Item).toEqual({ pk: { S: 'lost' } });
  expect((await get('conflict')).Item).toBeUndefined();
});

test('a table can be used as soon as its creation was answered', async () => {
  const server = await awsServer([createDynamoDb()]);
  const scope = { region: 'us-east-2' };

  for (const name of ['table-1', 'table-2', 'table-3', 'table-4', 'table-5']) {
    await server.call('dynamodb', 'CreateTable', { ...create.input, TableName: name }, scope);
    await server.call('dynamodb', 'PutItem', { TableName: name, Item: { pk: { S: 'a' } } }, scope);
    await server.call('dynamodb', 'DeleteTable', { TableName: name }, scope);
    await server.call('dynamodb', 'CreateTable', { ...create.input, TableName: name }, scope);
  }
});

test('works in process, bytes in base64 on the way out', async () => {
  const { server } = await table();
  const scope = { region: 'us-east-2' };

  await server.call('dynamodb', 'PutItem', { TableName, Item: { pk: { S: 'a' }, b: { B: Buffer.from('x') } } }, scope);
  const got = await server.call('dynamodb', 'GetItem', { TableName, Key: { pk: { S: 'a' } } }, scope);

  expect(got).toEqual({ Item: { pk: { S: 'a' }, b: { B: 'eA==' } } });
});

test('the document client and queries work', async () => {
  const { client } = await table();

  await DynamoDBDocumentClient.from(client).send(
    new PutCommand({ TableName, Item: { pk: 'd', list: [1, { a: null }] } }),
  );
  const found = await client.send(
    new QueryCommand({ TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'd' } } }),
  );

  expect(found.Items).toEqual([{ pk: { S: 'd' }, list: { L: [{ N: '1' }, { M: { a: { NULL: true } } }] } }]);
});

test.skipIf(clis.length === 0)(
  'every AWS CLI of this machine reads it (skipped without one)',
  async () => {
    const { server } = await table();

    for (const path of clis)
      expect(await cli(path, ['dynamodb', 'list-tables'], server.url)).toEqual({ TableNames: ['ledger'] });
  },
  60_000,
);

test('writes and reads many items at once, and takes one away', async () => {
  const { client } = await table();
  const put = (pk: string) => ({ PutRequest: { Item: { pk: { S: pk } } } });

  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [put('a'), put('b'), put('c')] } }));
  await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'b' } } }));

  const Keys = ['a', 'b'].map((pk) => ({ pk: { S: pk } }));
  const got = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
  const scanned = await client.send(new ScanCommand({ TableName }));
  expect(got.Responses?.[TableName]).toEqual([{ pk: { S: 'a' } }]);
  expect(scanned.Items?.map(({ pk }) => pk?.S).toSorted()).toEqual(['a', 'c']);
});

test('a table has tags and other throughput, until it is deleted', async () => {
  const { client } = await table();
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const ResourceArn = Table?.TableArn;

  await client.send(
    new TagResourceCommand({
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    }),
  );
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
  expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([{ Key: 'b', Value: '2' }]);
  expect((await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription).toEqual({
    TimeToLiveStatus: 'DISABLED',
  });

  const ProvisionedThroughput = { ReadCapacityUnits: 2, WriteCapacityUnits: 3 };
  await client.send(new UpdateTableCommand({ TableName, BillingMode: 'PROVISIONED', ProvisionedThroughput }));
  const changed = await client.send(new DescribeTableCommand({ TableName }));
  expect(changed.Table?.ProvisionedThroughput).toMatchObject(ProvisionedThroughput);

  await client.send(new DeleteTableCommand({ TableName }));
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});
