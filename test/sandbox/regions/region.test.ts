import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../../sandbox/regions/fault.ts';
import { type RegionOptions, type RegionServer, startRegion } from '../../../sandbox/regions/region.ts';

const running: RegionServer[] = [];
afterEach(async () => {
  for (const region of running.splice(0)) await region.close();
});

async function start(change: Partial<RegionOptions> = {}): Promise<RegionServer> {
  const region = await startRegion({
    region: 'us-east-1',
    address: '127.0.0.1',
    port: 0,
    services: [
      { name: 'orders', path: '/v1/orders' },
      { name: 'payments', path: '/payments' },
    ],
    now: () => 0,
    random: () => 0.5,
    ...change,
  });
  running.push(region);
  return region;
}

describe('the regional API', () => {
  test.each([
    ['/payments', {}, 'payments'],
    ['/payments/42?full=1', {}, 'payments'],
    ['/orders/42', {}, 'orders'],
    ['/v1/orders/42', {}, 'orders'],
    ['/anything', { host: 'payments.understudy.test' }, 'payments'],
    ['/anything', { host: 'ORDERS.understudy.test:8080' }, 'orders'],
    ['/orders', { host: 'payments.understudy.test' }, 'payments'],
  ])('answers GET %s with %j as %s', async (path, headers, service) => {
    const region = await start();

    const answer = await ask(`${region.url}${path}`, { headers });

    expect(answer).toMatchObject({ status: 200, headers: { 'x-served-region': 'us-east-1' } });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(answer.body)).toMatchObject({ service, region: 'us-east-1', path: path.split('?')[0] });
  });

  test.each([
    ['/health', {}, undefined],
    ['/payments/health', {}, 'payments'],
    ['/health', { host: 'orders.understudy.test' }, 'orders'],
  ])('is healthy at %s with %j', async (path, headers, service) => {
    const region = await start();

    const answer = await ask(`${region.url}${path}`, { headers });

    expect(JSON.parse(answer.body)).toMatchObject({ status: 'healthy', region: 'us-east-1' });
    expect(JSON.parse(answer.body).service).toBe(service);
  });

  test('takes a POST, gives it an id and says what it got', async () => {
    const region = await start();

    const answer = await ask(`${region.url}/orders`, { method: 'POST', body: '{"item":"lamp"}' });

    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body)).toMatchObject({
      service: 'orders',
      received: { item: 'lamp' },
      id: expect.stringMatching(/^orders-\w+$/),
    });
    expect(answer.headers['location']).toMatch(/^\/orders\/orders-/);
  });

  test('says in JSON what it does not have', async () => {
    const region = await start();

    const missing = await ask(`${region.url}/nothing`);
    const prefixed = await ask(`${region.url}/paymentsX`);
    const deleted = await ask(`${region.url}/orders/1`, { method: 'DELETE' });
    const long = await ask(`${region.url}/orders`, { method: 'POST', body: 'x'.repeat(300_000) });

    expect([missing.status, prefixed.status, deleted.status, long.status]).toEqual([404, 404, 405, 413]);
    for (const { headers } of [missing, prefixed, deleted, long]) expect(headers['content-type']).toMatch(/json/);
  });

  test('has one service at / where that is its path', async () => {
    const region = await start({
      services: [
        { name: 'orders', path: '/' },
        { name: 'payments', path: '/payments' },
      ],
    });

    expect(JSON.parse((await ask(`${region.url}/anything`)).body).service).toBe('orders');
    expect(JSON.parse((await ask(`${region.url}/payments/1`)).body).service).toBe('payments');
  });

  test('counts whom it served', async () => {
    const region = await start();

    await ask(`${region.url}/orders`);
    await ask(`${region.url}/orders`, { method: 'POST', body: 'hello' });
    await ask(`${region.url}/payments`);
    await region.setFault('503');
    await ask(`${region.url}/payments`);

    expect(region.served()).toEqual({
      good: 3,
      faulty: 1,
      byService: { orders: { GET: 1, POST: 1 }, payments: { GET: 1 } },
    });
  });
});

