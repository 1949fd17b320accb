import type { IncomingMessage } from 'node:http';
import { headersOf } from '../http.ts';

/** What stands around a request to a function's own address. */
export interface UrlSurroundings {
  readonly requestId: string;
  /** First part of the address: `abc` of `abc.lambda-url.us-west-2.on.aws`. */
  readonly urlId: string;
  readonly region: string;
  readonly now: number;
}

/**
 * A request as its function gets it, payload format 2.0. Names of headers are in lower case, several of one name are joined, cookies stand
 * by themselves, and a body is base64 unless its type is one that Lambda takes for text.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export function urlEvent(request: IncomingMessage, raw: Buffer, around: UrlSurroundings): object {
  const { requestId, urlId, region, now } = around;
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const { cookie, ...headers } = headersOf(request);
  const isText = textTypes.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/; ?/) }),
    headers: { ...headers, 'x-forwarded-for': request.socket.remoteAddress ?? '', 'x-forwarded-proto': 'https' },
    ...(query !== '' && { queryStringParameters: parametersOf(query) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: urlId,
      domainName: `${urlId}.lambda-url.${region}.on.aws`,
      domainPrefix: urlId,
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(raw.length > 0 && { body: raw.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: raw.length > 0 && !isText,
  };
}

const textTypes = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i;

/** Several of one name are joined. */
function parametersOf(query: string): Record<string, string> {
  const values = new URLSearchParams(query);
  return Object.fromEntries([...new Set(values.keys())].map((name) => [name, values.getAll(name).join(',')]));
}
