import { cbor } from '@smithy/core/cbor';
import type { NormalizedSchema } from '@smithy/core/schema';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createRoutingControlCluster } from '../../../loopback/aws/arc.ts';
import { loadModels } from '../../../loopback/aws/catalog.ts';
import { createDynamoDb } from '../../../loopback/aws/dynamodb.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { createLambda } from '../../../loopback/aws/lambda/lambda.ts';
import { createParameters } from '../../../loopback/aws/parameters.ts';
import { createBuckets } from '../../../loopback/aws/s3.ts';
import { createSecrets } from '../../../loopback/aws/secrets.ts';
import { type Aws, type AwsService, type ServiceId, serviceIds } from '../../../loopback/aws/service.ts';
import type { OperationModel, ServiceModel } from '../../../loopback/aws/service-model.ts';
import { createSts } from '../../../loopback/aws/sts.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import { eventsService } from '../../../loopback/events/events.ts';
import { createIam } from '../../../loopback/iam/iam.ts';
import { snsService } from '../../../loopback/sns/sns.ts';
import { statesService } from '../../../loopback/states/service.ts';
import { virtualClock } from '../virtual-clock.ts';
import { account, awsServer, raw } from './aws-fixture.ts';

/** The services as the sandbox runs them; what they ask of one another goes nowhere. */
function services(): readonly AwsService[] {
  const clock = virtualClock();
  const aws: Aws = { account, call: () => Promise.reject(new Error('nobody is there')) };
  const random = () => 0.5;
  return [
    statesService({ aws, clock, random }),
    createLambda({ account, clock }),
    eventsService({ clock, random, tempo: 1, aws: () => aws, account }),
    cloudwatchService({ clock, tempo: 1, aws: () => aws, emit: () => {} }),
    snsService({ clock, random, tempo: 1, aws: () => aws }),
    createDynamoDb(),
    createKeyValueStores({ now: clock.now, random }),
    createRoutingControlCluster({ now: clock.now }),
    createParameters(clock.now),
    createSecrets({ now: clock.now, random }),
    createSts({ iam: createIam(account), now: Date.now }),
    createBuckets({ account, now: clock.now }),
  ];
}

let models: ReadonlyMap<ServiceId, ServiceModel>;
beforeAll(async () => {
  models = await loadModels(serviceIds);
});

test.each(serviceIds)(
  '%s answers no input with a defect of its own: empty, of wrong types, or nonsense',
  async (id) => {
    const service = services().find((candidate) => candidate.id === id);
    const model = models.get(id);
    if (service === undefined || model === undefined) throw new Error(`there is no ${id}`);
    const server = await awsServer([service]);

    for (const name of Object.keys(service.operations)) {
      const operation = model.operations.get(name);
      if (operation === undefined) throw new Error(`${id} ${name} has no model`);
      await fc.assert(
        fc.asyncProperty(fc.oneof(nonsense(operation.input), wrongTypes(operation.input)), async (input) => {
          const { status } = await send(server.url, model, operation, input);
          expect(server.records.flatMap(({ defect }) => defect?.stack ?? [])).toEqual([]);
          expect(status).not.toBe(500);
        }),
        { numRuns: 15, examples: [[{}]] },
      );
    }
  },
);

type Input = Record<string, unknown>;

const anything = fc.oneof(fc.constantFrom(null, '', 'x', -1, 0.5, 1e300, true, [], {}, [null], [{}]), fc.jsonValue());

/** Members by their names, with whatever in them. */
const wrongTypes = (schema: NormalizedSchema): fc.Arbitrary<Input> =>
  fc.dictionary(fc.constantFrom(...namesOf(schema), 'nobody'), anything) as fc.Arbitrary<Input>;

/** Of the right types, so that it comes as far as the operation itself. */
const nonsense = (schema: NormalizedSchema): fc.Arbitrary<Input> => fitting(schema, 4) as fc.Arbitrary<Input>;

const texts = ['', 'x', '{}', '[]', '{', 'arn:', 'arn:aws:x', ' ', '0', 'é'];
const arns = ['states', 'sns', 'lambda', 'events', 'cloudwatch'].flatMap((service) =>
  ['stateMachine', 'execution', 'function', 'rule', 'alarm', ''].map(
    (kind) => `arn:aws:${service}:us-east-1:${account}:${kind}:x`,
  ),
);

