import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Application, Request, Response } from './request.ts';

/*
 * Between a function's event and an application. Both answers have the same members in either format.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */

type Result = Pick<APIGatewayProxyStructuredResultV2, 'body' | 'isBase64Encoded'> & {
  statusCode: number;
  headers: Record<string, string>;
};

/** For a REST API: event format 1.0. */
export function restHandler(application: Application): (event: APIGatewayProxyEvent) => Promise<Result> {
  return async (event) =>
    result(
      application(
        {
          method: event.httpMethod,
          path: event.path,
          query: defined(event.queryStringParameters ?? {}),
          headers: lowerCase(event.headers),
          sourceIp: event.requestContext.identity.sourceIp,
          body: text(event.body, event.isBase64Encoded),
        },
        surroundings(),
      ),
    );
}

/** For an HTTP API or a function URL: event format 2.0. */
export function httpHandler(application: Application): (event: APIGatewayProxyEventV2) => Promise<Result> {
  return async (event) => {
    const { method, sourceIp } = event.requestContext.http;
    const request: Request = {
      method,
      path: event.rawPath,
      query: defined(event.queryStringParameters ?? {}),
      headers: lowerCase(event.headers),
      sourceIp,
      body: text(event.body, event.isBase64Encoded),
    };
    return result(application(request, surroundings()));
  };
}

function surroundings() {
  return { region: process.env['AWS_REGION'] ?? 'unknown', env: process.env, unique: randomUUID };
}

/** Every answer says which region gave it: nothing else tells a caller, or a probe, that traffic moved. */
function result({ status, body, headers = {} }: Response): Result {
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
      'x-served-region': surroundings().region,
      ...headers,
    },
    body: isText ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

function text(body: string | null | undefined, isBase64Encoded: boolean): string {
  return isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
}

function lowerCase(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return defined(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])));
}

function defined(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
