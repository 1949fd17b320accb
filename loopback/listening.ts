import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const host = '127.0.0.1';

/** The port. Rejects when it is in use, with a message for people. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new Error(`port ${port} on ${host} is in use: stop what listens there, or choose another with --port`, {
              cause,
            })
          : new Error(`port ${port} on ${host} cannot be opened: ${cause.message}`, { cause }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** With the connections that clients keep open. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
