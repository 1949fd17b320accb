import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server was asked. */
export interface Asked {
  /** `PutItem`, or `POST /path` where no header names an operation. */
  readonly operation: string;
  /** From the scope of the signature; empty where the request is not signed. */
  readonly region: string;
  /** From which clock it was signed; NaN where it is not signed. */
  readonly signedAt: number;
  readonly body: string;
}

/** What a server makes of a request. */
export type Habit = (response: ServerResponse, asked: Asked) => void;

/** Gone when it is disposed of, with what it still holds. */
export interface HabitualServer extends AsyncDisposable {
  readonly url: string;
  /** Every request that arrived whole, in order. */
  readonly asked: readonly Asked[];
}

/** A server on a socket of its own that treats its requests as `habitOf` says, by number from 0. */
export async function habitualServer(habitOf: (asked: Asked, index: number) => Habit): Promise<HabitualServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one = { ...signatureOf(request), operation: operationOf(request), body };
      asked.push(one);
      habitOf(one, asked.length - 1)(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function operationOf({ headers, method, url }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? target;
  return `${method} ${url?.split('?')[0]}`;
}

function signatureOf({ headers }: IncomingMessage): Pick<Asked, 'region' | 'signedAt'> {
  const stamp = String(headers['x-amz-date'] ?? '').replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const region = /Credential=[^/]+\/\d{8}\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
  return { region, signedAt: Date.parse(stamp) };
}

/** The head of an answer, and then nothing. */
export const stalls: Habit = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  response.flushHeaders();
};

/** A byte now and then, for ever: no socket is ever idle. */
export const trickles: Habit = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** Takes the request, and says nothing. */
export const silent: Habit = () => {};

/** Takes the request and performs it; the answer is lost. */
export const losesTheAnswer: Habit = (response) => {
  response.socket?.destroy();
};

export interface Said {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Answers; with a date of `aheadMs` before its own clock's where that is given. */
export const says =
  ({ status = 200, headers = {}, body = '' }: Said, aheadMs = 0): Habit =>
  (response) => {
    const date = new Date(Date.now() + aheadMs).toUTCString();
    response.writeHead(status, { 'content-type': 'application/json', date, ...headers }).end(body);
  };

/** An error as AWS's JSON protocols answer it, and as its query protocol does. */
export const error = (name: string, status: number, headers: Said['headers'] = {}): Said => ({
  status,
  headers: { 'x-amzn-errortype': name, ...headers },
  body: JSON.stringify({ __type: name, message: `${name} for a test` }),
});

export const queryError = (name: string, status: number, headers: Said['headers'] = {}): Said => ({
  status,
  headers: { 'content-type': 'text/xml', ...headers },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>for a test</Message></Error></ErrorResponse>`,
});

/** Refuses a signature that is more than five minutes from its own clock, which is ahead of ours; else answers. */
export const clockAhead =
  (aheadMs: number, ok: Said, refusal: Said): Habit =>
  (response, asked) => {
    const isTaken = Math.abs(asked.signedAt - (Date.now() + aheadMs)) < 5 * 60_000;
    says(isTaken ? ok : refusal, aheadMs)(response, asked);
  };
