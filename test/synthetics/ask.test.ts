import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Access, SecretPlace } from '../../core/access.ts';
import { type Asked, asker } from '../../synthetics/ask.ts';
import { secretCache } from '../../synthetics/secrets.ts';
import { Sha256 } from '../../synthetics/sign.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A server that keeps what it was asked, and answers as it is told. */
async function listening(
  answer: (request: Seen) => { status: number; body?: string },
  tls?: https.ServerOptions,
): Promise<{ port: number; seen: Seen[]; peers: string[] }> {
  const seen: Seen[] = [];
  const peers: string[] = [];
  const handle: http.RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (tls) peers.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
    const { method = '', url = '', headers } = request;
    const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(asked);
    const { status, body = '{}' } = answer(asked);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, seen, peers };
}

function asking(values: Record<string, string>, env: Record<string, string> = {}) {
  let time = 1_000_000;
  const read = async (place: SecretPlace) => {
    const value = values['parameter' in place ? place.parameter : place.secret];
    if (value === undefined) throw new Error('the parameter /gone could not be read');
    return value;
  };
  const ask = asker({ now: () => performance.now(), secrets: secretCache(read, () => time), env });
  const pass = (ms: number) => {
    time += ms;
  };
  return { ask, pass };
}

const asked = (port: number, more: Partial<Asked> = {}): Asked => ({
  url: `http://127.0.0.1:${port}/health`,
  timeoutMs: 5_000,
  resolvers: [],
  cacheBuster: 'u',
  signedFor: null,
  ...more,
});

const withHeaders = (headers: Access['headers']): Access => ({ headers });

test('headers are sent with what lies where the configuration says, its prefix before it', async () => {
  const { port, seen } = await listening(() => ({ status: 200 }));
  const { ask } = asking({ '/key': 'k-1', probe: '{"token":"t-1"}' });
  const access = withHeaders({
    'x-api-key': { parameter: '/key' },
    authorization: { secret: 'probe', field: 'token', prefix: 'Bearer ' },
    'x-team': 'understudy',
  });

  await ask(asked(port, { access, method: 'POST', send: { a: 1 }, host: 'api.example.com' }));

  expect(seen[0]).toMatchObject({
    method: 'POST',
    body: '{"a":1}',
    headers: {
      'x-api-key': 'k-1',
      authorization: 'Bearer t-1',
      'x-team': 'understudy',
      'content-type': 'application/json',
      host: 'api.example.com',
    },
  });
});

test('a key that was rotated is read again when the door refuses the old one, within the same probe', async () => {
  const values: Record<string, string> = { '/key': 'old' };
  let good = 'old';
  const { port, seen } = await listening(({ headers }) => ({ status: headers['x-api-key'] === good ? 200 : 403 }));
  const { ask, pass } = asking(values);
  const request = asked(port, { access: withHeaders({ 'x-api-key': { parameter: '/key' } }) });
  await ask(request);

  good = 'new';
  values['/key'] = 'new';
  pass(10_000);

  expect(await ask(request)).toMatchObject({ status: 200 });
  expect(seen).toHaveLength(3);
});

test('a door that stays shut is asked once: what was refused is told', async () => {
  const { port, seen } = await listening(() => ({ status: 403 }));
  const { ask, pass } = asking({ '/key': 'k' });
  const request = asked(port, { access: withHeaders({ 'x-api-key': { parameter: '/key' } }) });
  await ask(request);
  pass(10_000);

  expect(await ask(request)).toMatchObject({ status: 403 });
  expect(seen).toHaveLength(2);
});

test('a key that cannot be read says nothing of a region: the probe rejects, and nobody is asked', async () => {
  const { port, seen } = await listening(() => ({ status: 200 }));
  const { ask } = asking({});

  await expect(ask(asked(port, { access: withHeaders({ 'x-api-key': { parameter: '/gone' } }) }))).rejects.toThrow(
    'the parameter /gone could not be read',
  );
  expect(seen).toEqual([]);
});

test('what is no header value is told by its header, and not quoted', async () => {
  const { port } = await listening(() => ({ status: 200 }));
  const { ask } = asking({ '/key': 'SEC\nRET' });

  const error: unknown = await ask(asked(port, { access: withHeaders({ 'x-api-key': { parameter: '/key' } }) })).catch(
    (thrown: unknown) => thrown,
  );

  expect(String(error)).toContain('x-api-key');
  expect(String(error)).not.toMatch(/SEC|RET/);
});

