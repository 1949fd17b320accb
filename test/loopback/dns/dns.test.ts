import dgram from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import dnsPacket, { type Packet } from 'dns-packet';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { wallClock } from '../../../loopback/clock.ts';
import { type DnsOptions, type DnsServer, startDns } from '../../../loopback/dns/dns.ts';
import type { HealthChange } from '../../../loopback/dns/health.ts';
import type { RecordSet } from '../../../loopback/dns/record.ts';
import { virtualClock } from '../virtual-clock.ts';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const pair: RecordSet[] = [
  {
    name: 'payments.understudy.test',
    type: 'A',
    ttlSeconds: 60,
    values: ['127.0.0.11'],
    failover: 'PRIMARY',
    healthCheckId: 'hc-1',
  },
  {
    name: 'payments.understudy.test',
    type: 'A',
    ttlSeconds: 60,
    values: ['127.0.0.12'],
    failover: 'SECONDARY',
    healthCheckId: 'hc-2',
  },
];
const controlChecks = [
  { id: 'hc-1', kind: 'RECOVERY_CONTROL', routingControlArn: 'arn:one' },
  { id: 'hc-2', kind: 'RECOVERY_CONTROL', routingControlArn: 'arn:two' },
] as const;

async function start(change: Partial<DnsOptions> = {}): Promise<DnsServer & { resolver: Resolver }> {
  const server = await startDns({
    port: 0,
    zones: [{ name: 'understudy.test', records: [] }],
    healthChecks: [],
    clock: wallClock,
    random: () => 0,
    tempo: 1,
    propagationMs: 0,
    ...change,
  });
  closing.push(() => server.close());
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  return { ...server, resolver };
}

/** Two routing controls, as an ARC cluster tells them. */
function controls(one: 'On' | 'Off', two: 'On' | 'Off') {
  const states: Record<string, 'On' | 'Off'> = { 'arn:one': one, 'arn:two': two };
  const listeners = new Set<(change: { states: Record<string, 'On' | 'Off'> }) => void>();
  return {
    listeners,
    state: (arn: string) => states[arn] ?? 'Off',
    subscribe(listener: (change: { states: Record<string, 'On' | 'Off'> }) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    turn(change: Record<string, 'On' | 'Off'>) {
      Object.assign(states, change);
      for (const listener of listeners) listener({ states: change });
    },
  };
}

describe('a question is answered', () => {
  const records: RecordSet[] = [
    { name: 'one.understudy.test.', type: 'A', ttlSeconds: 300, values: ['127.0.0.1', '127.0.0.2'] },
    { name: 'one.understudy.test', type: 'TXT', ttlSeconds: 300, values: ['hello'] },
    { name: 'six.understudy.test', type: 'AAAA', ttlSeconds: 300, values: ['::1'] },
    { name: 'alias.understudy.test', type: 'CNAME', ttlSeconds: 300, values: ['One.understudy.test'] },
    { name: 'away.understudy.test', type: 'CNAME', ttlSeconds: 300, values: ['example.com'] },
    { name: 'round.understudy.test', type: 'CNAME', ttlSeconds: 300, values: ['round.understudy.test'] },
    { name: 'a.deep.understudy.test', type: 'A', ttlSeconds: 0, values: ['127.0.0.3'] },
  ];
  const zones = [{ name: 'understudy.test', records }];

  test('with every value of a simple record', async () => {
    const { resolver } = await start({ zones });

    expect(await resolver.resolve4('ONE.understudy.test')).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(await resolver.resolve6('six.understudy.test')).toEqual(['::1']);
    expect(await resolver.resolveTxt('one.understudy.test')).toEqual([['hello']]);
  });

  test('through an alias within the zone, and with the alias alone where it leads out', async () => {
    const { resolver } = await start({ zones });

    expect(await resolver.resolve4('alias.understudy.test')).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(await resolver.resolveCname('away.understudy.test')).toEqual(['example.com']);
  });

  test('also when an alias points at itself', async () => {
    const server = await start({ zones });

    expect((await query(server, { questions: [{ type: 'A', name: 'round.understudy.test' }] })).answers).toHaveLength(
      1,
    );
  });

  test.each([
    ['nobody.understudy.test', 'ENOTFOUND'],
    ['six.understudy.test', 'ENODATA'],
    ['deep.understudy.test', 'ENODATA'],
    ['understudy.test', 'ENODATA'],
    ['understudy.example', 'EREFUSED'],
    ['notunderstudy.test', 'EREFUSED'],
  ])('for the address of %s with %s', async (name, code) => {
    const { resolver } = await start({ zones });

    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code });
  });

  test('for the zone itself, with its authority and name server', async () => {
    const { resolver } = await start({ zones });

    expect(await resolver.resolveSoa('understudy.test')).toMatchObject({ nsname: 'ns-1.understudy.test' });
    expect(await resolver.resolveNs('understudy.test')).toEqual(['ns-1.understudy.test']);
  });

  test('with TTLs divided by the tempo, but of a second at least', async () => {
    const { resolver } = await start({ zones, tempo: 20 });

    expect(await resolver.resolve4('one.understudy.test', { ttl: true })).toMatchObject([{ ttl: 15 }, { ttl: 15 }]);
    expect(await resolver.resolve4('a.deep.understudy.test', { ttl: true })).toMatchObject([{ ttl: 1 }]);
  });

  test('with the name as it was written, the id, and no recursion', async () => {
    const server = await start({ zones });

    const reply = await query(server, {
      id: 4711,
      flags: dnsPacket.RECURSION_DESIRED,
      questions: [{ type: 'A', name: 'oNe.uNdErStUdY.test' }],
    });

    expect(reply).toMatchObject({ id: 4711, flag_aa: true, flag_rd: true, flag_ra: false });
    expect(reply.questions).toMatchObject([{ name: 'oNe.uNdErStUdY.test' }]);
    expect(reply.answers?.[0]).toMatchObject({ name: 'oNe.uNdErStUdY.test' });
  });

  test('over TCP when it is too long for a datagram', async () => {
    const values = Array.from({ length: 80 }, (_, index) => `127.0.1.${index}`);
    const many: RecordSet = { name: 'many.understudy.test', type: 'A', ttlSeconds: 60, values };
    const server = await start({ zones: [{ name: 'understudy.test', records: [many] }] });

    const cut = await query(server, { questions: [{ type: 'A', name: 'many.understudy.test' }] });

    expect(cut).toMatchObject({ flag_tc: true, answers: [] });
    expect((await server.resolver.resolve4('many.understudy.test')).sort()).toEqual(values.sort());
  });

  test('with NOTIMP to what is no plain query', async () => {
    const server = await start({ zones });
    const questions = [{ type: 'A', name: 'one.understudy.test' } as const];

    const update = await query(server, { flags: 5 << 11, questions });
    const any = await query(server, { questions: [{ type: 'ANY' as 'A', name: 'one.understudy.test' }] });

    expect([update, any].map((reply) => (reply.flags ?? 0) & 0xf)).toEqual([4, 4]);
  });

  test('with FORMERR to two questions at once', async () => {
    const server = await start({ zones });
    const question = { type: 'A', name: 'one.understudy.test' } as const;

    expect(((await query(server, { questions: [question, question] })).flags ?? 0) & 0xf).toBe(1);
  });
});