function fitting(schema: NormalizedSchema, depth: number): fc.Arbitrary<unknown> {
  if (schema.isStructSchema() && !schema.isUnitSchema()) {
    if (depth <= 0) return fc.constant({});
    const members = [...schema.structIterator()].map(([name, member]) => [name, fitting(member, depth - 1)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: [] });
  }
  if (schema.isListSchema()) return fc.array(fitting(schema.getValueSchema(), depth - 1), { maxLength: 2 });
  if (schema.isMapSchema()) {
    return fc.dictionary(fc.constantFrom('x', ''), fitting(schema.getValueSchema(), depth - 1), { maxKeys: 2 });
  }
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isNumericSchema()) return fc.constantFrom(-1, 0, 1, 60, 0.5, 1e9, 1e300);
  if (schema.isTimestampSchema()) return fc.constantFrom(0, 1, -1, 1e12);
  return fc.constantFrom(...texts, ...arns);
}

const namesOf = (schema: NormalizedSchema): string[] =>
  schema.isUnitSchema() ? [] : [...schema.structIterator()].map(([name]) => name);

/** As a client of the service's own protocol would send it. */
function send(url: string, model: ServiceModel, operation: OperationModel, input: Input) {
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/${model.signingName}/aws4_request`,
  };
  const { name, http } = operation;
  switch (model.protocol) {
    case 'smithy.protocols#rpcv2Cbor':
      return raw(`${url}/service/${model.target}/operation/${name}`, {
        headers: { ...headers, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' },
        body: Buffer.from(cbor.serialize(input)),
      });
    case 'aws.protocols#awsQuery': {
      const parameters = { Action: name, Version: model.version, ...Object.fromEntries(flat(input, '')) };
      return raw(url, {
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(parameters).toString(),
      });
    }
    case 'aws.protocols#restJson1': {
      const path = (http?.path ?? '/').replaceAll(/\{(\w+)\+?\}/g, (_, label: string) =>
        encodeURIComponent(textOf(input[label]) || 'x'),
      );
      const method = http?.method ?? 'POST';
      return raw(url + path, { method, headers, ...(method !== 'GET' && { body: JSON.stringify(input) }) });
    }
    case 'aws.protocols#restXml': {
      const place = [input['Bucket'], input['Key']].map((part) => encodeURIComponent(textOf(part) || 'x')).join('/');
      const method = http?.method ?? 'PUT';
      return raw(`${url}/${place}`, { method, headers, ...(method === 'PUT' && { body: textOf(input['Body']) }) });
    }
    default:
      return raw(url, {
        headers: {
          ...headers,
          'x-amz-target': `${model.target}.${name}`,
          'content-type': 'application/x-amz-json-1.0',
        },
        body: JSON.stringify(input),
      });
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
function flat(value: unknown, path: string): [string, string][] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value)) return value.flatMap((item, index) => flat(item, at(`member.${index + 1}`)));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    const entries = members.flatMap(([key, item], index) => [
      ...flat(key, at(`entry.${index + 1}.key`)),
      ...flat(item, at(`entry.${index + 1}.value`)),
    ]);
    return [...members.flatMap(([key, item]) => flat(item, at(key))), ...entries];
  }
  return value === undefined || value === null ? [] : [[path, String(value)]];
}

test('an item of a list that is null is refused by its place', async () => {
  const server = await awsServer(services());

  const { status, text } = await raw(server.url, {
    headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
    body: '{"Entries":[{"Source":"s"},null]}',
  });

  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({
    __type: expect.stringContaining('ValidationException'),
    message: expect.stringContaining("'entries.2.member'"),
  });
});

test('ListExecutions of no machine is a ValidationException', async () => {
  const server = await awsServer(services());

  const { status, text } = await raw(server.url, {
    headers: { 'x-amz-target': 'AWSStepFunctions.ListExecutions', 'content-type': 'application/x-amz-json-1.0' },
    body: '{}',
  });

  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ __type: expect.stringContaining('ValidationException') });
});
