import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import dnsPacket from 'dns-packet';

/** The name that all clients call, and where it is answered for, in a network of this process's own. */
export const host = 'api.callers.test';
export const port = 8_080;
export const nameServer = '127.0.0.53';
const addresses = { old: '127.0.1.1', new: '127.0.1.2' } as const;
/** Of the records; no resolver stands between, so a client that keeps nothing follows with its next call. */
export const ttlSeconds = 5;

/** What the region that was left does once DNS has moved. */
export const situations = {
  answers: 'it keeps answering 200',
  fails: 'it answers 503',
  refuses: 'it refuses connections',
  closes: 'it answers 200 with `Connection: close`',
  leaves: 'it answers 503 with `Connection: close`',
} as const;

export type Situation = keyof typeof situations;

export interface World {
  /** DNS moves, and the region that was left begins to do what it does. */
  flip(situation: Situation): Promise<void>;
  close(): Promise<void>;
}

/** An authoritative name server and two regions behind one name. */
export async function startWorld(): Promise<World> {
  let serving: keyof typeof addresses = 'old';
  let left: Situation | null = null;
  const dns = dgram.createSocket('udp4');
  dns.on('message', (message, peer) => {
    const query = dnsPacket.decode(message);
    const [question] = query.questions ?? [];
    const isOurs = question?.name.toLowerCase() === host && question.type === 'A';
    const answers = isOurs
      ? [{ name: question.name, type: 'A' as const, ttl: ttlSeconds, data: addresses[serving] }]
      : [];
    const flags = dnsPacket.AUTHORITATIVE_ANSWER;
    const answer = { type: 'response' as const, id: query.id ?? 0, flags, questions: query.questions ?? [], answers };
    dns.send(dnsPacket.encode(answer), peer.port, peer.address);
  });
  dns.bind(53, nameServer);
  await once(dns, 'listening');

  const region = (name: keyof typeof addresses) =>
    http.createServer((_request, response) => {
      const gone = name === 'old' ? left : null;
      const status = gone === 'fails' || gone === 'leaves' ? 503 : 200;
      if (gone === 'closes' || gone === 'leaves') response.setHeader('connection', 'close');
      response.writeHead(status, { 'content-type': 'text/plain' }).end(name);
    });
  const servers = { old: region('old'), new: region('new') };
  for (const [name, server] of Object.entries(servers)) {
    // No hint, and longer than anybody is watched: it is the client that keeps or leaves.
    server.keepAliveTimeout = 600_000;
    server.listen(port, addresses[name as keyof typeof addresses]);
    await once(server, 'listening');
  }

  return {
    async flip(situation) {
      serving = 'new';
      left = situation;
      if (situation !== 'refuses') return;
      servers.old.close();
      servers.old.closeAllConnections();
    },
    async close() {
      dns.close();
      for (const server of Object.values(servers)) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}
