import { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceId } from './service.ts';

/** What the SDK's schemas say about one service: enough to read its requests and to write its answers. */
export interface ServiceModel {
  readonly id: ServiceId;
  /** The service's name in a signature's credential scope. */
  readonly signingName: string;
  /** What stands before the dot in `X-Amz-Target`, and in the path of rpcv2Cbor. */
  readonly target: string;
  /** `Version` of the query protocol. */
  readonly version: string;
  readonly xmlNamespace: string | undefined;
  /** The protocol that the SDK's client speaks, such as `aws.protocols#awsJson1_0`. */
  readonly protocol: string;
  /** Once spoken by the query protocol: its error codes are still sent along. */
  readonly queryCompatible: boolean;
  /** Its JSON goes to the service as it came and is not checked here: the service does that itself. */
  readonly unchecked: boolean;
  readonly operations: ReadonlyMap<string, OperationModel>;
  readonly errors: ReadonlyMap<string, ErrorModel>;
}

export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, path template and status of the REST binding. */
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
}

export interface ErrorModel {
  readonly schema: NormalizedSchema;
  readonly status: number;
  /** The code and the status that the query protocol has for it. */
  readonly query: { readonly code: string; readonly status: number } | undefined;
}

export interface ServiceDescription
  extends Omit<ServiceModel, 'operations' | 'errors' | 'queryCompatible' | 'unchecked'> {
  readonly queryCompatible?: boolean;
  readonly unchecked?: boolean;
  /** A client package's exports, or hand-written schemas of the same form. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

/** Collects operations and errors from the exports of a client package. */
export function serviceModel({ schemas, queryCompatible, unchecked, ...rest }: ServiceDescription): ServiceModel {
  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  for (const exported of Object.values(schemas)) {
    if (!Array.isArray(exported)) continue;
    if (exported[0] === operationTag)
      operations.set(exported[2], operationModel(exported as unknown as OperationTuple));
    else if (exported[0] === errorTag) errors.set(exported[2], errorModel(exported));
  }
  return { ...rest, queryCompatible: queryCompatible ?? false, unchecked: unchecked ?? false, operations, errors };
}

/** How many of a structure's first members are required; the schema lists these first. */
export function requiredCount(structure: NormalizedSchema): number {
  const schema = structure.getSchema() as unknown;
  const count = Array.isArray(schema) ? schema[requiredCountIndex] : 0;
  return typeof count === 'number' ? count : 0;
}

/*
 * NormalizedSchema reads every part of a schema but three: an operation's parts, that a structure is an error, and which
 * members are required. Only this file knows where the tuples keep them; the versions of the clients are pinned.
 */
const operationTag = 9;
const errorTag = -3;
const requiredCountIndex = 6;
type OperationTuple = [tag: 9, namespace: string, name: string, traits: unknown, input: unknown, output: unknown];

function operationModel([, , name, traits, input, output]: OperationTuple): OperationModel {
  const http = typeof traits === 'object' ? (traits as { http?: [string, string, number] }).http : undefined;
  return {
    name,
    input: NormalizedSchema.of(input as never),
    output: NormalizedSchema.of(output as never),
    http: http && { method: http[0], path: http[1], status: http[2] },
  };
}

function errorModel(tuple: unknown): ErrorModel {
  const schema = NormalizedSchema.of(tuple as never);
  const { error, httpError, awsQueryError } = schema.getMergedTraits() as {
    error?: 'client' | 'server';
    httpError?: number;
    awsQueryError?: [string, number];
  };
  return {
    schema,
    status: httpError ?? (error === 'server' ? 500 : 400),
    query: awsQueryError && { code: awsQueryError[0], status: awsQueryError[1] },
  };
}
