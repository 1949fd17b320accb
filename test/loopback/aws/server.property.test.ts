import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRoutingControlCluster } from '../../../loopback/aws/arc.ts';
import { createDynamoDb } from '../../../loopback/aws/dynamodb.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { createLambda } from '../../../loopback/aws/lambda/lambda.ts';
import type { AwsServer } from '../../../loopback/aws/server.ts';
import type { AwsService } from '../../../loopback/aws/service.ts';
import { createSts } from '../../../loopback/aws/sts.ts';
import { createIam } from '../../../loopback/iam/iam.ts';
import { account, awsServer, raw } from './aws-fixture.ts';

const empty = (id: AwsService['id'], ...operations: string[]): AwsService => ({
  id,
  operations: Object.fromEntries(operations.map((operation) => [operation, async () => ({})])),
});

function everything(): Promise<AwsServer> {
  return awsServer([
    createSts({ iam: createIam(account), now: Date.now }),
    createDynamoDb(),
    createKeyValueStores(),
    createRoutingControlCluster(),
    createLambda({ account }),
    empty('cloudwatch', 'PutMetricData', 'DescribeAlarms'),
    empty('sns', 'Publish'),
    empty('events', 'PutEvents'),
    empty('states', 'StartExecution'),
  ]);
}

const targets = [
  'AWSStepFunctions.StartExecution',
  'AWSEvents.PutEvents',
  'GraniteServiceVersion20100801.PutMetricData',
  'DynamoDB_20120810.PutItem',
  'DynamoDB_20120810.Query',
  'ToggleCustomerAPI.UpdateRoutingControlStates',
  'AWSStepFunctions.constructor',
  '.',
  'AWSEvents',
];
const paths = [
  '/service/GraniteServiceVersion20100801/operation/PutMetricData',
  '/service/AWSStepFunctions/operation/StartExecution',
  '/service/x/operation/__proto__',
  '/2015-03-31/functions/f/invocations',
  '/key-value-stores/arn/keys',
  '/key-value-stores/arn/keys/k',
  '/2015-03-31/functions/',
  '/%',
  '//',
];

/** Structures like those that the operations take, with members of any kind: these get past the first checks. */
const nearly = fc.dictionary(
  fc.constantFrom(
    'Namespace',
    'MetricData',
    'Entries',
    'TableName',
    'Item',
    'Key',
    'UpdateRoutingControlStateEntries',
    '__proto__',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  nearly.map((value) => Buffer.from(JSON.stringify(value))),
  nearly.map((value) => Buffer.from(cbor.serialize(value))),
  fc
    .dictionary(
      fc.constantFrom('Action', 'Version', 'MetricData.member.1.Value', 'Message', 'a..b.1', '.'),
      fc.string(),
    )
    .map((parameters) => Buffer.from(new URLSearchParams({ Action: 'PutMetricData', ...parameters }).toString())),
);
const request = fc.record({
  path: fc.oneof(fc.constant('/'), fc.constantFrom(...paths)),
  method: fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH'),
  headers: fc.oneof(
    fc.constantFrom(...targets).map((target): Record<string, string> => ({ 'x-amz-target': target })),
    fc.constant<Record<string, string>>({ 'content-type': 'application/x-www-form-urlencoded' }),
    fc
      .constantFrom('AWS4-HMAC-SHA256 Credential=', 'AWS4-HMAC-SHA256 Credential=a/b/c/sns/aws4_request', 'Bearer x')
      .map((authorization): Record<string, string> => ({ authorization })),
    fc.constant<Record<string, string>>({ 'content-encoding': 'gzip' }),
  ),
  body,
});

test('whatever it is sent, it answers: a result or a typed error, and never by a defect of its own', async () => {
  const server = await everything();
  const defects: string[] = [];

  await fc.assert(
    fc.asyncProperty(request, async ({ path, ...options }) => {
      const { status, text } = await raw(server.url + path, options);
      if (status >= 500 && status !== 501) defects.push(`${status} ${text}`);
      expect(defects).toEqual([]);
      if (status !== 200) expect(text).toMatch(/__type|<Code>/);
    }),
    { numRuns: 500 },
  );
});
