import type { AwsError } from '../service.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';

/** A request as it came over the wire, its body read and decompressed. */
export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

/** One way to write an operation down as HTTP. */
export interface Protocol {
  /** Throws AwsError SerializationException for what cannot be read. */
  readInput(operation: OperationModel, request: WireRequest): Promise<Record<string, unknown>>;
  writeOutput(operation: OperationModel, output: Record<string, unknown>, requestId: string): WireAnswer;
  /** `model` is missing where the service itself is unknown. */
  writeError(error: AwsError, requestId: string, model?: ServiceModel): WireAnswer;
}

/** The status that the error's shape prescribes, else the one that was thrown. */
export function errorStatus(error: AwsError, model: ServiceModel | undefined): number {
  return model?.errors.get(error.code)?.status ?? error.status;
}

/** The error's members with its message under the name that its shape has for it: `message` or `Message`. */
export function errorMembers(error: AwsError, model: ServiceModel | undefined): Record<string, unknown> {
  const shape = model?.errors.get(error.code)?.schema;
  const members = shape === undefined ? [] : Object.keys(shape.getMemberSchemas());
  return { [members.includes('Message') ? 'Message' : 'message']: error.message, ...error.members };
}

/** `Code;Sender`, as services send it that once spoke the query protocol. */
export function queryErrorHeader(error: AwsError, model: ServiceModel | undefined): Record<string, string> {
  if (model === undefined || !model.queryCompatible) return {};
  const code = model.errors.get(error.code)?.query?.code ?? error.code;
  return { 'x-amzn-query-error': `${code};${errorStatus(error, model) < 500 ? 'Sender' : 'Receiver'}` };
}
