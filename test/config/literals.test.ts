import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, test } from 'vitest';
import { editsBetween, knownRegions, partitionOf } from '../../config/regions.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';
import { another } from '../support/another.ts';
import { exampleWith, mistakesOf, warningsFor } from '../support/configuration.ts';

const [orders, payments] = example.services;
if (orders === undefined || payments === undefined) throw new Error('the example has two services');

const control = (account: string, at = 'a'.repeat(16), partition = 'aws') =>
  `arn:${partition}:route53-recovery-control::${account}:controlpanel/0123456bbbbbbb0123456bbbbbb0123456/routingcontrol/${at}`;
const hook = (functionArn: string) => [{ name: 'scale', when: 'prepare', functionArn, timeoutMs: 60_000 }];
const store = 'services[0].lever.storeArn';
const east = 'services[1].lever.controls["us-east-1"]';
const functionOf = 'services[0].hooks[0].functionArn';

describe('an ARN is refused', () => {
  test.each([
    [
      'of another account',
      { [store]: 'arn:aws:cloudfront::999999999999:key-value-store/6f1c2f0e' },
      store,
      '999999999999, and account is 123456789012',
    ],
    ['of another account', { [east]: control('999999999999') }, east, '999999999999'],
    [
      'of another account',
      { 'services[0].hooks': hook('arn:aws:lambda:us-west-2:999999999999:function:scale') },
      functionOf,
      '999999999999',
    ],
    ['of another partition', { [east]: control('123456789012', 'a1', 'aws-us-gov') }, east, 'partition aws-us-gov'],
    [
      'of a control panel',
      { [east]: control('123456789012').replace(/\/routingcontrol.*/, '') },
      east,
      'no ARN of a routing control',
    ],
    [
      'of a distribution',
      { [store]: 'arn:aws:cloudfront::123456789012:distribution/E1' },
      store,
      'no ARN of a KeyValueStore',
    ],
    [
      'without an account',
      { [store]: 'arn:aws:cloudfront:::key-value-store/6f1c' },
      store,
      'no ARN of a KeyValueStore',
    ],
    [
      'of a function nowhere',
      { 'services[0].hooks': hook('arn:aws:lambda:::function:scale') },
      functionOf,
      'no ARN of a Lambda function',
    ],
    [
      'of a layer',
      { 'services[0].hooks': hook('arn:aws:lambda:us-west-2:123456789012:layer:scale:1') },
      functionOf,
      'no ARN of a Lambda function',
    ],
    [
      'of a function that is lost with what it is to save',
      { 'services[0].hooks': hook('arn:aws:lambda:us-east-1:123456789012:function:promote') },
      functionOf,
      'is in us-east-1, the home region of orders',
    ],
  ])('%s: %j', (_, changes, path, says) => {
    const mistakes = mistakesOf(exampleWith(changes));

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.startsWith(`${path} `)).toBe(true);
    expect(mistakes[0]).toContain(says);
  });

  test('and one with an alias is taken', () => {
    const aliased = hook('arn:aws:lambda:us-west-2:123456789012:function:scale:live');
    expect(mistakesOf(exampleWith({ 'services[0].hooks': aliased }))).toEqual([]);
  });
});

