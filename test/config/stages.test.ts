import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { environmentsIn } from '../../config/environments.ts';
import { defineFailover, type StageInput } from '../../config/index.ts';
import { loadFailover, loadStages } from '../../config/load.ts';
import { merged } from '../../config/overlay.ts';
import { commandLines } from '../../runbook/command-lines.ts';
import example from '../../understudy.config.ts';

/** Nothing in it is production's. */
const staging = {
  account: '210987654321',
  ledger: { tableName: 'staging-ledger' },
  notify: { topics: { critical: 'staging-critical', info: 'staging-info' } },
  services: {
    orders: {
      regions: {
        'us-east-1': { endpoint: 'https://orders-us-east-1.staging.example.com' },
        'us-west-2': { endpoint: 'https://orders-us-west-2.staging.example.com' },
      },
      frontDoor: { url: 'https://orders.staging.example.com' },
      lever: { storeArn: 'arn:aws:cloudfront::210987654321:key-value-store/5f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11' },
      policy: { dwellMs: 20_000 },
    },
    payments: null,
  },
} satisfies StageInput;

const withStages = (stages: Record<string, unknown>) => ({ ...example, stages });
const mistakesOf = (act: () => unknown): readonly string[] => {
  try {
    act();
    return [];
  } catch (mistake) {
    if (mistake instanceof ConfigurationMistake) return mistake.mistakes;
    throw mistake;
  }
};
const inStage = (stage: object) => mistakesOf(() => parseFailover(withStages({ staging: stage }), 'file', 'staging'));
const among = (stages: Record<string, unknown>) => mistakesOf(() => environmentsIn(withStages(stages), 'file'));

test('a stage has what it says, and the rest of the environment that it inherits', () => {
  const base = parseFailover(example);
  const file = defineFailover({ ...example, stages: { staging } });
  const stage = parseFailover(file, 'file', 'staging');

  expect(parseFailover(file)).toEqual(base);
  expect(stage.name).toBe('staging');
  expect(stage.ledger).toEqual({ ...base.ledger, tableName: 'staging-ledger' });
  expect(stage.services.map(({ name }) => name)).toEqual(['orders']);
  expect(stage.services[0]?.healthy).toEqual(base.services[0]?.healthy);
  expect(stage.services[0]?.policy).toEqual({ ...base.services[0]?.policy, dwellMs: 20_000 });
});

test.each(['send', 'text', 'servedBy', 'approval', 'failback', 'constructor'])(
  'a member of a list may be called %s, and keeps what the stage says nothing of',
  (name) => {
    const under = [{ name, kind: 'a', required: true, automatic: true, tier: 1, other: 'kept' }];
    expect(merged(under, { [name]: { tier: 2, required: false, automatic: false } }, 'services')).toEqual([
      { name, kind: 'a', required: false, automatic: false, tier: 2, other: 'kept' },
    ]);
  },
);

test.each(['constructor', 'toString', '__proto__', 'valueOf'])('what every object has is no stage: %s', (stage) => {
  expect(mistakesOf(() => parseFailover(withStages({ staging }), 'file', stage))).toEqual([
    expect.stringContaining(`stages.${stage} is missing; there are staging`),
  ]);
});

test('what is laid over nothing is itself, and nothing laid over changes nothing', () => {
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(fc.integer(), fc.string(), fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'))),
  })).value;
  fc.assert(
    fc.property(tree, (value) => {
      expect(merged(undefined, value)).toEqual(value);
      expect(merged(value, value)).toEqual(value);
      if (typeof value === 'object') expect(merged(value, {})).toEqual(value);
    }),
  );
});

test.each<[string, unknown, unknown, unknown]>([
  ['a list replaces a list', [1, 2], [3], [3]],
  ['a member by its name', [{ name: 'a', n: 1 }, { name: 'b' }], { a: { n: 2 } }, [{ name: 'a', n: 2 }, { name: 'b' }]],
  [
    'one that is new',
    [{ region: 'x', n: 1 }],
    { y: { n: 2 } },
    [
      { region: 'x', n: 1 },
      { region: 'y', n: 2 },
    ],
  ],
  ['one that is taken away', [{ name: 'a' }, { name: 'b' }], { a: null }, [{ name: 'b' }]],
  ['null is a value elsewhere', { contentType: 'text/html' }, { contentType: null }, { contentType: null }],
  ['undefined takes away', { a: 1, b: 2 }, { a: undefined }, { b: 2 }],
  ['another kind is another thing', { kind: 'kvs', origins: {} }, { kind: 'arc' }, { kind: 'arc' }],
  ['a secret is elsewhere as a whole', { env: 'A' }, { parameter: '/a' }, { parameter: '/a' }],
])('%s', (_, under, over, all) => {
  expect(merged(under, over)).toEqual(all);
});

