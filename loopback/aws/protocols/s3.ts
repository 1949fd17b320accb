import { AwsError } from '../service.ts';
import type { OperationModel, ServiceModel } from '../service-model.ts';
import { errorStatus, type Protocol, type WireRequest } from './protocol.ts';
import { escapeXml } from './query.ts';
import { restJsonProtocol } from './rest-json.ts';

/**
 * S3's own form of REST, with the bucket in the path: an address of 127.0.0.1 has no room for it before. Members travel in headers, the object is
 * the body, and errors are XML. https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access
 */
export const s3Protocol: Protocol = {
  async readInput(operation, request) {
    const { Bucket, Key } = placeOf(request.path);
    return { ...(await restJsonProtocol.readInput(operation, request)), Bucket, Key };
  },

  writeOutput(operation, output, requestId) {
    const answer = restJsonProtocol.writeOutput(operation, output, requestId);
    const hasBody = output['Body'] !== undefined;
    return { ...answer, headers: { ...answer.headers, ...idOf(requestId) }, body: hasBody ? answer.body : '' };
  },

  writeError(error, requestId, model) {
    const status = errorStatus(error, model);
    const body =
      status === 304
        ? ''
        : `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
    return { status, headers: { 'content-type': 'application/xml', ...idOf(requestId) }, body };
  },
};

const idOf = (requestId: string) => ({ 'x-amz-request-id': requestId });

/** What is done to one object; undefined for everything else, of which nothing is here. */
export function s3Operation(model: ServiceModel, { method, path, query }: WireRequest): OperationModel | undefined {
  const { Key } = placeOf(path);
  // `?acl`, `?uploads`: something else than the object.
  const isObject = [...query.keys()].every((name) => name === 'x-id' || name.toLowerCase().startsWith('x-amz-'));
  const name = { GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method];
  return Key === '' || !isObject || name === undefined ? undefined : model.operations.get(name);
}

function placeOf(path: string): { readonly Bucket: string; readonly Key: string } {
  const [, bucket = '', ...key] = path.split('/');
  try {
    return { Bucket: decodeURIComponent(bucket), Key: decodeURIComponent(key.join('/')) };
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
