import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { documentClient } from '../../../handlers/adapters/ledger.dynamodb.ts';
import { Wire } from './wire.ts';

/** DynamoDB on a loopback port, with ledger tables on request. */
export interface DynamoServer {
  /** A new empty table, and a client of its own with its own wire. */
  newTable(): Promise<{ tableName: string; client: DynamoDBDocumentClient; wire: Wire }>;
  close(): Promise<void>;
}

export async function startDynamo(): Promise<DynamoServer> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: DynamoDBClient[] = [];
  let tables = 0;

  return {
    async newTable() {
      const wire = new Wire();
      const raw = new DynamoDBClient({
        endpoint,
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
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
