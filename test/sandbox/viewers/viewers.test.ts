import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HealthyAnswer } from '../../../core/service.ts';
import type { Sample } from '../../../core/traffic.ts';
import { wallClock } from '../../../loopback/clock.ts';
import { startDns } from '../../../loopback/dns/dns.ts';
import { startRegion } from '../../../sandbox/regions/region.ts';
import { startViewers, type Viewers, type ViewersOptions } from '../../../sandbox/viewers/viewers.ts';
import { virtualClock } from '../../loopback/virtual-clock.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function start(change: Partial<ViewersOptions> & Pick<ViewersOptions, 'target'>): Viewers {
  const viewers = startViewers({
    ratePerSecond: 10,
    viewers: 100,
    methodMix: { get: 3, post: 1 },
    timeoutMs: 5000,
    clock: wallClock,
    random: sequence(),
    ...change,
  });
  closing.push(() => viewers.stop());
  return viewers;
}

/** Numbers that look random and are the same every time. */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders?x=1`;
}

/** Resolves when so many samples came. */
function collector() {
  const samples: Sample[] = [];
  let wake: () => void = () => {};
  const onResult = (sample: Sample) => {
    samples.push(sample);
    wake();
  };
  const count = async (wanted: number) => {
    while (samples.length < wanted) await new Promise<void>((resolve) => (wake = resolve));
    return samples;
  };
  return { onResult, count };
}

describe('the load', () => {
  test('is open: requests leave at their moments while none is answered', async () => {
    const unanswered: http.IncomingMessage[] = [];
    const clock = virtualClock();
    const url = await serve((request) => unanswered.push(request));
    const viewers = start({ target: { kind: 'edge', url }, clock, timeoutMs: 60_000 });

    await clock.advance(1_950);
    while (unanswered.length < 20) await new Promise(setImmediate);
    expect(viewers.samples()).toEqual([]);
    for (const { socket } of unanswered) socket.destroy();
    await viewers.stop();

    const moments = viewers.samples().map(({ at }) => at - Date.parse('2026-11-20T10:00:00Z'));
    expect(moments.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index * 100));
  });

  test('comes from many viewers who keep their addresses, in the mix asked for', async () => {
    const seen: { ip: string; method: string; url: string; body: string }[] = [];
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const ip = String(request.headers['x-sandbox-viewer-ip']);
      seen.push({ ip, method: request.method ?? '', url: request.url ?? '', body });
      response.writeHead(200, { 'x-served-region': 'us-east-1' }).end();
    });
    const clock = virtualClock();
    const viewers = start({ target: { kind: 'edge', url }, clock, viewers: 300 });

    await clock.advance(40_000);
    await viewers.stop();

    const posts = seen.filter(({ method }) => method === 'POST');
    expect(seen).toHaveLength(401);
    expect(posts.length).toBeGreaterThan(70);
    expect(posts.length).toBeLessThan(130);
    expect(new Set(seen.map(({ ip }) => ip)).size).toBeGreaterThan(180);
    for (const { ip } of seen) expect(ip).toMatch(/^198\.18\.[01]\.\d+$/);
    expect(new Set(seen.map((each) => each.url))).toEqual(new Set(['/orders?x=1']));
    expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({ viewer: posts[0]?.ip });
  });

  test('sends nothing more once it is stopped', async () => {
    let arrived = 0;
    const url = await serve((_request, response) => {
      arrived++;
      response.end();
    });
    const clock = virtualClock();
    const viewers = start({ target: { kind: 'edge', url }, clock });
    await clock.advance(500);
    await viewers.stop();
    const before = arrived;

    await clock.advance(5_000);

    expect(arrived).toBe(before);
  });

  test.each([
    [{ ratePerSecond: 0 }, /ratePerSecond must be above 0/],
    [{ viewers: 0 }, /viewers must be 1 to 131072/],
  ])('of %j is refused', (change, message) => {
    expect(() => start({ target: { kind: 'edge', url: 'http://127.0.0.1:1/' }, ...change })).toThrow(message);
  });
});

describe('a sample says', () => {
  const healthy: HealthyAnswer = {
    path: '/',
    status: 200,
    contentType: 'application/json',
    body: { service: 'orders' },
    servedBy: { header: 'x-served-region' },
    slowMs: 1,
    timeoutMs: 1,
  };

  test('who served it, or what was wrong, as a viewer of a region with faults sees it', async () => {
    const region = await startRegion({
      region: 'us-east-1',
      address: '127.0.0.1',
      port: 0,
      services: [{ name: 'orders', path: '/orders' }],
      now: Date.now,
      random: Math.random,
    });
    closing.push(() => region.close());
    const target = { kind: 'edge', url: `${region.url}/orders` } as const;
    const one = async (change: Partial<ViewersOptions> = {}) => {
      const { onResult, count } = collector();
      const viewers = start({ target, healthy, onResult, ...change });
      const [first] = await count(1);
      await viewers.stop();
      return [first?.method, first?.status, first?.error, first?.servedBy];
    };

    expect(await one({ methodMix: { get: 1, post: 0 } })).toEqual(['GET', 200, null, 'us-east-1']);
    expect(await one({ methodMix: { get: 0, post: 1 } })).toEqual(['POST', 201, null, 'us-east-1']);
    await region.setFault('503');
    expect(await one({ methodMix: { get: 1, post: 0 } })).toEqual(['GET', 503, 'status', 'us-east-1']);
    await region.setFault('html');
    expect(await one({ methodMix: { get: 1, post: 0 } })).toEqual(['GET', 200, 'content-type', null]);
    await region.setFault('wrong-body');
    expect(await one({ methodMix: { get: 1, post: 0 } })).toEqual(['GET', 200, 'body', 'us-east-1']);
    await region.setFault('dark');
    expect(await one({ methodMix: { get: 1, post: 0 } })).toEqual(['GET', null, 'refused', null]);
    await region.setFault('hang');
    expect(await one({ methodMix: { get: 1, post: 0 }, timeoutMs: 50 })).toEqual(['GET', null, 'timeout', null]);
  });

  test('that the connection broke', async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    const { onResult, count } = collector();
    start({ target: { kind: 'edge', url }, onResult });

    expect((await count(1))[0]).toMatchObject({ status: null, error: 'reset' });
  });
});

describe('behind DNS', () => {
  /** Two regions on one port at two loopback addresses, and a name that leads to the first. */
  async function world(ttlSeconds = 60, headers?: Readonly<Record<string, string>>) {
    const services = [{ name: 'payments', path: '/payments' }];
    const common = { services, now: Date.now, random: Math.random };
    const region = 'us-east-1';
    const answer = { status: 200, headers: { ...headers, 'x-served-region': region }, body: '', service: null };
    const api = headers && { api: async () => answer };
    const home = await startRegion({ ...common, ...api, region, address: '127.0.0.11', port: 0 });
    closing.push(() => home.close());
    const port = Number(new URL(home.url).port);
    const standby = await startRegion({ ...common, region: 'us-west-2', address: '127.0.0.12', port });
    closing.push(() => standby.close());
    let turn: (states: Record<string, 'On' | 'Off'>) => void = () => {};
    const name = 'payments.understudy.test';
    const dns = await startDns({
      port: 0,
      zones: [
        {
          name: 'understudy.test',
          records: [
            { name, type: 'A', ttlSeconds, values: ['127.0.0.11'], failover: 'PRIMARY', healthCheckId: 'one' },
            { name, type: 'A', ttlSeconds, values: ['127.0.0.12'], failover: 'SECONDARY', healthCheckId: 'two' },
          ],
        },
      ],
      healthChecks: [
        { id: 'one', kind: 'RECOVERY_CONTROL', routingControlArn: 'arn:one' },
        { id: 'two', kind: 'RECOVERY_CONTROL', routingControlArn: 'arn:two' },
      ],
      routingControls: {
        state: (arn) => (arn === 'arn:one' ? 'On' : 'Off'),
        subscribe: (listener) => {
          turn = (states) => listener({ states });
          return () => {};
        },
      },
      clock: wallClock,
      random: () => 0,
      tempo: 1,
      propagationMs: 0,
    });
    closing.push(() => dns.close());
    const target = { kind: 'dns', name, resolver: `127.0.0.1:${dns.port}`, port, path: '/' } as const;
    return { dns, target, turn: (states: Record<string, 'On' | 'Off'>) => turn(states) };
  }

  test.each([
    ['fresh', [60_000]],
    ['jvm', [60_000]],
    ['floor', [60_000]],
    ['kept', []],
    ['libcurl', []],
  ] as const)(
    'callers of the kind %s follow a move away from a region that still answers after %j',
    async (kind, after) => {
      const { target, turn } = await world();
      const clock = virtualClock();
      const { onResult, count } = collector();
      const callers = { [kind]: 1 };
      const load = { viewers: 1, ratePerSecond: 0.1, methodMix: { get: 1, post: 0 } } as const;
      start({ target, clock, ...load, callers, onResult });
      await clock.advance(1);
      await count(1);

      turn({ 'arn:one': 'Off', 'arn:two': 'On' });
      for (let wanted = 2; wanted <= 13; wanted++) {
        await clock.advance(10_000);
        await count(wanted);
      }

      const samples = await count(13);
      const began = samples[0]?.at ?? 0;
      const moved = samples.filter(({ servedBy }) => servedBy === 'us-west-2').map(({ at }) => at - began);
      expect(moved.slice(0, 1)).toEqual(after);
      expect(samples.every(({ error }) => error === null)).toBe(true);
    },
  );

  test('callers that keep addresses for longer than their TTL follow that much later; tempo divides it', async () => {
    const { target, turn } = await world(5);
    const clock = virtualClock();
    const { onResult, count } = collector();
    const load = { viewers: 1, ratePerSecond: 1, methodMix: { get: 1, post: 0 } } as const;
    start({ target, clock, ...load, callers: { jvm: 1 }, tempo: 2, onResult });
    await clock.advance(1);
    await count(1);

    turn({ 'arn:one': 'Off', 'arn:two': 'On' });
    for (let wanted = 2; wanted <= 17; wanted++) {
      await clock.advance(1_000);
      await count(wanted);
    }

    const samples = await count(17);
    const first = samples.find(({ servedBy }) => servedBy === 'us-west-2');
    expect((first?.at ?? 0) - (samples[0]?.at ?? 0)).toBe(15_000);
  });

  test('callers that keep connections follow as soon as their answers close them', async () => {
    const { target, turn } = await world(60, { connection: 'close' });
    const clock = virtualClock();
    const { onResult, count } = collector();
    const load = { viewers: 1, ratePerSecond: 0.1, methodMix: { get: 1, post: 0 } } as const;
    start({ target, clock, ...load, callers: { kept: 1 }, onResult });
    await clock.advance(1);
    await count(1);

    turn({ 'arn:one': 'Off', 'arn:two': 'On' });
    for (let wanted = 2; wanted <= 8; wanted++) {
      await clock.advance(10_000);
      await count(wanted);
    }

    expect((await count(8)).map(({ servedBy }) => servedBy).at(-1)).toBe('us-west-2');
  });

  test('viewers reach the service by its name, and a move when their TTL is over', async () => {
    const { dns, target, turn } = await world();
    const clock = virtualClock();
    const { onResult, count } = collector();
    start({ target, clock, viewers: 1, ratePerSecond: 0.1, methodMix: { get: 1, post: 0 }, onResult });
    await clock.advance(1);
    await count(1);

    turn({ 'arn:one': 'Off', 'arn:two': 'On' });
    for (let wanted = 2; wanted <= 8; wanted++) {
      await clock.advance(10_000);
      await count(wanted);
    }

    const servedBy = (await count(8)).map((sample) => sample.servedBy);
    expect(servedBy).toEqual([...Array(6).fill('us-east-1'), ...Array(2).fill('us-west-2')]);
    expect(dns.counts().answered).toBe(2);
  });

  test('a name server that is gone is an error of the name, not of the service', async () => {
    const { dns, target } = await world();
    await dns.close();
    closing.splice(closing.length - 1);
    const { onResult, count } = collector();
    start({ target, onResult });

    expect((await count(1))[0]).toMatchObject({ status: null, error: 'dns' });
  });
});
