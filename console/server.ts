import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { EvacuationStanding } from '../core/evacuation-text.ts';
import { type Acts, actsOf, type Perform } from './acts.ts';
import { type Answers, type AnswersOptions, startAnswers } from './answers.ts';
import { type FleetWatch, watchFleet } from './fleet-watch.ts';
import { refusalOf } from './guard.ts';
import type { PageFile } from './page-file.ts';
import { tokenHeader } from './token-header.ts';
import type { About, HistoryView, View } from './view.ts';
import { startWatcher, type Watcher, type WatcherOptions } from './watcher.ts';
import { type WorldControl, type WorldWatch, watchWorld } from './world.ts';

export interface ConsoleOptions {
  readonly page: PageFile;
  readonly about: About;
  readonly watch: Omit<WatcherOptions, 'services'>;
  readonly answers: AnswersOptions;
  /** The evacuation under way. */
  readonly evacuation: () => Promise<EvacuationStanding | null>;
  readonly history: (service: string) => Promise<HistoryView>;
  readonly perform: Perform;
  /** Of a sandbox; null on AWS, where nobody breaks a region from a page. */
  readonly world: WorldControl | null;
  /** Default: any that is free. */
  readonly port?: number;
}

export interface Console extends AsyncDisposable {
  /** With the token behind the #, which a browser keeps to itself. */
  readonly url: string;
}

/** Serves the page and what it asks for, on loopback alone. */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { about, watch } = options;
  const token = randomBytes(24).toString('base64url');
  const watcher = startWatcher({ ...watch, services: about.services.map(({ name }) => name) });
  const answers = startAnswers(options.answers);
  const fleet = watchFleet(options.evacuation, watch.recordEveryMs, watch.now);
  const world = options.world === null ? null : watchWorld(options.world, watch.now);
  const acts = actsOf({
    acts: about.acts,
    subjects: {
      service: about.services.map(({ name }) => name),
      region: [...new Set(about.services.flatMap(({ regions }) => regions))],
    },
    perform: options.perform,
    now: watch.now,
    changed: ({ subject }) => void watcher.refresh(subject),
  });
  const server = createServer((request, response) => {
    const address = server.address() as AddressInfo;
    answer(request, response, { options, token, port: address.port, acts, watcher, fleet, answers, world }).catch(
      (error: unknown) => {
        const because = error instanceof Error ? error.message : String(error);
        send(response, error instanceof BadBody ? 400 : 502, { error: because });
      },
    );
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    async [Symbol.asyncDispose]() {
      watcher.close();
      fleet.close();
      answers.close();
      world?.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Context {
  readonly options: ConsoleOptions;
  readonly token: string;
  readonly port: number;
  readonly acts: Acts;
  readonly watcher: Watcher;
  readonly fleet: FleetWatch;
  readonly answers: Answers;
  readonly world: WorldWatch | null;
}

async function answer(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { options, acts } = context;
  const { headers, method = 'GET' } = request;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const header = (name: string): string | undefined => [headers[name] ?? []].flat()[0];
  const refusal = refusalOf(
    {
      method,
      path,
      host: header('host'),
      origin: header('origin'),
      fetchSite: header('sec-fetch-site'),
      fetchMode: header('sec-fetch-mode'),
      contentType: header('content-type'),
      token: header(tokenHeader),
    },
    context,
  );
  if (refusal !== null) {
    // What it was sent is not read.
    request.resume();
    return send(response, refusal.status, { error: refusal.because });
  }
  switch (`${method} ${path}`) {
    case 'GET /':
      return sendPage(response, options.page);
    case 'GET /api/view':
      return sendView(request, response, context);
    case 'GET /api/history': {
      const service = new URL(request.url ?? '/', 'http://console').searchParams.get('service') ?? '';
      if (!options.about.services.some(({ name }) => name === service)) {
        return send(response, 404, { error: `there is no service ${service}` });
      }
      return send(response, 200, await options.history(service));
    }
    case 'POST /api/acts': {
      const begun = acts.begin(await bodyOf(request));
      return begun.kind === 'begun'
        ? send(response, 202, { id: begun.id })
        : send(response, 422, { error: begun.because });
    }
    case 'POST /api/faults': {
      if (options.world === null) return send(response, 404, { error: 'only a sandbox has faults to set' });
      const { region, fault } = faultOf(await bodyOf(request));
      await options.world.setFault(region, fault);
      await context.world?.refresh();
      return send(response, 200, {});
    }
    default:
      request.resume();
      return send(response, 404, { error: `there is no ${method} ${path}` });
  }
}

function sendView(request: IncomingMessage, response: ServerResponse, context: Context): void {
  const { options, acts, watcher, fleet, answers, world } = context;
  const open = new URL(request.url ?? '/', 'http://console').searchParams.get('open');
  const services = watcher.services().map((service) => ({
    ...service,
    answered: answers.of(service.name),
    rounds: service.name === open ? answers.rounds(service.name) : [],
  }));
  const view: View = {
    about: options.about,
    services,
    acts: acts.views(),
    evacuation: fleet.evacuation(),
    world: world?.last() ?? null,
  };
  const text = JSON.stringify(view);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  response.setHeader('etag', etag);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { 'cache-control': 'no-cache' }).end();
    return;
  }
  sendText(response, 200, text);
}

function sendPage(response: ServerResponse, { html, contentSecurityPolicy }: PageFile): void {
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    .end(html);
}

const send = (response: ServerResponse, status: number, body: object): void =>
  sendText(response, status, JSON.stringify(body));

function sendText(response: ServerResponse, status: number, json: string): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    .end(json);
}

class BadBody extends Error {
  override readonly name = 'BadBody';
}

const bodyMaxBytes = 16 * 1024;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyMaxBytes) throw new BadBody(`a body may have ${bodyMaxBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new BadBody('the body is no JSON', { cause });
  }
}

const faultSchema = z.strictObject({ region: z.string(), fault: z.string().nullable() });

function faultOf(body: unknown): z.infer<typeof faultSchema> {
  const parsed = faultSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new BadBody('a fault is { "region": "us-east-1", "fault": "dark" }, or null to clear');
}