describe('what is no question', () => {
  test('is dropped, and the next one answered', async () => {
    const zones = [{ name: 'understudy.test', records: [plain(pair[0] as RecordSet)] }];
    const server = await start({ zones });
    const good = dnsPacket.encode({
      type: 'query',
      id: 1,
      questions: [{ type: 'A', name: 'payments.understudy.test' }],
    });
    const socket = dgram.createSocket('udp4');
    closing.push(() => new Promise<void>((done) => socket.close(done)));

    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          fc
            .tuple(fc.nat(good.length - 1), fc.nat(255))
            .map(([index, byte]) => new Uint8Array(Buffer.from(good)).fill(byte, index, index + 1)),
          fc.nat(good.length).map((length) => new Uint8Array(good.subarray(0, length))),
        ),
        async (bytes) => {
          await new Promise((sent) => socket.send(bytes, server.port, '127.0.0.1', sent));
          // Lets the server read, or its buffer overflows and the question at the end is lost with the rest.
          await new Promise(setImmediate);
        },
      ),
      { numRuns: 300 },
    );
    await new Promise((sent) =>
      socket.send(dnsPacket.encode({ type: 'response', id: 2 }), server.port, '127.0.0.1', sent),
    );

    expect(await server.resolver.resolve4('payments.understudy.test')).toEqual(['127.0.0.11']);
    expect(server.counts().dropped).toBeGreaterThan(0);
  });

  test('ends a TCP connection', async () => {
    const server = await start();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});

    socket.write(Buffer.from([0, 3, 1, 2, 3]));

    await once(socket, 'close');
  });

  test('is a response, for two servers that answer each other never end', async () => {
    const server = await start();
    const socket = net.connect(server.port, '127.0.0.1');
    const questions = [{ type: 'A', name: 'one.understudy.test' } as const];

    socket.write(dnsPacket.streamEncode({ type: 'response', id: 1, questions }));
    let answered = 0;
    socket.on('data', () => answered++);
    await once(socket, 'close');

    expect([answered, server.counts().dropped]).toEqual([0, 1]);
  });
});

