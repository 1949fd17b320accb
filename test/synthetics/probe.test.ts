import { execFileSync, spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dnsPacket from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { type ProbeRequest, probe } from '../../synthetics/probe.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const ports = { now: () => performance.now() };
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe('an answer', () => {
  test('carries status, lower-case headers and body', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(418, { 'X-Served-Region': 'us-east-1', 'Set-Cookie': ['a=1', 'b=2'] }).end('short and stout');
    });

    expect(await probe(request(url), ports)).toEqual({
      kind: 'answered',
      status: 418,
      headers: expect.objectContaining({ 'x-served-region': 'us-east-1', 'set-cookie': 'a=1, b=2' }),
      body: 'short and stout',
      latencyMs: expect.any(Number),
    });
  });

  test('is asked for past every cache, keeping the query that was there', async () => {
    let seen = '';
    const url = await serve((incoming, response) => {
      seen = incoming.url ?? '';
      response.end();
    });

    await probe(request(`${url}?deep=1`, { cacheBuster: 'run-7' }), ports);
    expect(seen).toBe('/?deep=1&understudy-probe=run-7');

    await probe(request(`${url}?next=/a?b=1&c=%20d&flag`, { cacheBuster: 'run-8' }), ports);
    expect(seen).toBe('/?next=/a?b=1&c=%20d&flag&understudy-probe=run-8');
  });

  test('is asked for with the method and the JSON body that were given; by GET without a body otherwise', async () => {
    const seen: unknown[] = [];
    const url = await serve(async (incoming, response) => {
      const body = (await incoming.toArray()).join('');
      seen.push([incoming.method, incoming.headers['content-type'], body]);
      response.end();
    });

    await probe(request(url, { method: 'POST', send: { sku: 'tea' } }), ports);
    await probe(request(url), ports);

    expect(seen).toEqual([
      ['POST', 'application/json', '{"sku":"tea"}'],
      ['GET', undefined, ''],
    ]);
  });

  test('that redirects is not followed', async () => {
    const url = await serve((_incoming, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );

    expect(await probe(request(url), ports)).toMatchObject({ kind: 'answered', status: 302 });
  });

  test('is cut off at 64 KB and the connection closed, however long it goes on', async () => {
    const url = await serve((_incoming, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    });

    const answer = await probe(request(url), ports);

    expect(answer).toMatchObject({ kind: 'answered', status: 200 });
    expect(answer.kind === 'answered' && answer.body.length).toBe(65_536);
  });

  test('comes over a connection of its own, which is closed', async () => {
    const server = http.createServer((_incoming, response) => response.end('{}'));
    const ends: Promise<unknown>[] = [];
    server.on('connection', (socket) => ends.push(once(socket, 'close')));
    const url = await listen(server);

    await probe(request(url), ports);
    await probe(request(url), ports);

    expect(ends).toHaveLength(2);
    await Promise.all(ends);
  });

  test('sends the headers given, the host among them', async () => {
    let host: string | undefined;
    const url = await serve((incoming, response) => {
      host = incoming.headers.host;
      response.end();
    });

    await probe(request(url, { headers: { host: 'payments.understudy.test' } }), ports);

    expect(host).toBe('payments.understudy.test');
  });
});

