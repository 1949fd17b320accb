import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { loadFailover } from '../../config/load.ts';
import { scaleFailover } from '../../config/scale.ts';
import { ownerOfAlarm, ownerOfCanary } from '../../deployment/names.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';
import { failover, home } from '../support/world.ts';

/** The mistakes of the example with one member changed. */
function mistakesOf(change: (config: typeof example) => unknown): readonly string[] {
  const config = structuredClone(example);
  const changed = change(config) ?? config;
  try {
    parseFailover(changed);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

const set = (path: string, value: unknown) => (config: unknown) => {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: the test writes what no type allows.
  const owner = parts.reduce((at: any, part) => at[part], config);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
};

const hook = { when: 'prepare', functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up' };

const slackApp = (change: object) => ({
  kind: 'slack-app',
  name: 'incidents',
  teamId: 'T0123ABCD',
  channelId: 'C0123ABCD',
  approvers: [{ userId: 'U0123ABCD', person: 'ada@example.com' }],
  secrets: { botToken: { env: 'TOKEN' }, signingSecret: { env: 'SIGNING' } },
  ...change,
});
const slackMistakes: readonly [string, unknown, string][] = [
  [
    'notify.channels.0',
    slackApp({ secrets: { botToken: { env: 'TOKEN' } } }),
    'notify.channels[0].secrets.signingSecret is missing: without it nobody knows whose answers come',
  ],
  [
    'notify.channels.0',
    slackApp({ approvers: [] }),
    'notify.channels[0].approvers is empty, and signingSecret is of no use: name who may answer',
  ],
  [
    'notify.channels.0',
    slackApp({ channelId: '#incidents' }),
    'notify.channels[0].channelId must be the id of a channel in Slack, like C0123ABCD, not its name',
  ],
  [
    'notify.channels.0',
    slackApp({ approvers: [1, 2].map((n) => ({ userId: 'U0123ABCD', person: `person ${n}` })) }),
    'notify.channels[0].approvers[1].userId repeats U0123ABCD',
  ],
  [
    'notify.channels.0',
    slackApp({ secrets: { botToken: { env: 'SAME' }, signingSecret: { env: 'SAME' } } }),
    'notify.channels[0].secrets.signingSecret.env is that of botToken: each secret has a place of its own',
  ],
];

describe('a wrong configuration', () => {
  test.each([
    ['account', '12', 'account must be the 12 digits of an AWS account'],
    ['account', undefined, 'account must be a string of 12 digits and is missing'],
    ['observers', ['us-east-2', 'us-west-2'], 'observers must list at least three: two cannot outvote a broken one'],
    ['observers.0', 'mars', 'observers[0] is no AWS region name; write it like us-east-1'],
    ['observers.1', 'us-east-2', 'observers[1] repeats us-east-2'],
    ['controlRegions', ['us-east-1'], "controlRegions must not be orders's home region alone: it dies with it"],
    ['services.0.regions.1', undefined, 'services[0].regions[1] must be an object'],
    ['services.0.frontDoor.url', 'orders', 'services[0].frontDoor.url is no http(s) URL'],
    ['services.0.lever.kind', 'magic', 'services[0].lever.kind must have the kind "kvs", "arc" or "beacon"'],
    ['services.0.lever.origins', { 'us-east-1': 'a' }, 'services[0].lever.origins has none for us-west-2'],
    [
      'services.1.lever.endpoints',
      [],
      'services[1].lever.endpoints is missing, though controls are given: give both, or neither',
    ],
    [
      'services.1.lever.endpoints',
      [{ region: 'us-east-1', url: 'https://one.example.com' }],
      'services[1].lever.endpoints must list the five endpoints of the ARC cluster',
    ],
    ['services.1.lever', { kind: 'arc' }, 'services[1].lever.hostedZone is missing'],
    ['services.1.lever', { kind: 'beacon' }, 'services[1].lever.hostedZone must be an object and is missing'],
    [
      'services.1.lever',
      { kind: 'arc', hostedZone: { id: 'Z1', name: 'other.org', aliases: {} } },
      'services[1].lever.hostedZone.name is other.org, and payments.example.com is not within it',
    ],
    [
      'services.1.lever',
      { kind: 'arc', hostedZone: { id: 'Z1', name: 'example.com', aliases: {} } },
      'services[1].lever.hostedZone.aliases has none for us-west-2',
    ],
    ['services.1.lever', { ...beaconOf() }, 'services[1].policy.verify.timeoutMs must be at least 240000 for a beacon'],
    ['services.0.policy.quorum', 1, 'services[0].policy.quorum must be at least 2: one witness is no quorum'],
    ['services.0.policy.quorum', 4, 'services[0].policy.quorum is 4, more than the 3 observers'],
    ['services.0.policy.ramp', { percents: [50] }, 'services[0].policy.ramp.percents must end in 100'],
    ['services.0.policy.dwellMs', 3_600_000, 'services[0].policy.dwellMs must be at most half an hour'],
    [
      'services.0.policy.burst',
      { count: 20, intervalMs: 1_000 },
      'services[0].policy.burst is 23000 ms long with healthy.timeoutMs; a look may take 15000 ms',
    ],
    [
      'services.0.policy.evidenceMaxAgeMs',
      3_000,
      'services[0].policy.evidenceMaxAgeMs is less than the 6000 ms that a look takes: no evidence would be fresh',
    ],
    [
      'services.0.hooks',
      ['scale-up', 'promote'].map((name) => ({ ...hook, name, timeoutMs: 600_000 })),
      'services[0].hooks has prepare hooks of 1200000 ms, their retries included; all of them together may take 840000 ms',
    ],
    ['services.0.polcy', {}, 'services[0].polcy is unknown; remove it or look for a typing error'],
    ['services.1.name', 'orders', 'services[1] repeats orders'],
    [
      'notify.channels.0.secrets.webhookUrl.env',
      'https://hooks.example/T/B/x',
      'notify.channels[0].secrets.webhookUrl.env must name an environment variable; the secret itself stays out of here',
    ],
    [
      'notify.channels.0.secrets.webhookUrl',
      {},
      'notify.channels[0].secrets.webhookUrl must have env, parameter or both',
    ],
    ['notify.channels.0.name', 'sns', 'notify.channels[0].name is sns, which the topics have; choose another'],
    [
      'notify.channels.0.only',
      { services: ['order'] },
      'notify.channels[0].only.services[0] is order, which is no service',
    ],
    ...slackMistakes,
    [
      'notify.channels.0',
      { kind: 'webhook', name: 'tools', secrets: { url: { env: 'TOOLS' }, signingKey: { env: 'TOOLS' } } },
      'notify.channels[0].secrets.signingKey.env is that of url: each secret has a place of its own',
    ],
  ])('%s = %j: says so with the path', (path, value, message) => {
    expect(mistakesOf(set(path, value)).join('\n')).toContain(message);
  });

  test('gives every mistake its own line', () => {
    const mistakes = mistakesOf((config) => {
      set('account', '12')(config);
      set('ledger.tableName', '')(config);
    });
    expect(mistakes.map((mistake) => mistake.split(' ')[0])).toEqual(['account', 'ledger.tableName']);
  });

  test('never ends in anything but a ConfigurationMistake, whatever the file exports', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => parseFailover(value)).toThrow(ConfigurationMistake);
      }),
    );
  });
});