describe('two literals that are one are refused, with both paths:', () => {
  const refunds = another(orders, 'refunds');
  const beacon = { ...payments, name: 'search', lever: beaconOf(), policy: { verify: { timeoutMs: 300_000 } } };
  test.each<[string, Record<string, unknown>, string, string]>([
    [
      'endpoints of two regions',
      { 'services[0].regions[1].endpoint': 'HTTPS://Orders-US-East-1.example.com:443/' },
      'services[0].regions[1].endpoint',
      'services[0].regions[0].endpoint',
    ],
    [
      'an endpoint and its front door',
      { 'services[0].regions[0].endpoint': 'http://orders.example.com./v1' },
      'services[0].regions[0].endpoint',
      'services[0].frontDoor.url',
    ],
    [
      'an endpoint and the front door of another service',
      { 'services[0].regions[1].endpoint': 'https://payments.example.com' },
      'services[0].regions[1].endpoint',
      'services[1].frontDoor.url',
    ],
    [
      'front doors behind CloudFront',
      { 'services[2]': { ...refunds, frontDoor: { url: 'https://orders.example.com:443/' } } },
      'services[2].frontDoor.url',
      'services[0].frontDoor.url',
    ],
    [
      'another host of a service and the front door of another one',
      {
        'services[2]': { ...refunds, frontDoor: { url: 'https://refunds.example.com', hosts: ['Orders.example.com'] } },
      },
      'services[2].frontDoor.hosts[0]',
      'orders',
    ],
    [
      'another host, also of a service that comes later',
      {
        'services[0].frontDoor.hosts': ['refunds.example.com'],
        'services[2]': { ...refunds, frontDoor: { url: 'https://refunds.example.com' } },
      },
      'services[0].frontDoor.hosts[0]',
      'refunds',
    ],
    [
      'another host and the front door’s own',
      { 'services[0].frontDoor.hosts': ['orders.example.com'] },
      'services[0].frontDoor.hosts[0]',
      'is a host of the service already',
    ],
    [
      'another host where no edge reads it',
      { 'services[1].frontDoor.hosts': ['pay.example.com'] },
      'services[1].frontDoor.hosts[0]',
      'does not move by kvs',
    ],
    [
      'hosts of which one moves by DNS',
      {
        'services[2]': { ...another(payments, 'refunds'), frontDoor: { url: 'https://payments.example.com/refunds' } },
      },
      'services[2].frontDoor.url',
      'services[1].frontDoor.url',
    ],
    [
      'controls of two regions',
      { 'services[1].lever.controls': { 'us-east-1': control('123456789012'), 'us-west-2': control('123456789012') } },
      'services[1].lever.controls["us-west-2"]',
      'services[1].lever.controls["us-east-1"]',
    ],
    [
      'controls of two services',
      { 'services[2]': { ...another(payments, 'refunds'), lever: payments.lever } },
      'services[2].lever.controls["us-east-1"]',
      'services[1].lever.controls["us-east-1"]',
    ],
    [
      'endpoints of a cluster',
      { 'services[1].lever.endpoints[3].url': 'https://host-aaaaaa.us-east-1.example.com/v1' },
      'services[1].lever.endpoints[3].url',
      'services[1].lever.endpoints[0].url',
    ],
    [
      'origins',
      { 'services[0].lever.origins["us-west-2"]': 'orders-us-east-1' },
      'services[0].lever.origins["us-west-2"]',
      'services[0].lever.origins["us-east-1"]',
    ],
    [
      'aliases of DNS',
      {
        'services[2]': {
          ...beacon,
          frontDoor: { url: 'https://search.example.com' },
          lever: {
            ...beaconOf(),
            hostedZone: {
              id: 'Z1',
              name: 'example.com',
              aliases: {
                'us-east-1': { dnsName: 'one.example.com', zoneId: 'Z1' },
                'us-west-2': { dnsName: 'one.example.com.', zoneId: 'Z1' },
              },
            },
          },
        },
      },
      'services[2].lever.hostedZone.aliases["us-west-2"]',
      'services[2].lever.hostedZone.aliases["us-east-1"]',
    ],
  ])('%s', (_, changes, path, first) => {
    const mistakes = mistakesOf(exampleWith(changes));
    const found = mistakes.filter((mistake) => mistake.startsWith(`${path} `));

    expect(found, mistakes.join('\n')).toHaveLength(1);
    expect(found[0]).toContain(first);
  });

  test.each([
    ['controlRegions', ['us-west-2', 'us-west-2'], 'controlRegions[1] repeats us-west-2'],
    ['notify.topics.info', 'understudy-critical', 'notify.topics.info repeats understudy-critical'],
    ['notify.emails', ['a@example.com', 'a@example.com'], 'notify.emails[1] repeats a@example.com'],
    ['services[1].lever.endpoints[2].region', 'us-east-1', 'services[1].lever.endpoints[2].region repeats us-east-1'],
  ])('%s = %j', (path, value, line) => {
    expect(mistakesOf(exampleWith({ [path]: value }))).toContain(line);
  });

  test('paths tell services behind one distribution apart, and monoliths may share their regional endpoints', () => {
    const beside = { ...refunds, regions: orders.regions, frontDoor: { url: 'https://orders.example.com/refunds' } };
    expect(mistakesOf(exampleWith({ 'services[2]': beside }))).toEqual([]);
  });

  test('the control target is nobody’s service', () => {
    expect(mistakesOf(exampleWith({ 'controlTarget.url': 'https://orders-us-east-1.example.com/ip' }))).toEqual([
      expect.stringContaining('controlTarget.url has the host of orders'),
    ]);
  });

  test('an endpoint of the cluster is of the region that its address names', () => {
    expect(
      mistakesOf(exampleWith({ 'services[1].lever.endpoints[2].url': 'https://host-cccccc.eu-west-2.example.com/v1' })),
    ).toEqual(['services[1].lever.endpoints[2].region is eu-west-1, and the url beside it names eu-west-2']);
  });
});

