import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Nobody's service: it is always well, and an observer that cannot reach it knows that the fault is on its own side. */
export async function startControlTarget(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('ok'));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
