import { JsonCodec2, JsonShapeDeserializer2 } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import { errorMembers, errorStatus, type Protocol, queryErrorHeader } from './protocol.ts';

/** awsJson1.0 and 1.1: they differ in the content type alone. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export function jsonProtocol(version: '1.0' | '1.1', { unchecked = false } = {}): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    async readInput(operation, request) {
      const parsed = parseJson(request.body);
      if (unchecked) return parsed;
      return readJson(rpcCodec, operation.input, parsed);
    },

    writeOutput(operation, output, requestId) {
      return {
        status: 200,
        headers: { 'content-type': contentType, 'x-amzn-requestid': requestId },
        body: unchecked
          ? JSON.stringify(output)
          : operation.output.isUnitSchema()
            ? ''
            : writeJson(rpcCodec, operation.output, output),
      };
    },

    writeError(error, requestId, model) {
      return {
        status: errorStatus(error, model),
        headers: {
          'content-type': contentType,
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
          ...queryErrorHeader(error, model),
        },
        body: JSON.stringify({ __type: error.code, ...errorMembers(error, model) }),
      };
    },
  };
}

/** Seconds since the epoch by default, and members by their own names. */
const rpcCodec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false });

export type JsonCodec = JsonCodec2;

/** An empty body is an empty structure. */
export function parseJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw Object.assign(new AwsError('SerializationException', 'the request body is no JSON'), { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'the request body must be a JSON object');
  }
  return parsed as Record<string, unknown>;
}

/** From plain JSON to the SDK's types: dates, bytes, numbers. */
export function readJson(codec: JsonCodec, schema: NormalizedSchema, json: unknown): Record<string, unknown> {
  if (schema.isUnitSchema()) return {};
  try {
    return new JsonShapeDeserializer2(codec.settings).readObject(schema, json as never) as Record<string, unknown>;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw Object.assign(new AwsError('SerializationException', problem), { cause });
  }
}

export function writeJson(codec: JsonCodec, schema: NormalizedSchema, value: unknown): Uint8Array | string {
  const serializer = codec.createSerializer();
  serializer.write(schema, value);
  return serializer.flush() as Uint8Array | string;
}