describe('a region', () => {
  test('list is that of the CDK, and partitions are told apart as there', () => {
    for (const { name, partition } of RegionInfo.regions) {
      expect(partitionOf(name), name).toBe(partition);
      expect(knownRegions.includes(name), name).toBe(partition === 'aws');
    }
  });

  test.each([
    ['observers[0]', 'us-gov-west-1', 'aws-us-gov'],
    ['controlRegions[1]', 'cn-north-1', 'aws-cn'],
    ['ledger.region', 'eusc-de-east-1', 'aws-eusc'],
    ['services[0].regions[1].region', 'us-isob-east-1', 'aws-iso-b'],
    ['services[1].lever.endpoints[0].region', 'eu-isoe-west-1', 'aws-iso-e'],
  ])('%s in %s is refused as one of the partition %s', (path, name, partition) => {
    expect(mistakesOf(exampleWith({ [path]: name }))).toContain(
      `${path} is ${name}, of the partition ${partition}: Understudy knows regions of aws alone`,
    );
  });

  test.each([
    ['observers[1]', 'us-wset-2', 'us-west-2'],
    ['controlRegions[1]', 'eu-cetnral-1', 'eu-central-1'],
    ['observers[2]', 'ca-centrl-1', 'ca-central-1'],
  ])('%s = %s is warned of, with %s', (path, name, meant) => {
    const warnings = warningsFor(exampleWith({ [path]: name }));
    expect(warnings).toEqual([`${path} is ${name}, a region that is not known here; did you mean ${meant}?`]);
  });

  test.each([
    ['services[0].regions[1].region', 'us-wset-2'],
    ['ledger.replicas[0]', 'us-wset-2'],
  ])('%s = %s, for which something else is refused, is told as the likely cause', (path, name) => {
    expect(mistakesOf(exampleWith({ [path]: name }))).toContain(
      `${path} is ${name}, a region that is not known here; did you mean us-west-2?`,
    );
  });

  test('newer than our list is taken, with a word', () => {
    expect(warningsFor(exampleWith({ 'observers[2]': 'me-northwest-9' }))).toEqual([
      'observers[2] is me-northwest-9, a region that is not known here; look for a typing error',
    ]);
  });

  test.each([
    ['', 'abc', 3],
    ['west', 'wset', 1],
    ['us-east-1', 'us-east-1', 0],
    ['kitten', 'sitting', 3],
  ])('%s is %s by %d edits', (a, b, edits) => {
    expect(editsBetween(a, b)).toBe(edits);
    expect(editsBetween(b, a)).toBe(edits);
  });
});
