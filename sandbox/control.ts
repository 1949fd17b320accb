import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { type AwsFaults, faultKinds } from '../loopback/aws/faults.ts';
import { serviceIds } from '../loopback/aws/service.ts';
import type { Addresses } from './addresses.ts';
import type { PlayedHooks } from './hooks/played-hooks.ts';
import type { receivers } from './receivers/receivers.ts';
import { type Fault, faults, parseFault } from './regions/fault.ts';

/** What the control API may do to the sandbox. */
export interface Controls {
  /** Address of the console; null where none is open. */
  console(): string | null;
  /** Of a deployment, or of the sandbox's own; null for one that is not there. */
  addresses(deployment: string | null): Addresses | { readonly ready: false } | null;
  regions(): readonly string[];
  /** The configuration as deployed: JSON that `--config` takes. */
  config(deployment: string | null): object | null;
  setFault(region: string, fault: Fault): Promise<void>;
  clearFault(region: string): Promise<void>;
  faults(): Readonly<Record<string, Fault>>;
  aws(): AwsFaults;
  /** Deploys the configuration as it is now over the one that stands. */
  deploy(): Promise<void>;
  /** The other ends of channels. */
  readonly channels: Pick<ReturnType<typeof receivers>, 'receive' | 'press' | 'state'>;
  /** Stand-ins for the functions of hooks. */
  readonly hooks: Pick<PlayedHooks, 'answer' | 'order' | 'forget' | 'state'>;
  /** What the token endpoint answers to an `Authorization`. */
  token(authorization: string | undefined): { readonly status: number; readonly body: object };
}

const regionFault = z.strictObject({
  region: z.string(),
  fault: z.union([z.string(), z.number().transform(String)]),
});

const awsFault = z.strictObject({
  service: z.enum(serviceIds),
  operation: z.string().optional(),
  region: z.string().optional(),
  endpoint: z.number().int().min(0).max(4).optional(),
  fault: z.enum(faultKinds),
  times: z.number().int().positive().optional(),
  delayMs: z.number().int().positive().optional(),
});

/**
 * The sandbox's own HTTP interface, beside AWS's on the same port:
 * `GET /_sandbox` (addresses), `GET /_sandbox/config` (both of another deployment with `?deployment=NAME`), `POST /_sandbox/deploy`, `GET|POST|DELETE /_sandbox/faults`,
 * `GET /_sandbox/faults/kinds`,
 * `GET /_sandbox/channels` (what channels have received), `POST /_sandbox/channels/NAME`, `POST /_sandbox/channels/NAME/METHOD` (of Slack),
 * `POST /_sandbox/channels/NAME/press` (a button of Slack's, for somebody),
 * `GET|POST|DELETE /_sandbox/hooks` (what played hooks were asked; what they answer from now on; all say yes again), `POST /_sandbox/hooks/answer`,
 * `POST /_sandbox/token` (for `access.token`).
 * `GET /` leads to the console, where one is open.
 * Answers 405 to another method, and returns false for a path that it does not know.
 */
export function controlApi(controls: Controls): (request: IncomingMessage, response: ServerResponse) => boolean {
  const routes: Readonly<Record<string, (request: IncomingMessage) => Promise<Reply>>> = {
    'GET /_sandbox': async (request) => there(controls.addresses, request),
    'GET /_sandbox/config': async (request) => there(controls.config, request),
    'GET /_sandbox/faults': async () => ok({ regions: controls.faults(), aws: controls.aws().list() }),
    'GET /_sandbox/faults/kinds': async () => ok({ regions: faults }),
    'POST /_sandbox/faults': async (request) => setFault(controls, await bodyOf(request)),
    'DELETE /_sandbox/faults': async (request) => clearFaults(controls, new URL(request.url ?? '/', 'http://sandbox')),
    'POST /_sandbox/deploy': async () => {
      await controls.deploy().catch((cause: unknown) => {
        throw new BadRequest(cause instanceof Error ? cause.message : String(cause));
      });
      return ok({ deployed: true });
    },
    'GET /_sandbox/channels': async () => ok(controls.channels.state()),
    'POST /_sandbox/channels/NAME': async (request) => receive(controls, request),
    'GET /_sandbox/hooks': async () => ok(controls.hooks.state()),
    'POST /_sandbox/hooks': async (request) => {
      const wrong = controls.hooks.order(await bodyOf(request));
      if (wrong !== null) throw new BadRequest(wrong);
      return ok(controls.hooks.state());
    },
    'DELETE /_sandbox/hooks': async () => {
      controls.hooks.forget();
      return ok(controls.hooks.state());
    },
    'POST /_sandbox/hooks/answer': async (request) => ok(await controls.hooks.answer(await bodyOf(request))),
    'POST /_sandbox/channels/NAME/METHOD': async (request) => receive(controls, request),
    'POST /_sandbox/channels/NAME/press': async (request) => press(controls, request),
    'POST /_sandbox/token': async (request) => {
      request.resume();
      return controls.token(request.headers.authorization);
    },
  };
  return (request, response) => {
    const path = ((request.url ?? '/').split('?', 1)[0] ?? '/').replace(/\/$/, '').replace(channelPath, named);
    const home = controls.console();
    if (path === '' && request.method === 'GET' && home !== null) {
      response.writeHead(302, { location: home, 'cache-control': 'no-store' }).end();
      return true;
    }
    const route = routes[`${request.method} ${path}`];
    if (route === undefined) {
      const allowed = methodsOf(routes, path);
      if (allowed.length === 0) return false;
      // What it was sent is not read.
      request.resume();
      const error = `${request.method} is not for ${path}; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}`;
      response.setHeader('allow', allowed.join(', '));
      send(response, { status: 405, body: { error } });
      return true;
    }
    route(request).then(
      (reply) => send(response, reply),
      (error: unknown) =>
        send(response, {
          status: error instanceof BadRequest ? 400 : 500,
          body: { error: String(error instanceof Error ? error.message : error) },
        }),
    );
    return true;
  };
}

