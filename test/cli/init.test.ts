import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invocation } from '../../cli/command.ts';
import { settingsOf } from '../../cli/commands/check.ts';
import { answersOf } from '../../cli/init/answers.ts';
import { placesFor } from '../../cli/init/regions.ts';
import { foundAmong } from '../../cli/init/template.ts';
import { parseFailover } from '../../config/define-failover.ts';
import { knownRegions } from '../../config/regions.ts';
import { warningsOf } from '../../config/warnings.ts';
import example from '../../understudy.config.ts';

const invocation = (values: Invocation['values']): Invocation => ({
  operands: [],
  values,
  out: () => {},
  err: () => {},
  signal: new AbortController().signal,
});

const required = {
  'front-door': 'https://orders.example.com',
  api: 'https://{region}.example.com',
  account: '123456789012',
};

test('places for any two regions make a configuration that nothing is wrong with, and nothing strange', () => {
  const region = fc.constantFrom(...knownRegions);
  fc.assert(
    fc.property(
      fc.tuple(region, region).filter(([home, standby]) => home !== standby),
      ([home, standby]) => {
        const { observers, controlRegions, ledger } = placesFor(home, standby);
        const endpoint = (name: string) => ({ region: name, endpoint: `https://${name}.example.com` });

        const failover = parseFailover({
          account: '123456789012',
          observers,
          controlRegions,
          ledger: { tableName: 'understudy-ledger', ...ledger },
          controlTarget: example.controlTarget,
          notify: { topics: example.notify.topics },
          services: [
            {
              name: 'orders',
              regions: [endpoint(home), endpoint(standby)],
              frontDoor: { url: 'https://orders.example.com' },
              lever: { kind: 'kvs', origins: { [home]: 'a', [standby]: 'b' } },
            },
          ],
        });

        expect(warningsOf(failover)).toEqual([]);
      },
    ),
  );
});

test('without a terminal nothing is asked: what has no default is named, and the rest is the default', async () => {
  await expect(answersOf(invocation({}), {}, {})).rejects.toThrow('say --front-door, --api, --account');
  expect(await answersOf(invocation(required), {}, {})).toMatchObject({ home: 'us-east-1', standby: 'us-west-2' });
});

test('a check shows every value that holds, and which of them somebody wrote', () => {
  const written = { name: 'a', services: [{ url: 'http://A.example.com/' }] };
  const holding = { name: 'a', services: [{ url: 'http://A.example.com', status: 200 }], emails: [] };

  expect(settingsOf(holding, written)).toEqual([
    { path: 'name', value: 'a', from: 'written' },
    { path: 'services[0].url', value: 'http://A.example.com', from: 'made of it' },
    { path: 'services[0].status', value: 200, from: 'default' },
    { path: 'emails', value: [], from: 'default' },
  ]);
});

const api = (region: string, host: unknown, type = 'AWS::ApiGatewayV2::DomainName') => ({
  region,
  template: { Resources: { Api: { Type: type, Properties: { DomainName: host } } } },
});
const site = (aliases: readonly unknown[], origins: readonly (readonly [string, unknown])[]) => ({
  region: 'us-east-1',
  template: {
    Resources: {
      Site: {
        Type: 'AWS::CloudFront::Distribution',
        Properties: {
          DistributionConfig: { Aliases: aliases, Origins: origins.map(([Id, DomainName]) => ({ Id, DomainName })) },
        },
      },
    },
  },
});

test('templates answer what they say in so many words: home is the region that a distribution leads to', () => {
  const found = foundAmong(
    [
      api('eu-west-1', 'api-eu-west-1.example.com'),
      api('eu-central-1', 'api-eu-central-1.example.com', 'AWS::ApiGateway::DomainName'),
      site(
        ['www.shop.example.com'],
        [
          ['main', 'api-eu-central-1.example.com'],
          ['files', { 'Fn::GetAtt': ['B', 'N'] }],
        ],
      ),
    ],
    '123456789012',
  );

  expect(found).toEqual({
    answers: {
      account: '123456789012',
      frontDoor: 'https://www.shop.example.com',
      service: 'shop',
      home: 'eu-central-1',
      standby: 'eu-west-1',
      api: 'https://api-{region}.example.com',
    },
    endpoints: {
      'eu-west-1': 'https://api-eu-west-1.example.com',
      'eu-central-1': 'https://api-eu-central-1.example.com',
    },
    origins: { 'eu-central-1': 'main' },
  });
});

test('addresses without a pattern are taken one by one, and a name that two regions share is no region’s own', () => {
  const { answers, endpoints } = foundAmong(
    [
      api('us-east-1', 'east.example.com'),
      api('us-west-2', 'west.example.com'),
      api('us-east-1', 'api.example.com'),
      api('us-west-2', 'api.example.com'),
      api('us-west-2', { Ref: 'Name' }),
    ],
    undefined,
  );

  expect(answers).toEqual({ home: 'us-east-1', standby: 'us-west-2' });
  expect(endpoints).toEqual({ 'us-east-1': 'https://east.example.com', 'us-west-2': 'https://west.example.com' });
});

test('one template has no region of its own: hosts say theirs', () => {
  const { region: _, ...one } = site(
    [],
    [
      ['a', 'x1.execute-api.us-east-1.amazonaws.com'],
      ['b', 'x2.execute-api.us-west-2.amazonaws.com'],
    ],
  );

  expect(foundAmong([{ region: '', ...one }], undefined)).toMatchObject({
    answers: { home: 'us-east-1', standby: 'us-west-2' },
    origins: { 'us-east-1': 'a', 'us-west-2': 'b' },
  });
});
