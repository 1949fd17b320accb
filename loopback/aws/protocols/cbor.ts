import { CborCodec, cbor } from '@smithy/core/cbor';
import { AwsError } from '../service.ts';
import { errorMembers, errorStatus, type Protocol, queryErrorHeader } from './protocol.ts';

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const cborProtocol: Protocol = {
  async readInput(operation, request) {
    if (operation.input.isUnitSchema() || request.body.length === 0) return {};
    try {
      const input: unknown = await codec.createDeserializer().read(operation.input, request.body);
      if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw Object.assign(new AwsError('SerializationException', `the request body is no CBOR: ${problem}`), { cause });
    }
    throw new AwsError('SerializationException', 'the request body must be a CBOR map');
  },

  writeOutput(operation, output, requestId) {
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    return {
      status: 200,
      headers: { ...headers, 'x-amzn-requestid': requestId },
      body: operation.output.isUnitSchema() ? '' : (serializer.flush() as Uint8Array),
    };
  },

  writeError(error, requestId, model) {
    const shape = model?.errors.get(error.code);
    const type = shape?.schema.getName(true) ?? error.code;
    return {
      status: errorStatus(error, model),
      headers: { ...headers, 'x-amzn-requestid': requestId, ...queryErrorHeader(error, model) },
      body: cbor.serialize({ __type: type, ...errorMembers(error, model) }),
    };
  },
};

const codec = new CborCodec();
const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
