import * as z from 'zod';
import type { Application } from '../../config/topology.ts';
import type { Operation } from '../../loopback/aws/service.ts';
import { isSigned } from '../../loopback/edge/origin-access.ts';
import { type Answer, type ApiRequest, addressee, type HostedService } from './api.ts';
import { gatewayEvent } from './gateway-event.ts';

/** The APIs of one region, each with the function of its application behind it. */
export interface Applications {
  readonly account: string;
  readonly region: string;
  readonly services: readonly HostedService[];
  /** By service. */
  readonly applications: Readonly<Record<string, Application>>;
  readonly functionName: (service: string) => string;
  /** Lambda's own. */
  readonly invoke: Operation;
  /** A request to the front door of another service, as this region sees it. */
  readonly proxy: (service: string, request: ApiRequest) => Promise<Answer>;
  readonly now: () => number;
}

export async function answerByApplication(request: ApiRequest, around: Applications): Promise<Answer> {
  const { service, path: rest, byName } = addressee(request, around.services);
  const application = service === null ? undefined : around.applications[service];
  if (service === null || application === undefined) return plain(404, { message: 'Not Found' }, null);
  const path = byName ? request.path : rest;
  if (application.integration === 'function-url' && !isSigned(request, 'lambda', around.region)) {
    return plain(403, { Message: 'Forbidden' }, service);
  }
  const proxied = application.proxies[path];
  if (proxied !== undefined) return { ...(await around.proxy(proxied, request)), service };
  return invoked({ ...request, headers: forwarded(request) }, path, service, application, around);
}

async function invoked(
  request: ApiRequest,
  path: string,
  service: string,
  { integration }: Application,
  { account, region, functionName, invoke, now }: Applications,
): Promise<Answer> {
  const event = gatewayEvent(request, path, { integration, account, now });
  const input = { FunctionName: functionName(service), Payload: JSON.stringify(event) };
  const call = { service: 'lambda', operation: 'Invoke', region, account, requestId: '', endpoint: 0 } as const;
  let output: { readonly Payload?: Uint8Array; readonly FunctionError?: string };
  try {
    output = await invoke(input, call);
  } catch {
    // Throttled. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, and what API Gateway says.
    return integration === 'function-url'
      ? plain(429, { Message: 'Rate Exceeded.' }, service)
      : plain(integration === 'rest-api' ? 500 : 503, { message: 'Service Unavailable' }, service);
  }
  const result = output.FunctionError === undefined ? resultOf(output.Payload) : null;
  // An error of the function, or an answer that is none, is a 500 of an HTTP API and a 502 of the others.
  if (result === null)
    return plain(integration === 'http-api' ? 500 : 502, { message: 'Internal server error' }, service);
  return { ...result, service };
}

const resultSchema = z.object({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
});

function resultOf(payload: Uint8Array | undefined): Omit<Answer, 'service'> | null {
  const parsed = resultSchema.safeParse(JSON.parse(Buffer.from(payload ?? []).toString('utf8') || 'null'));
  if (!parsed.success) return null;
  const { statusCode: status, headers, body } = parsed.data;
  return { status, headers, body };
}

/** API Gateway adds the caller's address to the list, last. */
function forwarded({ headers, sourceIp }: ApiRequest): Record<string, string> {
  const earlier = headers['x-forwarded-for'];
  return { ...headers, 'x-forwarded-for': earlier === undefined ? sourceIp : `${earlier}, ${sourceIp}` };
}

function plain(status: number, body: object, service: string | null): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), service };
}