describe('a token', () => {
  const answers = ({ url, headers }: Seen) => {
    if (url.startsWith('/token')) {
      const basic = Buffer.from('probe:p%26ss%20word').toString('base64');
      return headers.authorization === `Basic ${basic}`
        ? { status: 200, body: '{"access_token":"tok-1","expires_in":3600}' }
        : { status: 401 };
    }
    return { status: headers.authorization === 'Bearer tok-1' ? 200 : 401 };
  };

  test('is fetched by client credentials, once for many probes', async () => {
    const { port, seen } = await listening(answers);
    const { ask } = asking({ '/secret': 'p&ss word' });
    const token = {
      url: `http://127.0.0.1:${port}/token`,
      clientId: 'probe',
      clientSecret: { parameter: '/secret' },
      scope: 'health',
    };

    expect(await ask(asked(port, { access: { headers: {}, token } }))).toMatchObject({ status: 200 });
    expect(await ask(asked(port, { access: { headers: {}, token } }))).toMatchObject({ status: 200 });

    expect(seen.map(({ url }) => url.split('?')[0])).toEqual(['/token', '/health', '/health']);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/token',
      body: 'grant_type=client_credentials&scope=health',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  test('that is not given makes the probe reject with the status alone', async () => {
    const { port } = await listening(answers);
    const { ask } = asking({ '/secret': 'wrong' });
    const token = { url: `http://127.0.0.1:${port}/token`, clientId: 'probe', clientSecret: { parameter: '/secret' } };

    await expect(ask(asked(port, { access: { headers: {}, token } }))).rejects.toThrow(
      `no token from http://127.0.0.1:${port}/token: status 401`,
    );
  });
});

describe('a signature', () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' };
  const access: Access = { headers: { 'x-team': 'a' }, sign: { service: 'execute-api', resources: [] } };

  test('is for the region that is asked, and covers query, host, body and headers', async () => {
    const { port, seen } = await listening(() => ({ status: 200 }));
    const { ask } = asking({}, env);

    await ask(asked(port, { access, signedFor: 'us-west-2', method: 'POST', send: { a: 1 }, host: 'api.example.com' }));

    const { authorization = '', host } = seen[0]?.headers ?? {};
    expect(host).toBe('api.example.com');
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-west-2\/execute-api\/aws4_request/,
    );
    const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-team']));
  });

  test('is the one of the request as it arrives', async () => {
    const { port, seen } = await listening(() => ({ status: 200 }));
    const { ask } = asking({}, env);
    const url = `http://127.0.0.1:${port}/a%20b/health?q=x%20y&q=z`;

    await ask(asked(port, { url, access, signedFor: 'us-west-2', method: 'POST', send: { a: 1 } }));

    const [arrived] = seen;
    if (arrived === undefined) throw new Error('nothing arrived');
    expect(arrived.headers['authorization']).toBe(await signatureOf(arrived, env));
  });

  test('at a front door is for every region', async () => {
    const { port, seen } = await listening(() => ({ status: 200 }));
    const { ask } = asking({}, env);

    await ask(asked(port, { access }));

    expect(seen[0]?.headers['authorization']).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
    expect(seen[0]?.headers['x-amz-region-set']).toBe('*');
  });
});

test('a certificate opens an API that asks for one, and another authority than the public ones is trusted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-mtls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pem = certificates(folder);
  const { port, peers } = await listening(() => ({ status: 200 }), {
    cert: pem.server.cert,
    key: pem.server.key,
    ca: pem.authority,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const { ask } = asking({ '/cert': pem.client.cert, '/private': pem.client.key, '/ca': pem.authority });
  const place = (parameter: string) => ({ parameter });
  const certificate = { certificate: place('/cert'), key: place('/private'), authority: place('/ca') };
  const request = asked(port, { url: `https://127.0.0.1:${port}/health`, host: 'api.example.com' });

  expect(await ask({ ...request, access: { headers: {}, certificate } })).toMatchObject({ status: 200 });
  expect(peers).toEqual(['probe']);
  expect(await ask(request)).toMatchObject({ kind: 'failed', because: 'tls' });
});

/** What AWS would come to: from what arrived, by the date in it, over the headers that it says are signed. */
async function signatureOf({ method, url, headers, body }: Seen, env: Readonly<Record<string, string>>) {
  const at = String(headers['x-amz-date']).replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z');
  const names = /SignedHeaders=([^,]+)/.exec(String(headers['authorization']))?.[1]?.split(';') ?? [];
  const { pathname, searchParams } = new URL(url, 'http://any');
  const signing = new SignatureV4({
    service: 'execute-api',
    region: 'us-west-2',
    sha256: Sha256,
    credentials: {
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
    },
  });
  const request = {
    method,
    protocol: 'http:',
    hostname: 'any',
    path: pathname,
    query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
    body,
  };
  return (await signing.sign(request, { signingDate: new Date(at) })).headers['authorization'];
}

/** An authority, a server's certificate for api.example.com and a client's, made by openssl. */
function certificates(folder: string) {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '2');
  const signed = (name: string, subject: string, san: string) => {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '2'];
    run('req', '-x509', ...key, ...files, '-subj', subject, '-addext', `subjectAltName=${san}`, ...by);
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) };
  };
  return {
    authority: read('ca.pem'),
    server: signed('server', '/CN=api.example.com', 'DNS:api.example.com'),
    client: signed('client', '/CN=probe', 'DNS:probe.example.com'),
  };
}
