import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import dynalite from 'dynalite';
import { AwsError, type AwsService, type Call } from './service.ts';

export interface DynamoDb extends AwsService {
  /** The regions that a table is in; in another it is not there. Until this is said it is in all. */
  replicate(table: string, regions: readonly string[]): void;
}

/**
 * DynamoDB by dynalite, in memory. One store for all regions: it plays a global table with strong consistency.
 * Operations take and give DynamoDB's JSON as it is on the wire (bytes in base64), and dynalite checks it.
 */
export function createDynamoDb(): DynamoDb {
  const replicas = new Map<string, readonly string[]>();
  const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  const [handle] = server.listeners('request') as [(request: IncomingMessage, response: ServerResponse) => void];
  return {
    id: 'dynamodb',
    replicate: (table, regions) => void replicas.set(table, regions),
    operations: Object.fromEntries(
      dynaliteOperations.map((operation) => [
        operation,
        async (input: object, call: Call) => {
          const { TableName: table = '' } = input as { readonly TableName?: string };
          if (replicas.get(table)?.includes(call.region) === false) {
            throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
          }
          const { status, body } = await ask(handle, operation, JSON.stringify(input, bytesToBase64), call);
          const answer = body === '' ? {} : JSON.parse(body, tableArnsIn(call));
          if (status >= 300) throw dynamoError(answer, status);
          if (operation === 'CreateTable' || operation === 'UpdateTable' || operation === 'DeleteTable') {
            await tableIsSettled(handle, (input as { TableName: string }).TableName, call);
          }
          return answer;
        },
      ]),
    ),
    close: () => closed(server),
  };
}

const dynaliteOperations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

/** dynalite is an HTTP listener: it is called as one, but without a socket between. It reads and writes only what is here. */
function ask(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  operation: string,
  body: string,
  { region }: Call,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        // dynalite wants the parts of a signature and does not check them.
        authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
    });
    const response = {
      statusCode: 200,
      setHeader() {},
      end(text = '') {
        resolve({ status: response.statusCode, body: String(text) });
      },
    };
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    request.emit('data', Buffer.from(body));
    request.emit('end');
  });
}

/** dynalite changes a table some turns after its answer, however short its delay: who was answered may use the table. */
async function tableIsSettled(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  TableName: string,
  call: Call,
): Promise<void> {
  for (;;) {
    const { status, body } = await ask(handle, 'DescribeTable', JSON.stringify({ TableName }), call);
    if (status >= 300 || JSON.parse(body).Table.TableStatus === 'ACTIVE') return;
    await setImmediate();
  }
}

/** A Buffer has become `{ type: 'Buffer' }` by the time a replacer gets it, so the holder is asked. */
function bytesToBase64(this: Record<string, unknown>, key: string, value: unknown): unknown {
  const held = this[key];
  return held instanceof Uint8Array ? Buffer.from(held).toString('base64') : value;
}

/** dynalite takes account and region from the environment once; the answer must name the caller's. */
function tableArnsIn({ account, region }: Call) {
  return (key: string, value: unknown): unknown =>
    (key === 'TableArn' || key === 'IndexArn') && typeof value === 'string'
      ? value.replace(/^arn:aws:dynamodb:[^:]*:[^:]*:/, `arn:aws:dynamodb:${region}:${account}:`)
      : value;
}

function dynamoError(body: { __type?: string; message?: string; Message?: string }, status: number): AwsError {
  const { __type = 'InternalServerError', message, Message, ...members } = body;
  const code = __type.slice(__type.indexOf('#') + 1);
  return new AwsError(code, message ?? Message ?? code, { status, members });
}

function closed(server: { close(done: (problem?: Error) => void): unknown; listening: boolean }): Promise<void> {
  // Never listened, so nothing is open but the store in memory, which goes with the object.
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => server.close((problem) => (problem ? reject(problem) : resolve())));
}
