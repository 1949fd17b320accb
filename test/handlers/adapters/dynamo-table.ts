import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../../handlers/adapters/ledger.dynamodb.ts';
import { createDynamoDb } from '../../../loopback/aws/dynamodb.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { Wire } from './wire.ts';

/** DynamoDB on a loopback port, with ledger tables on request. */
export interface DynamoServer {
  /** A new empty table, and a client of its own with its own wire. */
  newTable(): Promise<{ tableName: string; client: DynamoDBDocumentClient; wire: Wire }>;
  close(): Promise<void>;
}

export async function startDynamo(): Promise<DynamoServer> {
  const aws = await startAwsServer({ port: 0, account: '123456789012', services: [createDynamoDb()] });
  const clients: DynamoDBClient[] = [];
  let tables = 0;

  return {
    async newTable() {
      const wire = new Wire();
      const raw = new DynamoDBClient({
        endpoint: aws.url,
        region: 'us-east-2',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
        requestHandler: wire,
      });
      clients.push(raw);
      const tableName = `ledger-${++tables}`;
      await raw.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'service', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'service', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      );
      wire.sent.length = 0;
      return { tableName, client: documentClient(raw), wire };
    },
    async close() {
      for (const client of clients) client.destroy();
      await aws.close();
    },
  };
}