test('an approval, and a way home, are laid over one another in the same form alone', () => {
  const required = {
    approval: { required: true, deadlineMs: 1, onDeadline: 'abort' },
    failback: { automatic: true, greenForMs: 1 },
  };

  expect(merged(required, { approval: { required: false }, failback: { automatic: false } })).toEqual({
    approval: { required: false },
    failback: { automatic: false },
  });
  expect(merged(required, { approval: { deadlineMs: 2 } })).toMatchObject({
    approval: { required: true, deadlineMs: 2 },
  });
});

describe('a mistake is told where it was written', () => {
  test.each<[string, object, string]>([
    [
      'in the stage',
      { services: { orders: { policy: { dwellMs: -1 } } } },
      'stages.staging.services.orders.policy.dwellMs must',
    ],
    ['a typing error', { ledger: { tabelName: 'x' } }, 'stages.staging.ledger.tabelName is unknown'],
    ['a service that the stage alone has', { services: { search: {} } }, 'stages.staging.services.search.regions must'],
    [
      'in a region',
      { services: { orders: { regions: { 'us-west-2': { endpoint: 'x' } } } } },
      'stages.staging.services.orders.regions["us-west-2"].endpoint is no',
    ],
    [
      'between what is written and what is inherited',
      { account: '210987654321' },
      'services[0].lever.storeArn is of account 123456789012',
    ],
    [
      'where a service before was taken away',
      { account: '210987654321', services: { orders: null } },
      'services[1].lever.controls["us-east-1"] is of',
    ],
    ['in a list of its own', { observers: ['us-east-2', 'mars', 'us-west-2'] }, 'stages.staging.observers[1] is no'],
    ['stages of a stage', { stages: {} }, 'stages.staging.stages is unknown'],
  ])('%s', (_, stage, told) => {
    expect(inStage(stage).join('\n')).toContain(told);
  });

  test('and a stage that is not there', () => {
    expect(mistakesOf(() => parseFailover(withStages({ staging: {} }), 'file', 'stagng'))).toEqual([
      'stages.stagng is missing; there are staging',
    ]);
    expect(mistakesOf(() => parseFailover(example, 'file', 'staging'))).toEqual([
      'stages.staging is missing; it has no stages',
    ]);
    expect(mistakesOf(() => parseFailover({ ...example, stages: [] }, 'file', 'x'))[0]).toContain('must be an object');
  });
});

describe('environments of one file share nothing that moves', () => {
  test('these do not', () => {
    expect(among({ staging })).toEqual([]);
  });

  test('what a stage inherits and should not', () => {
    expect(among({ staging: {} })).toEqual([
      'stages.staging inherits ledger.tableName, which is that of the environment above the stages: two deployments would hold one lease',
      'stages.staging inherits services[0].frontDoor.url, which is the front door of the environment above the stages, orders: one would move the traffic of the other',
      expect.stringContaining('inherits services[0].lever.storeArn, which is the store of'),
      expect.stringContaining('inherits services[1].frontDoor.url, which is'),
      expect.stringContaining('inherits services[1].lever.controls["us-east-1"], which is a control of'),
      expect.stringContaining('inherits services[1].lever.controls["us-west-2"], which is a control of'),
    ]);
  });

  test('a name that begins with another one', () => {
    const named = { ...staging, account: example.account, name: 'understudy-staging' };
    const { lever: _, ...orders } = staging.services.orders;
    const stages = {
      staging: { ...named, services: { orders: { ...orders, lever: { storeArn: undefined } }, payments: null } },
    };
    expect(among(stages)).toEqual([expect.stringMatching(/^stages\.staging\.name is understudy-staging, and that of/)]);
  });

  test('a shadow may watch what another one moves', () => {
    const shadow = {
      ledger: { tableName: 'shadow-ledger' },
      services: { orders: { policy: { shadow: true } }, payments: null },
    };
    expect(among({ shadow })).toEqual([]);
  });

  test('two stages are told of one another', () => {
    expect(among({ staging, testing: { ...staging } }).join('\n')).toContain(
      'stages.testing.services.orders.frontDoor.url is the front door of the stage staging',
    );
  });
});

test('a file is loaded in a stage, and its warnings say which', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'understudy-')), 'two.json');
  await writeFile(
    file,
    JSON.stringify({
      ...example,
      stages: { staging: { ...staging, observers: ['us-east-2', 'us-west-2', 'xx-north-9'] } },
    }),
  );
  const told: string[] = [];

  expect((await loadFailover(file, { stage: 'staging', warn: (line) => told.push(line) })).name).toBe('staging');
  expect(told).toEqual([expect.stringContaining(`${file}, stage staging: warning: stages.staging.observers[2]`)]);
  expect((await loadStages(file)).map(({ stage }) => stage)).toEqual([undefined, 'staging']);
});

test('the lines of a page name the stage', () => {
  const lines = commandLines({ stage: 'staging' });

  expect(lines.understudy('pause orders')).toContain('pause orders --config understudy.config.ts --stage staging');
  expect(lines.deploy).toBe(
    'UNDERSTUDY_CONFIG=understudy.config.ts UNDERSTUDY_STAGE=staging npx cdk deploy --all --outputs-file cdk-outputs.staging.json',
  );
});
