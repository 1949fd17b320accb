import { cborProtocol } from './protocols/cbor.ts';
import { jsonProtocol } from './protocols/json.ts';
import type { Protocol, WireRequest } from './protocols/protocol.ts';
import { queryParameters, queryProtocol } from './protocols/query.ts';
import { findRoute, restJsonProtocol } from './protocols/rest-json.ts';
import { s3Operation, s3Protocol } from './protocols/s3.ts';
import { AwsError, type ServiceId } from './service.ts';
import type { ServiceModel } from './service-model.ts';

/** What a request asks for, and how to answer it; `error` when it asks for nothing that there is. */
export interface Identified {
  readonly protocol: Protocol;
  readonly model: ServiceModel | undefined;
  readonly operation: string;
  /** Of the credential scope; `*` for SigV4A; us-east-1 for unsigned requests. */
  readonly region: string;
  readonly error?: AwsError;
}

/** Of the credentials that a request is signed with; null where it is not signed. */
export function accessKeyOf(request: WireRequest): string | null {
  return credential(request)?.[0] ?? null;
}

/** Service, operation and protocol follow from the request's form; the signature says the region, and decides between services. */
export function identify(models: ReadonlyMap<ServiceId, ServiceModel>, request: WireRequest): Identified {
  const scope = credentialScope(request);
  const region = scope?.region ?? 'us-east-1';
  const signedFor = [...models.values()].find((model) => model.signingName === scope?.service);

  const rpc = /\/service\/([^/]+)\/operation\/([^/]+)$/.exec(request.path);
  if (rpc !== null) {
    const [, target = '', operation = ''] = rpc;
    const model = [...models.values()].find((candidate) => candidate.target === target) ?? signedFor;
    return { protocol: cborProtocol, model, operation, region, ...unknown(model, operation) };
  }

  const target = request.headers['x-amz-target'];
  if (target !== undefined) {
    const dot = target.lastIndexOf('.');
    const operation = target.slice(dot + 1);
    const model = [...models.values()].find((candidate) => candidate.target === target.slice(0, Math.max(dot, 0)));
    const version = request.headers['content-type']?.includes('json-1.1') ? '1.1' : '1.0';
    const protocol = jsonProtocol(version, { unchecked: model?.unchecked === true });
    return { protocol, model, operation, region, ...unknown(model, operation) };
  }

  const action = queryAction(request);
  if (action !== null) {
    const model =
      signedFor ?? [...models.values()].find(({ version, xmlNamespace }) => xmlNamespace && version === action.version);
    const speaks = model?.protocol === 'aws.protocols#awsQuery' || model?.queryCompatible === true;
    return {
      protocol: queryProtocol(model),
      model,
      operation: action.operation,
      region,
      ...(speaks
        ? unknown(model, action.operation, 'InvalidAction')
        : { error: nobody(action.operation, 'InvalidAction') }),
    };
  }

  const s3 = models.get('s3');
  if (s3 !== undefined && signedFor === s3) {
    const operation = s3Operation(s3, request)?.name;
    if (operation !== undefined) return { protocol: s3Protocol, model: s3, operation, region };
    const message = 'A header or query you provided implies functionality that is not implemented.';
    const error = new AwsError('NotImplemented', message, { status: 501 });
    return { protocol: s3Protocol, model: s3, operation: '', region, error };
  }

  // Signature Version 2, by which AWS CLI 1 still signs addresses. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  if (s3 !== undefined && request.query.has('AWSAccessKeyId')) {
    const message = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
    return { protocol: s3Protocol, model: s3, operation: '', region, error: new AwsError('InvalidRequest', message) };
  }

  const rest = [...models.values()].filter(({ protocol }) => protocol === 'aws.protocols#restJson1');
  for (const model of signedFor === undefined ? rest : rest.filter((candidate) => candidate === signedFor)) {
    const route = findRoute(model, request.method, request.path);
    if (route !== undefined) return { protocol: restJsonProtocol, model, operation: route.name, region };
  }
  const error = new AwsError('UnknownOperationException', `nothing answers ${request.method} ${request.path}`, {
    status: 404,
  });
  return { protocol: restJsonProtocol, model: undefined, operation: '', region, error };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
function credentialScope(request: WireRequest): { readonly region: string; readonly service: string } | null {
  const parts = credential(request) ?? [];
  // Access key, date, region, service, terminator; SigV4A leaves the region out.
  if (parts.length === 5) return { region: parts[2] ?? '', service: parts[3] ?? '' };
  if (parts.length === 4) return { region: '*', service: parts[2] ?? '' };
  return null;
}

function credential(request: WireRequest): readonly string[] | null {
  const text =
    /Credential=([^,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? request.query.get('X-Amz-Credential');
  return text?.split('/') ?? null;
}

function queryAction(request: WireRequest): { readonly operation: string; readonly version: string | null } | null {
  const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  if (!form && !request.query.has('Action')) return null;
  const parameters = queryParameters(request);
  const operation = parameters.get('Action');
  return operation === null ? null : { operation, version: parameters.get('Version') };
}

function unknown(model: ServiceModel | undefined, operation: string, code?: string): { readonly error?: AwsError } {
  return model?.operations.has(operation) ? {} : { error: nobody(operation, code) };
}

function nobody(operation: string, code = 'UnknownOperationException'): AwsError {
  return new AwsError(code, `there is no operation ${operation}`);
}
