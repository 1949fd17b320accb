import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invocation } from '../../cli/command.ts';
import { settingsOf } from '../../cli/commands/check.ts';
import { answersOf } from '../../cli/init/answers.ts';
import { placesFor } from '../../cli/init/regions.ts';
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
  await expect(answersOf(invocation({}), {})).rejects.toThrow('say --front-door, --api, --account');
  expect(await answersOf(invocation(required), {})).toMatchObject({ home: 'us-east-1', standby: 'us-west-2' });
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
