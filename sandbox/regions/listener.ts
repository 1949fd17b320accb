import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Clock } from '../../loopback/clock.ts';

/** An address that can be left and taken again. */
export interface Listener {
  readonly address: string;
  /** Stays the same, even where 0 was asked for. */
  readonly port: number;
  open(): Promise<void>;
  /** Closes the socket, so that connections are refused, and cuts those that are open. */
  shut(): Promise<void>;
}

/** Listens at once. Throws with the reason and the way out when the address cannot be had. */
export async function listen(
  server: Server,
  { address, port, wait }: { readonly address: string; readonly port: number; readonly wait: Clock['wait'] },
): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const open = async (wanted: number) => {
    server.listen(wanted, address);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new Error(reasonNotToListen(cause, address, wanted), { cause });
    }
  };

  await open(port);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`no port at ${address}`);
  return {
    address,
    port: bound.port,
    async open() {
      // While the socket was shut, the port may have served as somebody's outgoing one for a moment.
      for (let tries = 40; !server.listening; tries--) {
        try {
          await open(bound.port);
        } catch (error) {
          if (tries === 0) throw error;
          await wait(50);
        }
      }
    },
    async shut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      // A reset, as from a machine that is gone, rather than an orderly end.
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    },
  };
}

function reasonNotToListen(error: unknown, address: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const at = `${address}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return `cannot listen on ${at}: the port is in use by another process`;
    case 'EADDRNOTAVAIL':
      return (
        `cannot listen on ${at}: this machine does not have the address ${address}. ` +
        `On macOS, add it first: sudo ifconfig lo0 alias ${address} up`
      );
    case 'EACCES':
      return `cannot listen on ${at}: ports below 1024 need privileges`;
    default:
      return `cannot listen on ${at} (${String(code)})`;
  }
}
