import { JsonCodec2 } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';
import { parseJson, readJson, writeJson } from './json.ts';
import { errorMembers, errorStatus, type Protocol } from './protocol.ts';

/** Members travel in path, query, headers or body, as their traits say. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJsonProtocol: Protocol = {
  async readInput(operation, request) {
    if (operation.input.isUnitSchema()) return {};
    const input: Record<string, unknown> = {};
    const labels = matchPath(operation, request.path) ?? {};
    let body: 'none' | 'payload' | 'members' = 'none';
    for (const [name, member] of operation.input.structIterator()) {
      const place = placeOf(member);
      switch (place.in) {
        case 'label':
          input[name] = readText(member, labels[name] ?? '', name);
          break;
        case 'query':
          if (request.query.has(place.name)) input[name] = readQuery(member, request.query.getAll(place.name), name);
          break;
        case 'header': {
          const text = request.headers[place.name];
          if (text !== undefined) input[name] = readText(member, text, name);
          break;
        }
        case 'payload':
          body = 'payload';
          if (request.body.length > 0) input[name] = readPayload(member, request.body);
          break;
        default:
          body = body === 'none' ? 'members' : body;
      }
    }
    if (body !== 'members') return input;
    return { ...readJson(codec, operation.input, parseJson(request.body)), ...input };
  },

  writeOutput(operation, output, requestId) {
    const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
    let status = operation.http?.status ?? 200;
    if (operation.output.isUnitSchema()) return { status, headers, body: '' };
    let payload: Uint8Array | string | undefined;
    let hasPayload = false;
    const members: Record<string, unknown> = {};
    for (const [name, member] of operation.output.structIterator()) {
      const value = output[name];
      const place = placeOf(member);
      if (place.in === 'payload') hasPayload = true;
      if (value === undefined || value === null) continue;
      if (place.in === 'header') headers[place.name] = writeText(value);
      else if (place.in === 'status') status = Number(value);
      else if (place.in === 'payload') payload = writePayload(member, value);
      else members[name] = value;
    }
    if (status === 204) return { status, headers, body: '' };
    return {
      status,
      headers: { 'content-type': 'application/json', ...headers },
      body: hasPayload ? (payload ?? '') : writeJson(codec, operation.output, members),
    };
  },

  writeError(error, requestId, model) {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
    };
    const members = errorMembers(error, model);
    const shape = model?.errors.get(error.code)?.schema;
    for (const [name, member] of Object.entries(shape?.getMemberSchemas() ?? {})) {
      const place = placeOf(member);
      if (place.in !== 'header' || members[name] === undefined) continue;
      headers[place.name] = writeText(members[name]);
      delete members[name];
    }
    return { status: errorStatus(error, model), headers, body: JSON.stringify({ __type: error.code, ...members }) };
  },
};

/** The operation that a method and a path stand for. */
export function findRoute(model: ServiceModel, method: string, path: string): OperationModel | undefined {
  let best: OperationModel | undefined;
  for (const operation of model.operations.values()) {
    if (operation.http?.method !== method || matchPath(operation, path) === null) continue;
    // `/functions/{Name}` also fits where a path without labels does: the one with fewer labels is meant.
    if (best === undefined || labelCount(operation) < labelCount(best)) best = operation;
  }
  return best;
}

const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });

/** The labels' values, decoded, or null when the path does not fit. */
function matchPath(operation: OperationModel, path: string): Record<string, string> | null {
  const pattern = operation.http?.path.split('?')[0]?.split('/') ?? [];
  const parts = path.split('/');
  const trimmed = parts.length === pattern.length + 1 && parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  if (pattern.length !== trimmed.length) return null;
  const labels: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = trimmed[index] ?? '';
    const label = /^\{(\w+)\+?\}$/.exec(expected)?.[1];
    if (label === undefined) {
      if (part !== expected) return null;
    } else {
      const value = decode(part);
      if (value === null || value === '') return null;
      labels[label] = value;
    }
  }
  return labels;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign: then the path is nobody's.
    return null;
  }
}

function labelCount(operation: OperationModel): number {
  return operation.http?.path.split('{').length ?? 0;
}

type Place =
  | { readonly in: 'label' | 'payload' | 'status' | 'body' }
  | { readonly in: 'query' | 'header'; readonly name: string };

function placeOf(member: NormalizedSchema): Place {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return { in: 'label' };
  if (traits.httpPayload) return { in: 'payload' };
  if (traits.httpResponseCode) return { in: 'status' };
  if (traits.httpQuery !== undefined) return { in: 'query', name: traits.httpQuery };
  if (traits.httpHeader !== undefined) return { in: 'header', name: traits.httpHeader.toLowerCase() };
  return { in: 'body' };
}

function readQuery(member: NormalizedSchema, texts: readonly string[], name: string): unknown {
  if (member.isListSchema()) return texts.map((text) => readText(member.getValueSchema(), text, name));
  return readText(member, texts.at(-1) ?? '', name);
}

function readText(member: NormalizedSchema, text: string, name: string): unknown {
  if (member.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || Number.isNaN(number)) {
      throw new AwsError('SerializationException', `expected a number at '${name}', got ${JSON.stringify(text)}`);
    }
    return number;
  }
  if (member.isBooleanSchema()) return text === 'true';
  if (member.isTimestampSchema()) return new Date(text);
  return text;
}

function writeText(value: unknown): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}

function readPayload(member: NormalizedSchema, body: Buffer): unknown {
  if (member.isBlobSchema()) return new Uint8Array(body);
  if (member.isStringSchema()) return body.toString('utf8');
  return readJson(codec, member, parseJson(body));
}

function writePayload(member: NormalizedSchema, value: unknown): Uint8Array | string {
  if (value instanceof Uint8Array || typeof value === 'string') return value;
  return writeJson(codec, member, value);
}