describe('loading', () => {
  test.each([
    ['no-default.ts', 'export const a = 1;', 'has no default export'],
    ['syntax.ts', 'export default {', 'cannot be loaded'],
    ['broken.json', '{', 'cannot be read as JSON, at line 1, column 2'],
  ])('%s: says what is wrong with the file', async (name, content, message) => {
    const file = join(await mkdtemp(join(tmpdir(), 'understudy-config-')), name);
    await writeFile(file, content);

    await expect(loadFailover(file)).rejects.toThrow(message);
  });

  test('a missing file is named', async () => {
    await expect(loadFailover('/nowhere/understudy.config.ts')).rejects.toThrow(
      '/nowhere/understudy.config.ts has a mistake:\n  does not exist',
    );
  });
});

test('only our own alarms and canaries have an owner', () => {
  expect(ownerOfAlarm(failover, 'understudy-orders-us-east-1')).toMatchObject({
    service: { name: 'orders' },
    region: home,
  });
  expect(ownerOfAlarm(failover, 'understudy-orders-front-door')).toMatchObject({ region: null });
  expect(ownerOfAlarm(failover, 'orders-us-east-1')).toBeNull();
  expect(ownerOfCanary(failover, 'understudy-payments-us-west-2')).toMatchObject({ service: { name: 'payments' } });
  expect(ownerOfCanary(failover, 'staging-payments-us-west-2')).toBeNull();
});

test('a scaled configuration is still a configuration, and faster by the tempo', () => {
  const scaled = scaleFailover(failover, 20);

  expect(parseFailover(JSON.parse(JSON.stringify(scaled)))).toEqual(scaled);
  expect(scaled.services[0]?.policy).toMatchObject({ dwellMs: 500, cooldownMs: 90_000, burst: { intervalMs: 50 } });
  expect(scaleFailover(failover, 1)).toBe(failover);
});

describe('a write probe', () => {
  const probe = { method: 'POST', path: '/checks' };

  test('needs a method and a path; an answer in JSON is what is expected', () => {
    const config = structuredClone(example);
    set('services.0.writeProbe', probe)(config);

    expect(parseFailover(config).services[0]?.writeProbe).toEqual({
      ...probe,
      status: 200,
      contentType: 'application/json',
      body: {},
    });
  });

  test.each([
    [{ ...probe, method: 'GET' }, 'services[0].writeProbe.method must be POST, PUT, PATCH or DELETE'],
    [{ method: 'POST' }, 'services[0].writeProbe.path'],
    [{ ...probe, status: 204, body: { ok: true } }, 'services[0].writeProbe.body asks for ok'],
    [{ ...probe, contentType: 'text/plain' }, 'services[0].writeProbe.servedBy is { field: "region" }'],
    [{ ...probe, retries: 3 }, 'services[0].writeProbe.retries is unknown'],
  ])('%j has a mistake', (writeProbe, mistake) => {
    expect(mistakesOf(set('services.0.writeProbe', writeProbe)).join('\n')).toContain(mistake);
  });
});
