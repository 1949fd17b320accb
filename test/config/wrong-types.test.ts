import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { pathText } from '../../config/issue-lines.ts';
import example from '../../understudy.config.ts';
import { beaconOf } from '../contracts/service.ts';
import { another } from '../support/another.ts';
import { exampleWith, mistakesOf, put } from '../support/configuration.ts';

const [orders, payments] = example.services;
if (orders === undefined || payments === undefined) throw new Error('the example has two services');

/** With every member that there is, so that each of them can be of the wrong type. */
const complete = JSON.parse(
  JSON.stringify(
    parseFailover({
      ...example,
      notify: { ...example.notify, slackChannel: { workspaceId: 'T07', channelId: 'C07' }, emails: ['a@example.com'] },
      breakGlass: { overrideSafetyRules: false },
      services: [
        {
          ...orders,
          frontDoor: { url: 'https://orders.example.com', resolvers: ['8.8.8.8'] },
          hooks: [
            {
              name: 'scale',
              when: 'prepare',
              functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up',
              timeoutMs: 60_000,
            },
          ],
          policy: {
            approval: { required: true, deadlineMs: 600_000, onDeadline: 'abort' },
            failback: { automatic: true, greenForMs: 600_000 },
          },
          journey: {
            steps: [
              { name: 'place', method: 'POST', path: '/orders', send: { sku: 'tea' }, keep: { id: 'order.id' } },
              { name: 'read', path: '/orders/{id}' },
            ],
          },
        },
        payments,
        { ...another(payments, 'search'), lever: beaconOf(), policy: { verify: { timeoutMs: 300_000 } } },
      ],
    }),
  ),
);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value).map(([name, member]) => [Array.isArray(value) ? Number(name) : name, member]);
  return [
    ...(path.length === 0 ? [] : [path]),
    ...entries.flatMap(([name, member]) => pathsIn(member, [...path, name])),
  ];
}

const at = (config: unknown, path: Path): unknown =>
  path.reduce((value: unknown, key) => (value as Record<string | number, unknown>)[key], config);

/** May be anything, or text of which null is another value. */
const anything = (path: Path) => path.includes('send') || path.includes('body') || path.at(-1) === 'contentType';

const nameOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

test('the whole configuration is one', () => {
  expect(mistakesOf(complete)).toEqual([]);
});

test('whatever is of the wrong type is told in one line, with its path and what was found, and never as missing', () => {
  const wrong = fc.constantFrom<unknown>(123_456_789_012, 'hunter2', true, ['hunter2'], { hunter2: 1 }, null);
  const paths = pathsIn(complete).filter((path) => !anything(path));
  fc.assert(
    fc.property(fc.constantFrom(...paths), wrong, (path, value) => {
      fc.pre(nameOf(value) !== nameOf(at(complete, path)));
      const config = structuredClone(complete);
      put(config, path, value);
      // Where a list may stand, it is what is in the list that is wrong.
      const places = [path, ...(Array.isArray(value) ? [[...path, 0]] : [])].map((place) => `${pathText(place)} `);
      const about = mistakesOf(config).filter((mistake) => places.some((place) => mistake.startsWith(place)));

      expect(about).toHaveLength(1);
      expect(about[0]).toMatch(/ and is (the number 123456789012|a string|true|a list|an object|null)$|unknown/);
      expect(about[0]).not.toMatch(/missing|hunter2|invalid/i);
    }),
    { numRuns: 400 },
  );
});

describe('what is not there is said to be missing, and nothing else is:', () => {
  test.each([
    'account',
    'observers',
    'ledger.region',
    'services[0].regions[1].endpoint',
    'services[1].lever',
    'notify.topics.info',
  ])('%s', (path) => {
    expect(mistakesOf(exampleWith({ [path]: undefined }))).toEqual([
      expect.stringMatching(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')} .* and is missing$`)),
    ]);
  });
});

describe('a message says what to write:', () => {
  test.each([
    ['account', 123_456_789_012, 'account must be a string of 12 digits and is the number 123456789012'],
    [
      'services[0].healthy.body',
      { db: { status: 'up', replicas: [{ lag: 1 }] } },
      'services[0].healthy.body.db must be a string, a number, true, false or null and is an object; name its members by their dotted path: "db.status", "db.replicas.0.lag"',
    ],
    ['services[0].policy.approval', true, 'services[0].policy.approval must be an object and is true'],
    [
      'services[0].policy.approval',
      { required: 'yes' },
      'services[0].policy.approval.required must be one of false, true and is a string',
    ],
    ['services[0].policy.quorum', 2.5, 'services[0].policy.quorum must be a whole number and is the number 2.5'],
    ['services[0].policy.dwellMs', -1, 'services[0].policy.dwellMs must not be negative'],
    ['services[0].policy.verify.consecutive', 11, 'services[0].policy.verify.consecutive must be at most 10'],
    ['services', [], 'services must list at least 1'],
  ])('%s = %j', (path, value, line) => {
    expect(mistakesOf(exampleWith({ [path]: value }))).toEqual([line]);
  });

  test('and a member that a body really has is found by that path', () => {
    expect(mistakesOf(exampleWith({ 'services[0].healthy.body': { 'db.status': 'up' } }))).toEqual([]);
  });
});