describe('a fault is a value:', () => {
  test('refused', async () => {
    const server = http.createServer();
    const url = await listen(server);
    await new Promise((done) => server.close(done));

    expect(await probe(request(url), ports)).toMatchObject({
      kind: 'failed',
      because: 'refused',
      detail: 'connection refused (ECONNREFUSED)',
    });
  });

  test('a server that accepts and never answers', async () => {
    const url = await serve(() => {});

    expect(await probe(request(url, { timeoutMs: 50 }), ports)).toMatchObject({ because: 'timeout' });
  });

  test('a body that never ends', async () => {
    const url = await serve((_incoming, response) => response.write('{'));

    expect(await probe(request(url, { timeoutMs: 50 }), ports)).toMatchObject({ because: 'timeout' });
  });

  test('a resolver that never answers', async () => {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    closing.push(() => new Promise<void>((done) => socket.close(done)));
    await once(socket, 'listening');
    const resolvers = [`127.0.0.1:${socket.address().port}`];

    const answer = await probe(request('http://api.understudy.test/', { timeoutMs: 50, resolvers }), ports);

    expect(answer).toMatchObject({ because: 'timeout' });
  });

  test('a connection cut before the answer', async () => {
    const url = await serve((incoming) => incoming.socket.resetAndDestroy());

    expect(await probe(request(url), ports)).toMatchObject({ because: 'reset' });
  });

  test('a connection cut in the middle of the body', async () => {
    const url = await serve((incoming, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"service"', () => incoming.socket.destroy());
    });

    expect(await probe(request(url), ports)).toMatchObject({ because: 'reset' });
  });

  test('an answer that is not HTTP', async () => {
    const url = await listen(net.createServer((socket) => socket.resume().end('220 mail ready\r\n')));

    expect(await probe(request(url), ports)).toMatchObject({
      because: 'reset',
      detail: expect.stringMatching(/not HTTP/),
    });
  });

  test('a change of protocol that nobody asked for', async () => {
    const url = await listen(
      net.createServer((socket) => {
        socket.resume();
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n');
      }),
    );

    expect(await probe(request(url), ports)).toMatchObject({ kind: 'failed', because: 'reset' });
  });

  test('a name that does not exist', async () => {
    const resolvers = [await startResolver(() => ({ rcode: 3 }))];

    expect(await probe(request('http://gone.understudy.test/', { resolvers }), ports)).toMatchObject({
      because: 'dns',
      detail: 'name not resolved (ENOTFOUND)',
    });
  });

  test('a resolver that is not there is no refusal by the service', async () => {
    const resolvers = ['127.0.0.1:1'];

    expect(await probe(request('http://api.understudy.test/', { resolvers }), ports)).toMatchObject({ because: 'dns' });
  });

  test('an unknown name at the system resolver', async () => {
    expect(await probe(request('http://nobody.invalid/'), ports)).toMatchObject({ because: 'dns' });
  });

  test.skipIf(!hasOpenssl)('a certificate that nobody signed (needs openssl)', async () => {
    const url = await listen(
      https.createServer(certificate(), (_incoming, response) => response.end()),
      'https',
    );

    expect(await probe(request(url), ports)).toMatchObject({
      because: 'tls',
      detail: expect.stringMatching(/SELF_SIGNED/),
    });
  });

  test('TLS spoken to a server that has none', async () => {
    const url = await serve((_incoming, response) => response.end());

    expect(await probe(request(url.replace('http:', 'https:')), ports)).toMatchObject({ because: 'tls' });
  });
});

describe('names', () => {
  test('are asked again at the given resolvers every time', async () => {
    const ports127: string[] = [];
    const server = http.createServer((incoming, response) => {
      ports127.push(incoming.socket.localAddress ?? '');
      response.end();
    });
    server.listen(0, '0.0.0.0');
    closing.push(() => closeServer(server));
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    let asked = 0;
    const resolvers = [await startResolver(() => ({ address: `127.0.0.${++asked}` }))];
    const url = `http://api.understudy.test:${port}/`;

    await probe(request(url, { resolvers }), ports);
    await probe(request(url, { resolvers }), ports);

    expect(ports127).toEqual(['127.0.0.1', '127.0.0.2']);
  });
});

test('a URL that is none is an error, not an answer', async () => {
  await expect(probe(request('not a url'), ports)).rejects.toThrow('Invalid URL');
});

function request(url: string, change: Partial<ProbeRequest> = {}): ProbeRequest {
  return { url, timeoutMs: 5000, resolvers: [], cacheBuster: 'once', ...change };
}

function serve(listener: http.RequestListener): Promise<string> {
  return listen(http.createServer(listener));
}

async function listen(server: net.Server, protocol = 'http'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => closeServer(server));
  return `${protocol}://127.0.0.1:${(server.address() as net.AddressInfo).port}/`;
}

async function closeServer(server: net.Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
  await closed;
}

/** A name server that answers every A question as told. */
async function startResolver(answer: () => { address: string } | { rcode: number }): Promise<string> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  closing.push(() => new Promise<void>((done) => socket.close(done)));
  socket.on('message', (message, from) => {
    const query = dnsPacket.decode(message);
    const [question] = query.questions ?? [];
    const says = answer();
    const response = dnsPacket.encode({
      type: 'response',
      id: query.id,
      flags: 'rcode' in says ? says.rcode : 0,
      questions: query.questions,
      answers: 'address' in says ? [{ type: 'A', name: question?.name ?? '', ttl: 60, data: says.address }] : [],
    });
    socket.send(response, from.port, from.address);
  });
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

/** A key and a certificate that it signed itself, made anew: none lies about in the repository. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-days', '1', '-nodes'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
