import { Resolver } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { isResolver } from '../../config/resolver.ts';
import { exampleWith, mistakesOf, warningsFor } from '../support/configuration.ts';

const endpoint = 'services[0].regions[0].endpoint';
const door = 'services[0].frontDoor.url';
const urls = [endpoint, door, 'controlTarget.url', 'services[0].lever.endpoint', 'services[1].lever.endpoints[0].url'];

describe('a secret in an address is refused, and not repeated:', () => {
  test.each(
    urls.flatMap((path) =>
      ['https://probe:hunter2@x.example.com', 'https://hunter2@x.example.com'].map((url) => [path, url]),
    ),
  )('%s = %s', (path, url) => {
    const mistakes = mistakesOf(exampleWith({ [path as string]: url }));

    expect(mistakes).toEqual([expect.stringMatching(/holds a user or a password/)]);
    expect(mistakes[0]?.startsWith(`${path} `)).toBe(true);
    expect(mistakes.join()).not.toContain('hunter2');
  });

  test('the address of the runbook, which every message has', () => {
    expect(mistakesOf(exampleWith({ runbookUrl: 'https://me:hunter2@wiki.example.com/run' }))).toEqual([
      'runbookUrl holds a user or a password, and is sent to everybody',
    ]);
  });
});

describe('what would be thrown away is refused:', () => {
  test.each([
    [endpoint, 'https://x.example.com/health?key=abc', 'has a query'],
    [door, 'https://x.example.com/?', 'has a query'],
    [door, 'https://x.example.com/#top', 'has a #'],
    ['services[0].healthy.path', '/health#top', 'has a #'],
    [endpoint, 'https://*.example.com', 'has a * in its host'],
    [endpoint, 'https://x..example.com', 'has a host with an empty or too long part'],
    [endpoint, 'ftp://x.example.com', 'is no http(s) URL'],
    [door, 'x.example.com', 'is no http(s) URL'],
  ])('%s = %s', (path, url, says) => {
    expect(mistakesOf(exampleWith({ [path]: url }))).toEqual([expect.stringContaining(`${path} ${says}`)]);
  });

  test('but the control target is asked as it stands, query and all', () => {
    expect(mistakesOf(exampleWith({ 'controlTarget.url': 'https://checkip.example.com/ip?v=4' }))).toEqual([]);
  });
});

describe('where no canary gets to is warned of:', () => {
  test.each([
    'http://10.0.3.7:8080',
    'http://172.31.0.9',
    'http://192.168.1.1',
    'http://169.254.169.254',
    'http://100.64.0.1',
    'http://127.0.0.1:3000',
    'http://localhost:8080',
    'https://orders.localhost',
    'https://orders',
    'https://orders.corp.internal',
    'https://orders.local.',
    'https://abc-vpce-0a1b2c.execute-api.us-east-1.amazonaws.com/prod',
    'https://vpce-0a1b-c2.execute-api.us-east-1.vpce.amazonaws.com',
    'http://internal-orders-123.us-east-1.elb.amazonaws.com',
    'https://[2001:db8::10]',
  ])('%s', (url) => {
    expect(warningsFor(exampleWith({ [endpoint]: url }))).toEqual([
      expect.stringMatching(/^services\[0\]\.regions\[0\]\.endpoint /),
    ]);
    expect(warningsFor(exampleWith({ [door]: url })).join('\n')).toMatch(/^services\[0\]\.frontDoor\.url /m);
  });

  test.each(['https://203.0.113.7', 'https://172.32.0.1', 'https://internal.example.com', 'https://local.example.com'])(
    'and %s is not',
    (url) => {
      expect(warningsFor(exampleWith({ [endpoint]: url }))).toEqual([]);
    },
  );
});

describe('a resolver', () => {
  const good = ['8.8.8.8', '8.8.8.8:53', '2001:4860:4860::8888', '[2001:4860:4860::8888]:53', '[2001:4860:4860::8888]'];
  const bad = [
    ...['dns.google', 'dns.google:53', 'https://1.1.1.1/dns-query', '1.1.1.1:53x', '1.1.1.1:', ' 8.8.8.8', ''],
    ...['8.8.8.8:0', '8.8.8.8:65536', '[8.8.8.8]:53', '008.8.8.8', '8.8.8', '[2001:db8::1', 'fe80::1%eth0'],
  ];

  test.each(good)('%s is taken, and by Node as well', (text) => {
    expect(mistakesOf(exampleWith({ 'services[0].frontDoor.resolvers': [text] }))).toEqual([]);
    expect(() => new Resolver().setServers([text])).not.toThrow();
  });

  test.each(bad)('"%s" is refused with its path and an example', (text) => {
    expect(isResolver(text)).toBe(false);
    expect(mistakesOf(exampleWith({ 'services[0].frontDoor.resolvers': ['8.8.8.8', text] }))).toEqual([
      'services[0].frontDoor.resolvers[1] must be an IP address, with a port if need be, like 8.8.8.8 or [2001:db8::1]:53',
    ]);
  });

  test('that only a machine of its network finds is warned of', () => {
    expect(warningsFor(exampleWith({ 'services[0].frontDoor.resolvers': ['8.8.8.8:53', '10.0.0.2:53'] }))).toEqual([
      expect.stringMatching(/^services\[0\]\.frontDoor\.resolvers\[1\] is an address that nothing outside/),
    ]);
  });
});
