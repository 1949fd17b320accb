import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { exampleWith, mistakesOf } from '../support/configuration.ts';

const header = { header: 'x-served-region' };
const withAccess = (access: object) => exampleWith({ 'services[0].access': access });
const withHealthy = (healthy: object) => exampleWith({ 'services[0].healthy': { path: '/ping', ...healthy } });

test('says where keys lie; header names are in lower case, and what is left out is no member', () => {
  const [orders] = parseFailover(
    withAccess({
      headers: {
        'X-Api-Key': { parameter: '/orders/key' },
        authorization: { secret: 'orders/probe', field: 'token', prefix: 'Bearer ' },
        'x-team': 'understudy',
      },
    }),
  ).services;

  expect(orders?.access).toEqual({
    headers: {
      'x-api-key': { parameter: '/orders/key' },
      authorization: { secret: 'orders/probe', field: 'token', prefix: 'Bearer ' },
      'x-team': 'understudy',
    },
  });
});

const place = { parameter: '/a' };
const token = { url: 'https://auth.example.com/token', clientId: 'a', clientSecret: place };
const sign = { service: 'execute-api', resources: ['arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/health'] };

describe('what would keep doors shut, or show a secret, is refused:', () => {
  test.each<[object, string]>([
    [{ headers: { 'x-api-key': { value: 'secret' } } }, 'access.headers'],
    [
      { headers: { 'x-api-key': { secret: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf' } } },
      'access',
    ],
    [{ headers: { 'x api key': 'a' } }, 'access.headers'],
    [{ headers: { 'x-a': 'line\nbreak' } }, 'access.headers'],
    [{ headers: { host: 'api.example.com' } }, 'access.headers.host'],
    [{ headers: { Connection: 'keep-alive' } }, 'access.headers.connection'],
    [{ headers: { authorization: place }, token }, 'access.headers.authorization'],
    [{ headers: { authorization: place }, sign }, 'access.headers.authorization'],
    [{ sign, token }, 'access.sign'],
    [{ sign: { ...sign, resources: ['arn:aws:execute-api:us-east-1:123456789012:abc/*'] } }, 'access.sign.resources'],
    [{ sign: { ...sign, resources: [] } }, 'access.sign.resources'],
    [{ token: { ...token, clientSecret: 'secret' } }, 'access.token.clientSecret'],
    [{ token: { ...token, url: 'http://auth.example.com/token' } }, 'access.token.url'],
    [{ certificate: { certificate: place } }, 'access.certificate.key'],
    [{ certificate: { certificate: '-----BEGIN', key: place } }, 'access.certificate.certificate'],
  ])('%j', (access, member) => {
    const mistakes = mistakesOf(withAccess(access));

    expect(mistakes.length, mistakes.join('\n')).toBeGreaterThan(0);
    expect(
      mistakes.every((mistake) => mistake.startsWith(`services[0].${member}`)),
      mistakes.join('\n'),
    ).toBe(true);
  });

  test('an address without TLS, which all could read on the way', () => {
    const given = exampleWith({
      'services[0].access': { headers: { 'x-api-key': place } },
      'services[0].regions[0].endpoint': 'http://orders-us-east-1.example.com',
    });

    expect(mistakesOf(given)).toEqual([expect.stringMatching(/^services\[0\]\.regions\[0\]\.endpoint is http, and /)]);
  });

  test('but one of this machine, where a sandbox is', () => {
    const given = exampleWith({
      'services[0].access': { headers: { 'x-api-key': place } },
      'services[0].regions[0].endpoint': 'http://127.0.0.11:1234/orders',
    });

    expect(mistakesOf(given)).toEqual([]);
  });
});

describe('a healthy answer', () => {
  test.each<[object, object]>([
    [
      { status: [200, 204], servedBy: header },
      { status: [200, 204], contentType: null },
    ],
    [
      { text: { contains: 'OK' }, servedBy: header },
      { text: { contains: 'OK' }, contentType: null },
    ],
    [{ text: { matches: '^UP$' } }, { text: { matches: '^UP$' }, contentType: null }],
    [
      { method: 'POST', send: { query: '{ ok }' } },
      { method: 'POST', send: { query: '{ ok }' } },
    ],
    [{ method: 'HEAD', servedBy: header }, { method: 'HEAD' }],
  ])('may be %j', (healthy, parsed) => {
    expect(parseFailover(withHealthy(healthy)).services[0]?.healthy).toMatchObject(parsed);
  });

  test.each<[object, string]>([
    [{ status: [], servedBy: header }, 'status'],
    [{ status: [200, 204] }, 'status[1]'],
    [{ status: [200, 204], servedBy: header, body: { a: 1 } }, 'status[1]'],
    [{ status: 204, servedBy: header, text: { contains: 'OK' } }, 'text'],
    [{ text: { contains: '' } }, 'text'],
    [{ text: { matches: '(' } }, 'text'],
    [{ text: { matches: '(a+)+$' } }, 'text'],
    [{ send: { a: 1 } }, 'send'],
    [{ method: 'DELETE' }, 'method'],
    [{ method: 'HEAD' }, 'servedBy'],
    [{ method: 'HEAD', servedBy: header, body: { a: 1 } }, 'body'],
  ])('may not be %j', (healthy, member) => {
    const mistakes = mistakesOf(withHealthy(healthy));

    expect(mistakes, mistakes.join('\n')).toHaveLength(1);
    expect(mistakes[0]?.startsWith(`services[0].healthy.${member}`), mistakes[0]).toBe(true);
  });
});

test('a region has a path and a host of its own', () => {
  const given = exampleWith({
    'services[0].regions[1].path': '/health/west',
    'services[0].regions[1].host': 'Orders.Example.com',
  });

  expect(parseFailover(given).services[0]?.regions[1]).toMatchObject({
    path: '/health/west',
    host: 'orders.example.com',
  });
  expect(mistakesOf(exampleWith({ 'services[0].regions[1].host': 'https://a.example.com' }))).toHaveLength(1);
});