describe('a failover pair behind routing controls', () => {
  const zones = [{ name: 'understudy.test', records: pair }];
  const name = 'payments.understudy.test';

  test('follows both controls of a pair at once', async () => {
    const routingControls = controls('On', 'Off');
    const changes: HealthChange[] = [];
    const { resolver } = await start({
      zones,
      healthChecks: controlChecks,
      routingControls,
      onHealthChange: (change) => changes.push(change),
    });
    expect(await resolver.resolve4(name)).toEqual(['127.0.0.11']);

    routingControls.turn({ 'arn:one': 'Off', 'arn:two': 'On' });
    await new Promise(setImmediate);

    expect(await resolver.resolve4(name)).toEqual(['127.0.0.12']);
    expect(changes.map(({ healthCheckId, healthy }) => [healthCheckId, healthy])).toEqual([
      ['hc-1', false],
      ['hc-2', true],
    ]);
  });

  test('answers the primary when both are off', async () => {
    const { resolver } = await start({ zones, healthChecks: controlChecks, routingControls: controls('Off', 'Off') });

    expect(await resolver.resolve4(name)).toEqual(['127.0.0.11']);
  });

  test.each([1, 20])(
    'S3-B8: is seen by a caching client within propagation and one TTL, at tempo %i',
    async (tempo) => {
      const clock = virtualClock();
      const routingControls = controls('On', 'Off');
      const propagationMs = 8_000;
      const { resolver } = await start({
        zones,
        healthChecks: controlChecks,
        routingControls,
        clock,
        tempo,
        propagationMs,
      });
      const client = cachingClient(resolver, name, clock);
      await clock.advance(1);
      expect(await client()).toBe('127.0.0.11');

      const turnedAt = clock.now();
      routingControls.turn({ 'arn:one': 'Off', 'arn:two': 'On' });
      await clock.advance(propagationMs / tempo - 1);
      expect(await resolver.resolve4(name)).toEqual(['127.0.0.11']);
      let seenAt = Number.POSITIVE_INFINITY;
      for (let step = 0; step < 100 && seenAt === Number.POSITIVE_INFINITY; step++) {
        await clock.advance(1_000 / tempo);
        if ((await client()) === '127.0.0.12') seenAt = clock.now();
      }

      expect(seenAt - turnedAt).toBeLessThanOrEqual((propagationMs + 60_000) / tempo);
    },
  );

  test('lets go of the cluster when it closes', async () => {
    const routingControls = controls('On', 'Off');
    const server = await startDns({
      port: 0,
      zones,
      healthChecks: controlChecks,
      routingControls,
      clock: virtualClock(),
      random: () => 0,
      tempo: 1,
    });
    routingControls.turn({ 'arn:one': 'Off' });

    await server.close();

    expect(routingControls.listeners.size).toBe(0);
  });
});

