import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

export interface Sockets {
  readonly port: number;
  close(): Promise<void>;
}

/** Null drops a datagram, and ends a connection. */
export type Reply = (message: Buffer, transport: 'udp' | 'tcp') => Buffer | null;

/** Listens on one port with both protocols. A port that is free for UDP may be taken for TCP, so any is tried a few times. */
export async function openSockets(address: string, wanted: number, reply: Reply): Promise<Sockets> {
  for (let tries = wanted === 0 ? 10 : 1; ; tries--) {
    const udp = createSocket('udp4');
    const tcp = net.createServer();
    const connections = new Set<net.Socket>();
    const close = () => closeAll(udp, tcp, connections);
    let port = wanted;
    try {
      udp.bind(wanted, address);
      await once(udp, 'listening');
      port = udp.address().port;
      tcp.listen(port, address);
      await once(tcp, 'listening');
    } catch (cause) {
      await close();
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      if (code === 'EADDRINUSE' && tries > 1) continue;
      const why = code === 'EADDRINUSE' ? 'the port is in use by another process' : code;
      throw new Error(`cannot serve DNS on ${address}:${port}: ${why}`, { cause });
    }
    udp.on('message', (message, from) => {
      const answer = reply(message, 'udp');
      // An answer that cannot be sent is lost, as datagrams may be; the asker asks again.
      if (answer) udp.send(answer, from.port, from.address, () => {});
    });
    tcp.on('connection', (socket) => {
      connections.add(socket);
      socket.on('close', () => connections.delete(socket));
      serveStream(socket, (message) => reply(message, 'tcp'));
    });
    return { port, close };
  }
}

/** Each message over TCP has its length in two bytes before it; one connection may bring many. */
function serveStream(socket: net.Socket, reply: (message: Buffer) => Buffer | null): void {
  let received = Buffer.alloc(0);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2) {
      const end = 2 + received.readUInt16BE(0);
      if (received.length < end) return;
      const answer = reply(received.subarray(2, end));
      received = received.subarray(end);
      if (answer === null) {
        socket.destroy();
        return;
      }
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    }
  });
}

async function closeAll(udp: DatagramSocket, tcp: net.Server, connections: ReadonlySet<net.Socket>): Promise<void> {
  await new Promise<void>((done) => udp.close(() => done()));
  if (!tcp.listening) return;
  const closed = once(tcp, 'close');
  tcp.close();
  for (const connection of connections) connection.destroy();
  await closed;
}
