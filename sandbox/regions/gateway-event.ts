import { randomUUID } from 'node:crypto';
import type { ApiRequest } from './api.ts';

/** What stands between a request and its function. */
export interface Gateway {
  readonly integration: 'rest-api' | 'http-api' | 'function-url';
  readonly account: string;
  readonly now: () => number;
}

/**
 * The request as the function gets it: format 1.0 from a REST API, 2.0 from an HTTP API and a function URL.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function gatewayEvent(request: ApiRequest, path: string, gateway: Gateway): object {
  return gateway.integration === 'rest-api' ? restEvent(request, path, gateway) : httpEvent(request, path, gateway);
}

function restEvent({ method, query, headers, host, sourceIp, body }: ApiRequest, path: string, gateway: Gateway) {
  const values = new URLSearchParams(query);
  return {
    resource: path === '/' ? '/' : '/{proxy+}',
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: query === '' ? null : Object.fromEntries(values),
    multiValueQueryStringParameters:
      query === '' ? null : Object.fromEntries([...new Set(values.keys())].map((name) => [name, values.getAll(name)])),
    pathParameters: path === '/' ? null : { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: gateway.account,
      apiId: 'sandbox',
      domainName: host,
      httpMethod: method,
      identity: { sourceIp, userAgent: headers['user-agent'] ?? '' },
      path,
      protocol: 'HTTP/1.1',
      requestId: randomUUID(),
      requestTimeEpoch: gateway.now(),
      stage: 'prod',
    },
    body: body === null || body === '' ? null : body,
    isBase64Encoded: false,
  };
}

function httpEvent({ method, query, headers, host, sourceIp, body }: ApiRequest, path: string, gateway: Gateway) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query === '' ? {} : { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    requestContext: {
      accountId: gateway.account,
      apiId: 'sandbox',
      domainName: host,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date(gateway.now()).toUTCString(),
      timeEpoch: gateway.now(),
    },
    ...(body === null || body === '' ? {} : { body }),
    isBase64Encoded: false,
  };
}