describe('a failover pair behind a metric', () => {
  test('latches where the last known status is kept', async () => {
    let report: (id: string, reading: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') => void = () => {};
    const server = await start({
      zones: [{ name: 'understudy.test', records: pair }],
      healthChecks: [
        { id: 'hc-1', kind: 'CLOUDWATCH_METRIC', insufficientData: 'LastKnownStatus' },
        { id: 'hc-2', kind: 'CALCULATED', children: [], healthThreshold: 0 },
      ],
      metrics: (listener) => {
        report = listener;
        return () => {};
      },
    });

    report('hc-1', 'ALARM');
    await new Promise(setImmediate);
    report('hc-1', 'INSUFFICIENT_DATA');
    await new Promise(setImmediate);

    expect(await server.resolver.resolve4('payments.understudy.test')).toEqual(['127.0.0.12']);
  });
});

describe('a failover pair behind an endpoint', () => {
  async function endpoint(answers: () => number) {
    const asked: number[] = [];
    const server = http.createServer((_request, response) => {
      const status = answers();
      asked.push(status);
      response.writeHead(status).end('all is well');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((done) => server.close(done)));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`, asked };
  }

  test('is left after the threshold of failures and taken again after as many successes', async () => {
    let status = 503;
    const { url, asked } = await endpoint(() => status);
    const clock = virtualClock();
    const changed: ((change: HealthChange) => void)[] = [];
    const change = () => new Promise<HealthChange>((resolve) => changed.push(resolve));
    const { resolver } = await start({
      zones: [{ name: 'understudy.test', records: [pair[0] as RecordSet, plain(pair[1] as RecordSet, 'SECONDARY')] }],
      healthChecks: [{ id: 'hc-1', kind: 'ENDPOINT', url, intervalMs: 10_000, failureThreshold: 3, checkers: 1 }],
      clock,
      tempo: 10,
      onHealthChange: (seen) => changed.shift()?.(seen),
    });
    const left = change();
    await until(clock, 1, () => asked.length === 1);
    await until(clock, 1_000, () => asked.length === 2);
    expect(await resolver.resolve4('payments.understudy.test')).toEqual(['127.0.0.11']);

    await until(clock, 1_000, () => asked.length === 3);
    expect(await left).toMatchObject({ healthCheckId: 'hc-1', healthy: false });
    expect(await resolver.resolve4('payments.understudy.test')).toEqual(['127.0.0.12']);

    status = 200;
    const back = change();
    for (const count of [4, 5, 6]) await until(clock, 1_000, () => asked.length === count);
    expect(await back).toMatchObject({ healthy: true });
    expect(await resolver.resolve4('payments.understudy.test')).toEqual(['127.0.0.11']);
  });

  test.each([
    [200, undefined, true],
    [301, undefined, true],
    [404, undefined, false],
    [200, 'is well', true],
    [200, 'is ill', false],
  ])('takes status %i, looking for %s, as %s', async (status, searchString, healthy) => {
    const { passes } = await import('../../../loopback/dns/endpoint-checkers.ts');
    const { url } = await endpoint(() => status);
    const check = { id: 'a', kind: 'ENDPOINT', url, intervalMs: 10_000, failureThreshold: 1 } as const;

    const passed = await passes(
      searchString === undefined ? check : { ...check, searchString },
      new AbortController().signal,
    );

    expect(passed).toBe(healthy);
  });
});

describe('a wrong configuration', () => {
  test('is told all at once', async () => {
    const records: RecordSet[] = [
      { ...(pair[0] as RecordSet), healthCheckId: 'none' },
      { ...plain(pair[0] as RecordSet), name: 'elsewhere.test', values: [] },
      plain(pair[0] as RecordSet),
    ];

    const error = await start({
      zones: [{ name: 'understudy.test', records }],
      healthChecks: [
        { id: 'a', kind: 'CALCULATED', children: ['b', 'gone'], healthThreshold: 1 },
        { id: 'b', kind: 'CALCULATED', children: ['a'], healthThreshold: 1 },
        { id: 'c', kind: 'ENDPOINT', url: 'nowhere', intervalMs: 10_000, failureThreshold: 0 },
      ],
    }).catch((thrown: Error) => thrown.message);

    expect(error).toMatchInlineSnapshot(`
      "DNS cannot be set up:
      - health check a: there is no child gone
      - health check a: is calculated from itself
      - health check b: is calculated from itself
      - health check c: nowhere is no URL
      - health check c: failureThreshold must be 1 to 10, not 0
      - record payments.understudy.test A PRIMARY: there is no health check none
      - record elsewhere.test A: not within understudy.test
      - record elsewhere.test A: has no value
      - record payments.understudy.test A PRIMARY: shares its name with a simple record"
    `);
  });

  test('needs a cluster for routing controls', async () => {
    await expect(start({ healthChecks: controlChecks })).rejects.toThrow('needs an ARC cluster');
  });

  test('names the port that is in use', async () => {
    const first = await start();

    await expect(start({ port: first.port })).rejects.toThrow(`127.0.0.1:${first.port}: the port is in use`);
  });
});

function plain(set: RecordSet, failover?: 'SECONDARY'): RecordSet {
  const { name, type, ttlSeconds, values } = set;
  return { name, type, ttlSeconds, values, ...(failover ? { failover } : {}) };
}

/** Lets time pass, and then real requests arrive. */
async function until(clock: { advance(ms: number): Promise<void> }, ms: number, arrived: () => boolean): Promise<void> {
  await clock.advance(ms);
  while (!arrived()) await new Promise(setImmediate);
  // The answer goes back over the wire, and the status to DNS.
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

/** Asks again only when the TTL it was told is over. */
function cachingClient(resolver: Resolver, name: string, clock: { now(): number }) {
  let cached = { address: '', until: Number.NEGATIVE_INFINITY };
  return async () => {
    if (clock.now() >= cached.until) {
      const [first] = await resolver.resolve4(name, { ttl: true });
      cached = { address: first?.address ?? '', until: clock.now() + (first?.ttl ?? 0) * 1000 };
    }
    return cached.address;
  };
}

async function query(server: DnsServer, packet: Packet) {
  const socket = dgram.createSocket('udp4');
  const reply = once(socket, 'message');
  socket.send(dnsPacket.encode({ type: 'query', id: 1, ...packet }), server.port, '127.0.0.1');
  const [message] = (await reply) as [Buffer];
  socket.close();
  return dnsPacket.decode(message);
}