/** `?deployment=staging` asks for one that stands beside the sandbox's own. */
function there(of: (deployment: string | null) => object | null, { url = '/' }: IncomingMessage): Reply {
  const deployment = new URL(url, 'http://sandbox').searchParams.get('deployment');
  const body = of(deployment);
  return body === null ? { status: 404, body: { error: `there is no deployment ${deployment}` } } : ok(body);
}

const channelPath = /^(\/_sandbox\/channels\/)([^/]+)(?:\/([^/]+))?$/;

const named = (_: string, start: string, _name: string, method?: string): string =>
  `${start}NAME${method === undefined ? '' : method === 'press' ? '/press' : '/METHOD'}`;

const methodsOf = (routes: object, path: string): string[] =>
  Object.keys(routes).flatMap((route) => (route.endsWith(` ${path}`) ? [route.slice(0, route.indexOf(' '))] : []));

interface Reply {
  readonly status: number;
  readonly body: object;
}

const ok = (body: object): Reply => ({ status: 200, body });

class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

async function receive({ channels }: Controls, request: IncomingMessage): Promise<Reply> {
  const { name, method } = channelOf(request);
  const reply = channels.receive(name, request.headers, await rawBodyOf(request), method);
  return reply ?? { status: 404, body: { error: `there is no channel ${name}` } };
}

async function press({ channels }: Controls, request: IncomingMessage): Promise<Reply> {
  const { name } = channelOf(request);
  const pressed = await channels.press(name, await bodyOf(request));
  return pressed === null
    ? { status: 404, body: { error: `there is no channel ${name} with buttons` } }
    : { status: 200, body: pressed };
}

function channelOf({ url = '' }: IncomingMessage): { name: string; method: string } {
  const [, , name = '', method = ''] = channelPath.exec(url.split('?', 1)[0] ?? '') ?? [];
  return { name, method };
}

async function setFault(controls: Controls, body: unknown): Promise<Reply> {
  if (isOfAws(body)) return setAwsFault(controls, body);
  const regional = regionFault.safeParse(body);
  if (!regional.success) {
    throw new BadRequest(
      'a fault is { "region": "us-east-1", "fault": "dark" }, or { "service": "kvs", "fault": "answer-lost", "times": 1 }',
    );
  }
  const { region } = regional.data;
  const known = controls.regions();
  if (!known.includes(region)) throw new BadRequest(`there is no region ${region}; there are ${known.join(', ')}`);
  const fault = parseFault(regional.data.fault);
  if (typeof fault !== 'string')
    throw new BadRequest(`there is no fault ${fault.unknown}; there are ${fault.known.join(', ')}`);
  await controls.setFault(region, fault);
  return ok({ region, fault });
}

/** A region's fault has no member but these two. */
function isOfAws(body: unknown): body is object {
  return (
    typeof body === 'object' &&
    body !== null &&
    !Array.isArray(body) &&
    Object.keys(body).some((member) => member !== 'region' && member !== 'fault')
  );
}

function setAwsFault(controls: Controls, body: object): Reply {
  const { success, data, error } = awsFault.safeParse(body);
  if (!success) throw new BadRequest(`a fault of AWS: ${error.issues.map(sentence).join('; ')}`);
  const { fault, service, ...where } = data;
  const defined = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
  return ok({ id: controls.aws().set({ service, fault, ...defined }) });
}

const sentence = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

/** All of them; `?region=us-east-1` those of one region, `?id=fault-3` one of AWS's. */
async function clearFaults(controls: Controls, url: URL): Promise<Reply> {
  const [region, id] = [url.searchParams.get('region'), url.searchParams.get('id')];
  if (id !== null) return ok({ cleared: controls.aws().clear(id) });
  const regions = Object.keys(controls.faults()).filter((name) => region === null || name === region);
  await Promise.all(regions.map((name) => controls.clearFault(name)));
  return ok({ cleared: regions.length + (region === null ? controls.aws().clear() : 0) });
}

const bodyMaxBytes = 64 * 1024;

async function rawBodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyMaxBytes) throw new BadRequest(`a body may have ${bodyMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const raw = await rawBodyOf(request);
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch (cause) {
    throw new BadRequest(`the body is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
}
