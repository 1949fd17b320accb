import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP endpoint that keeps what it is sent, and answers with the statuses that it is given, else 200. */
export interface Receiver {
  readonly url: string;
  /** The next request that has not been taken yet. */
  next(): Promise<Received>;
  readonly count: number;
  answer(...statuses: number[]): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const takers: ((received: Received) => void)[] = [];
  const statuses: number[] = [];
  let count = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString() };
    count++;
    // A location, so that a client that follows redirects would be seen.
    response.writeHead(statuses.shift() ?? 200, { location: '/elsewhere' }).end();
    const taker = takers.shift();
    if (taker) taker(one);
    else received.push(one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    get count() {
      return count;
    },
    next: async () => received.shift() ?? (await new Promise<Received>((resolve) => takers.push(resolve))),
    answer: (...more) => void statuses.push(...more),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
