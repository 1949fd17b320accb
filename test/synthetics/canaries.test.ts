import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler as frontDoor } from '../../synthetics/front-door.canary.ts';
import { handler as regionalApi } from '../../synthetics/regional-api.canary.ts';

let answer: { status: number; type: string; region: string; body: string };
const seen: string[] = [];
const server = http.createServer((request, response) => {
  seen.push(request.url ?? '');
  response.writeHead(answer.status, { 'content-type': answer.type, 'x-served-region': answer.region }).end(answer.body);
});

beforeEach(async () => {
  answer = { status: 200, type: 'application/json', region: 'us-east-1', body: '{"service":"orders"}' };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.close();
  await once(server, 'close');
});

function configure(members: object): void {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
  const healthy = {
    path: '/health',
    status: 200,
    contentType: 'application/json',
    body: { service: 'orders' },
    servedBy: { header: 'x-served-region' },
    slowMs: 5000,
    timeoutMs: 5000,
  };
  vi.stubEnv('UNDERSTUDY_CANARY', JSON.stringify({ url, healthy, ...members }));
}

describe('the canary of a regional API', () => {
  beforeEach(() => configure({ expectedRegion: 'us-east-1' }));

  test('X8: passes on a healthy answer, asked for past every cache', async () => {
    seen.length = 0;

    await regionalApi();
    await regionalApi();

    expect(seen[0]).toMatch(/understudy-probe=/);
    expect(seen[1]).not.toBe(seen[0]);
  });

  test.each<[Partial<typeof answer>, RegExp]>([
    [{ status: 503 }, /^status: status 503/],
    [{ type: 'text/html', body: '<h1>ok</h1>' }, /^content-type: /],
    [{ body: '{"service":"payments"}' }, /^body: /],
    [{ region: 'us-west-2' }, /^wrong-region: served by us-west-2, not us-east-1/],
  ])('fails on %j', async (change, message) => {
    answer = { ...answer, ...change };

    await expect(regionalApi()).rejects.toThrow(message);
  });
});

describe('the canary of a front door', () => {
  beforeEach(() => configure({ regions: ['us-east-1', 'us-west-2'] }));

  test.each(['us-east-1', 'us-west-2'])('passes when %s answers', async (region) => {
    answer = { ...answer, region };

    await frontDoor();
  });

  test('fails when a region answers that is none of the service', async () => {
    answer = { ...answer, region: 'eu-west-1' };

    await expect(frontDoor()).rejects.toThrow('wrong-region: served by eu-west-1, which is no region of the service');
  });
});

describe('a canary that is configured wrongly fails and says how:', () => {
  test('nothing', async () => {
    vi.stubEnv('UNDERSTUDY_CANARY', undefined);

    await expect(regionalApi()).rejects.toThrow('UNDERSTUDY_CANARY is not set');
  });

  test('no JSON', async () => {
    vi.stubEnv('UNDERSTUDY_CANARY', '{');

    await expect(regionalApi()).rejects.toThrow('UNDERSTUDY_CANARY is not JSON');
  });

  test('a member missing', async () => {
    configure({});

    await expect(frontDoor()).rejects.toThrow(/expected array, received undefined\n {2}→ at regions/);
  });
});