describe('with a fault', () => {
  test.each<Fault>(['500', '502', '503', '504', '429'])('%s is the status of every answer', async (fault) => {
    const region = await start();

    await region.setFault(fault);

    expect((await ask(`${region.url}/orders`)).status).toBe(Number(fault));
    expect((await ask(`${region.url}/health`)).status).toBe(Number(fault));
  });

  test.each<Fault>(['dark', 'lost'])(
    '%s refuses connections, cuts open ones, and comes back on the same port',
    async (fault) => {
      const region = await start();
      const { port } = new URL(region.url);
      const open = net.connect(Number(port), '127.0.0.1');
      await once(open, 'connect');
      const cut = new Promise<NodeJS.ErrnoException>((resolve) => open.on('error', resolve));

      await region.setFault(fault);

      expect((await cut).code).toBe('ECONNRESET');
      await expect(ask(`${region.url}/orders`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await region.setFault(null);
      expect((await ask(`${region.url}/orders`)).status).toBe(200);
    },
  );

  test('hang accepts and never answers, until the caller gives up', async () => {
    const region = await start();
    await region.setFault('hang');

    const asked = http.get(`${region.url}/orders`);
    const failed = once(asked, 'response').catch((error: Error) => error.message);
    await once(asked, 'socket');
    while (region.served().faulty === 0) await new Promise(setImmediate);
    asked.destroy(new Error('gave up'));

    expect(await failed).toBe('gave up');
  });

  test('slow answers well after its time', async () => {
    const waits: number[] = [];
    const region = await start({ slowMs: 1234, wait: async (ms) => void waits.push(ms) });
    await region.setFault('slow');

    const answer = await ask(`${region.url}/orders`);

    expect(answer.status).toBe(200);
    expect(waits).toEqual([1234]);
  });

  test('html is a page with status 200', async () => {
    const region = await start();
    await region.setFault('html');

    const answer = await ask(`${region.url}/orders`);

    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': expect.stringMatching(/^text\/html/) } });
    expect(answer.headers['x-served-region']).toBeUndefined();
  });

  test('wrong-body is JSON from the right region that does not name the service', async () => {
    const region = await start();
    await region.setFault('wrong-body');

    const answer = await ask(`${region.url}/orders`);

    expect(answer).toMatchObject({ status: 200, headers: { 'x-served-region': 'us-east-1' } });
    expect(JSON.parse(answer.body).service).toBeUndefined();
  });

  test('wrong-region names another one in header and body', async () => {
    const region = await start();
    await region.setFault('wrong-region');

    const answer = await ask(`${region.url}/orders`);

    expect(answer.headers['x-served-region']).not.toBe('us-east-1');
    expect(JSON.parse(answer.body)).toMatchObject({ service: 'orders', region: answer.headers['x-served-region'] });
  });

  test('flapping is dark and good by turns, in its own period divided by the tempo', async () => {
    const waits: number[] = [];
    let next: () => void = () => {};
    const region = await start({
      flapMs: 30_000,
      tempo: 10,
      wait: (ms, signal) =>
        new Promise((resolve, reject) => {
          waits.push(ms);
          next = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    });

    await region.setFault('flapping');
    const first = await reachable(region);
    next();
    while (waits.length < 2) await new Promise(setImmediate);
    const second = await reachable(region);
    next();
    while (waits.length < 3) await new Promise(setImmediate);
    const third = await reachable(region);
    await region.setFault(null);

    expect([first, second, third, await reachable(region)]).toEqual([false, true, false, true]);
    expect(waits).toEqual([3000, 3000, 3000]);
  });

  test('set and cleared in a hurry, the last one stands', async () => {
    const region = await start();

    await Promise.all([
      region.setFault('dark'),
      region.setFault('500'),
      region.setFault('dark'),
      region.setFault(null),
    ]);

    expect(region.fault).toBeNull();
    expect((await ask(`${region.url}/orders`)).status).toBe(200);
  });
});

describe('an address that cannot be had', () => {
  test('says that the port is in use', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    await expect(start({ port })).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: the port is in use`);
    other.close();
  });

  test('says how to add a loopback address', async () => {
    // 192.0.2.0/24 is for documentation: no machine has it. https://www.rfc-editor.org/rfc/rfc5737
    await expect(start({ address: '192.0.2.1' })).rejects.toThrow('sudo ifconfig lo0 alias 192.0.2.1 up');
  });
});

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

async function ask(url: string, options: http.RequestOptions & { body?: string } = {}): Promise<Got> {
  const asked = http.request(url, { agent: false, ...options }).end(options.body);
  const [response] = (await once(asked, 'response')) as [http.IncomingMessage];
  let body = '';
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

async function reachable(region: RegionServer): Promise<boolean> {
  return ask(`${region.url}/health`).then(
    () => true,
    () => false,
  );
}
