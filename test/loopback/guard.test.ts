import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseStranger, strangeness } from '../../loopback/guard.ts';

const own = '127.0.0.1:4566';

describe('a listener of the sandbox', () => {
  test.each([
    ['no header at all', {}],
    ['a loopback address', { host: own }],
    ['another loopback address', { host: '127.0.0.12:8080' }],
    ['IPv6', { host: '[::1]:4566' }],
    ['localhost', { host: 'LOCALHOST:4566' }],
    ['a name below localhost, as SDKs make one from an account', { host: '123456789012.localhost:4566' }],
    ['a name of the sandbox', { host: 'payments.understudy.test:8080' }],
    ['its own page', { host: own, origin: `http://${own}`, 'sec-fetch-site': 'same-origin' }],
    ['an address that a person typed', { host: own, 'sec-fetch-site': 'none' }],
  ])('takes what comes with %s', (_, headers) => {
    expect(strangeness(headers)).toBeNull();
  });

  test.each([
    ['a name that was bound to loopback', { host: 'evil.example' }, 'Host is evil.example'],
    ['a name that begins like loopback', { host: '127.0.0.1.evil.example:4566' }, 'Host is'],
    ['a name that ends like one of ours', { host: 'eviltest' }, 'Host is'],
    ['the address of all interfaces', { host: '0.0.0.0:4566' }, 'Host is'],
    ['an address of the network', { host: '192.168.1.7:4566' }, 'Host is'],
    ['a foreign page', { host: own, origin: 'https://evil.example' }, 'Origin is'],
    ['a page without a name, such as a sandboxed frame', { host: own, origin: 'null' }, 'Origin is'],
    ['a page of another server of this machine', { host: own, origin: 'http://127.0.0.1:3000' }, 'Origin is'],
    ['a form of another site', { host: own, 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch-Site is'],
    ['a form of another port', { host: own, 'sec-fetch-site': 'same-site' }, 'Sec-Fetch-Site is'],
    ['two headers that disagree', { host: own, origin: `http://${own}`, 'sec-fetch-site': 'cross-site' }, 'Sec-Fetch'],
  ])('refuses what comes with %s', (_, headers, because) => {
    expect(strangeness(headers)).toContain(because);
  });

  test('takes a name of the configuration where it was told of it, and there alone', () => {
    const headers = { host: 'orders.example.com' };

    expect(strangeness(headers, { names: ['orders.example.com'] })).toBeNull();
    expect(strangeness(headers)).not.toBeNull();
  });

  test('behind an edge location takes the origin of a page that the edge served', () => {
    const headers = { host: '127.0.0.1:9001', origin: 'http://127.0.0.1:9000', 'sec-fetch-site': 'same-origin' };

    expect(strangeness(headers, { behindEdge: true })).toBeNull();
    expect(strangeness({ ...headers, origin: 'https://evil.example' }, { behindEdge: true })).toContain('Origin is');
  });

  test('refuses every name outside loopback and .test, whatever is around it', () => {
    fc.assert(
      fc.property(fc.domain(), fc.constantFrom('', ':80', ':4566'), (name, port) => {
        fc.pre(!/\.(test|localhost)$/i.test(name));
        expect(strangeness({ host: `${name}${port}` })).not.toBeNull();
        expect(strangeness({ host: own, origin: `https://${name}${port}` })).not.toBeNull();
      }),
    );
  });
});

describe('a request that is refused', () => {
  const done: string[] = [];
  const server = createServer((incoming, outgoing) => {
    if (refuseStranger(incoming, outgoing)) return;
    done.push(incoming.url ?? '');
    outgoing.end('done');
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => server.close());

  test('is answered 403 with what was wrong, and does nothing', async () => {
    const { status, body } = await ask({ host: 'evil.example' });

    expect(status).toBe(403);
    expect(JSON.parse(body).message).toBe(
      'the sandbox refuses this request: Host is evil.example, which is neither loopback nor a name of the sandbox',
    );
    expect(done).toEqual([]);
  });

  function ask(headers: Record<string, string>): Promise<{ status: number; body: string }> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path: '/', headers }, (answer) => {
        let body = '';
        answer.on('data', (chunk) => {
          body += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      outgoing.on('error', reject);
      outgoing.end('{}');
    });
  }
});
