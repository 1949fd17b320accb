import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { FailoverInput } from '../../config/schema.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { byStore, planned } from '../infra/planned.ts';

/** A service behind the edge, by a store that the deployment makes. */
function behind(name: string, frontDoor: FailoverInput['services'][number]['frontDoor']) {
  const regions = ['us-east-1', 'us-west-2'].map((region) => ({
    region,
    endpoint: `https://${name}-${region}.example.com`,
  }));
  return { ...byStore(name), frontDoor, regions, writeProbe: undefined };
}

let sandbox: Sandbox;
beforeAll(async () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    behind(`more-${index}`, { url: `https://api.example.com/more-${index}` }),
  );
  const services = [
    behind('orders', { url: 'https://api.example.com/orders', hosts: ['www.example.com'] }),
    behind('deep', { url: 'https://api.example.com/api/v1/deep' }),
    ...many,
    behind('alone', { url: 'https://alone.example.com' }),
  ];
  sandbox = await startSandbox({ failover: parseFailover({ ...planned, services }), canaries: false });
}, 120_000);
afterAll(() => sandbox?.close());

/** The service that the edge says it steers for, asked by a host and a path; null where the request was passed on. */
function steeredFor(host: string, path: string, service: string): Promise<string | null> {
  const { hostname, port } = new URL(sandbox.addresses.edge);
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: `${path}/.well-known/understudy/${service}`, headers: { host } };
    request(options, (response) => {
      text(response).then((body) => {
        const said = response.headers['x-cache'] === 'FunctionGeneratedResponse from cloudfront';
        resolve(said ? (JSON.parse(body) as { readonly service: string }).service : null);
      }, reject);
    })
      .once('error', reject)
      .end();
  });
}

test.each([
  ['api.example.com', '/orders', 'orders'],
  ['API.Example.com:443', '/more-7', 'more-7'],
  ['api.example.com', '/api/v1/deep', 'deep'],
  ['www.example.com', '/orders', 'orders'],
  ['alone.example.com', '', 'alone'],
  ['iad89-c1.cloudfront.test', '/more-11', 'more-11'],
  ['IAD89-C1.cloudfront.test:80', '', 'alone'],
])('the function that ships wrote where %s%s belongs, and the edge finds it', async (host, path, service) => {
  expect(await steeredFor(host, path, service)).toBe(service);
});

test.each([
  ['www.example.com', '/more-7', 'more-7'],
  ['alone.example.com', '/orders', 'orders'],
  ['api.example.com', '', 'alone'],
  ['nobody.test', '/orders', 'orders'],
])('%s%s belongs to nobody of that name', async (host, path, service) => {
  expect(await steeredFor(host, path, service)).toBeNull();
});
