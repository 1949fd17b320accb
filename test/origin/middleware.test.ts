import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RefusalOptions, sendAway } from '../../origin/middleware.ts';

/** An application that was left, or not, and answers 200 where it is let. */
async function application(leftForMs: number | null, options: Partial<RefusalOptions> = {}) {
  const state = { leftForMs };
  const through = sendAway({ serving: { leftForMs: () => state.leftForMs }, graceMs: 60_000, ...options });
  let connections = 0;
  const server = http.createServer((request, response) =>
    through(request, response, () => response.writeHead(200, { 'content-type': 'text/plain' }).end('served')),
  );
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    connections: () => connections,
  };
}

const long = 3_600_000;

describe('a region that', () => {
  test.each<[string, number | null, Partial<RefusalOptions>, string, string, number, string]>([
    ['serves answers, and keeps connections', null, {}, 'GET', '', 200, 'keep-alive'],
    ['was just left answers, and closes', 10, { refuses: 'everything' }, 'POST', '', 200, 'close'],
    ['was left long ago answers reads', long, {}, 'GET', '', 200, 'close'],
    ['was left long ago refuses writes', long, {}, 'POST', '', 503, 'close'],
    ['refuses everything where it is told to', long, { refuses: 'everything' }, 'GET', '', 503, 'close'],
    ['refuses nothing where it is told to', long, { refuses: 'nothing' }, 'DELETE', '', 200, 'close'],
    ['may say that another connection leads elsewhere', long, { status: 421 }, 'PUT', '', 421, 'close'],
    ['answers probes', long, { refuses: 'everything' }, 'POST', '?understudy-probe=x', 200, 'keep-alive'],
    [
      'answers where health is asked',
      long,
      { refuses: 'everything', except: ['/orders'] },
      'GET',
      '?a',
      200,
      'keep-alive',
    ],
  ])('%s', async (_what, leftForMs, options, method, query, status, connection) => {
    const { url } = await application(leftForMs, options);

    const response = await fetch(`${url}${query}`, { method });

    expect([response.status, response.headers.get('connection')]).toEqual([status, connection]);
    expect(response.headers.get('retry-after')).toBe(status === 200 ? null : '1');
    await response.text();
  });

  test('says goodbye in HTTP/2, so that the next request is on another connection', async () => {
    const through = sendAway({ serving: { leftForMs: () => 10 } });
    const server = http2.createServer((request, response) => through(request, response, () => response.end('served')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const session = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => session.destroy());
    const goaway = once(session, 'goaway');

    const stream = session.request({ ':path': '/' });
    const body = (await stream.setEncoding('utf8').toArray()).join('');

    expect(body).toBe('served');
    expect((await goaway)[0]).toBe(http2.constants.NGHTTP2_NO_ERROR);
  });
});

/** Clients that keep connections, three calls in a row each; what they print is not looked at. */
const clients: Readonly<Record<string, (url: string) => readonly [string, ...string[]]>> = {
  'Node’s fetch': (url) => [
    process.execPath,
    '-e',
    `(async () => { for (let i = 0; i < 3; i++) { await (await fetch('${url}')).text(); await new Promise((r) => setTimeout(r, 100)); } })()`,
  ],
  'Node’s agent': (url) => [
    process.execPath,
    '-e',
    `const http = require('http'); const agent = new http.Agent({ keepAlive: true });
     const ask = (n) => http.get('${url}', { agent }, (r) => r.resume().on('end', () => setTimeout(() => n > 1 ? ask(n - 1) : agent.destroy(), 100)));
     ask(3);`,
  ],
  curl: (url) => ['curl', '-s', url, url, url],
  'Python’s requests': (url) => [
    'python3',
    '-c',
    `import requests; s = requests.Session(); [s.get('${url}') for _ in range(3)]`,
  ],
};

const isHere = (name: string, program: string): boolean => {
  if (program === process.execPath) return true;
  try {
    execFileSync(program, name.startsWith('Python') ? ['-c', 'import requests'] : ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('clients that nobody here wrote', () => {
  for (const [name, command] of Object.entries(clients)) {
    const [program] = command('');
    test.skipIf(!isHere(name, program))(
      `${name} keeps its connection while the region serves, and leaves it when it was left`,
      async () => {
        const { state, url, connections } = await application(null);
        const [file, ...args] = command(url);
        await promisify(execFile)(file, args);
        const whileServing = connections();

        state.leftForMs = 10;
        await promisify(execFile)(file, args);

        expect(whileServing).toBe(1);
        expect(connections() - whileServing).toBe(3);
      },
    );
  }
});
