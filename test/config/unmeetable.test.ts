import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import type { HealthyAnswer } from '../../core/service.ts';
import { exampleWith, mistakesOf, warningsFor } from '../support/configuration.ts';

const header = { header: 'x-served-region' };
const withHealthy = (healthy: object) => exampleWith({ 'services[0].healthy': { path: '/ping', ...healthy } });
const withStep = (step: object, servedBy: object = header) =>
  exampleWith({
    'services[0].healthy.servedBy': servedBy,
    'services[0].journey': {
      steps: [
        { name: 'cancel', method: 'DELETE', path: '/orders/7', ...step },
        { name: 'read', path: '/' },
      ],
    },
  });

describe('a healthy answer that no answer can be is refused:', () => {
  test.each<[object, string]>([
    [{ contentType: 'text/plain' }, 'servedBy'],
    [{ contentType: 'text/html; charset=utf-8', servedBy: { field: 'region' } }, 'servedBy'],
    [{ status: 204 }, 'servedBy'],
    [{ status: 205 }, 'servedBy'],
    [{ status: 304, servedBy: { field: 'a.b' } }, 'servedBy'],
    [{ status: 302 }, 'servedBy'],
    [{ status: 204, servedBy: header, body: { status: 'up' } }, 'body'],
    [{ status: 308, servedBy: header, body: { status: 'up' } }, 'body'],
    [{ contentType: 'text/plain', servedBy: header, body: { status: 'up' } }, 'body'],
    [{ status: 204, servedBy: header, contentType: 'application/json' }, 'contentType'],
    [{ contentType: 'json' }, 'contentType'],
    [{ contentType: '' }, 'contentType'],
    [{ status: 101 }, 'status'],
    [{ body: { region: 'us-east-1' } }, 'body.region'],
    [{ body: { db: 'up', 'db.status': 'up' } }, 'body.db'],
    [{ body: { db: 'up' }, servedBy: { field: 'db.region' } }, 'body.db'],
    [{ body: { 'region.name': 'x' } }, 'body["region.name"]'],
    [{ body: { version: 2 ** 60 } }, 'body.version'],
    [{ servedBy: { header: 'X-Served-Region:' } }, 'servedBy.header'],
    [{ servedBy: { header: '' } }, 'servedBy.header'],
    [{ servedBy: { header: 'x served' } }, 'servedBy.header'],
    [{ servedBy: { field: '' } }, 'servedBy.field'],
    [{ slowMs: 3_000, timeoutMs: 2_000 }, 'slowMs'],
  ])('%j', (healthy, member) => {
    const mistakes = mistakesOf(withHealthy(healthy));

    expect(mistakes, mistakes.join('\n')).toHaveLength(1);
    expect(mistakes[0]?.startsWith(`services[0].healthy.${member} `), mistakes[0]).toBe(true);
  });

  test('and so is one of a step of a journey', () => {
    expect(mistakesOf(withStep({ status: 204 }, { field: 'region' }))).toEqual([
      expect.stringMatching(
        /^services\[0\]\.journey\.steps\[0\]\.servedBy is .* status 204 has no body; .*healthy\.servedBy/,
      ),
    ]);
    expect(mistakesOf(withStep({ status: 204, body: { id: 7 } }))).toEqual([
      'services[0].journey.steps[0].body asks for id, and an answer with status 204 has no body; leave it out',
    ]);
  });
});

describe('a healthy answer that can be is taken:', () => {
  test.each<[object, HealthyAnswer['contentType']]>([
    [{}, 'application/json'],
    [{ servedBy: { header: 'X-Served-Region' } }, 'application/json'],
    [{ status: 204, servedBy: header }, null],
    [{ status: 302, servedBy: header }, null],
    [{ contentType: 'text/plain', servedBy: header }, 'text/plain'],
    [{ contentType: 'application/health+json' }, 'application/health+json'],
    [
      { contentType: 'application/json; charset=utf-8', body: { 'db.status': 'up', 'db.lag': 0 } },
      'application/json; charset=utf-8',
    ],
    [{ body: { 'region.name': 'x' }, servedBy: header }, 'application/json'],
  ])('%j', (healthy, contentType) => {
    const { services } = parseFailover(withHealthy(healthy));
    expect(services[0]?.healthy.contentType).toBe(contentType);
  });

  test('a step of a journey without content', () => {
    expect(mistakesOf(withStep({ status: 204 }))).toEqual([]);
  });
});

describe('numbers that are each right and wrong together:', () => {
  const policy = (member: object) => exampleWith({ 'services[0].policy': member });

  test('looks that do not fit into the time to verify', () => {
    expect(mistakesOf(policy({ verify: { timeoutMs: 30_000, intervalMs: 10_000, consecutive: 5 } }))).toEqual([
      expect.stringMatching(/^services\[0\]\.policy\.verify\.timeoutMs .* every move would be rolled back$/),
    ]);
  });

  test('one probe and no wait', () => {
    expect(warningsFor(policy({ burst: { count: 1 }, dwellMs: 0 }))).toEqual([
      expect.stringMatching(/^services\[0\]\.policy\.burst\.count is 1 and dwellMs is 0/),
    ]);
    expect(warningsFor(policy({ burst: { count: 1 } }))).toEqual([]);
  });
});

describe('a quorum', () => {
  const seven = ['us-east-2', 'us-west-2', 'ca-central-1', 'eu-central-1', 'eu-north-1', 'ap-south-1', 'sa-east-1'];
  const of = (observers: readonly string[], changes: object) =>
    exampleWith({ observers, 'services[0].policy': {}, ...changes });
  const quorum = (config: unknown) => parseFailover(config).services[0]?.policy.quorum;

  test.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [6, 4],
    [7, 4],
  ])('of %d observers is %d where nobody says a number', (count, majority) => {
    expect(quorum(of(seven.slice(0, count), {}))).toBe(majority);
    expect(warningsFor(of(seven.slice(0, count), {}))).toEqual([]);
  });

  test('that is a minority of those who watch is refused, unless it is meant', () => {
    expect(mistakesOf(of(seven, { 'services[0].policy.quorum': 3 }))).toEqual([
      'services[0].policy.quorum is 3 of 7 observers that watch it, a minority: write 4 or more, or policy.minority: true',
    ]);
    const meant = of(seven, { 'services[0].policy': { quorum: 3, minority: true } });
    expect([mistakesOf(meant), warningsFor(meant)]).toEqual([[], []]);
  });

  test('that is a majority of those who watch, and a minority of those who are asked, is warned of', () => {
    const few = { 'services[0].canaries.observers': seven.slice(0, 2) };
    expect(quorum(of(seven, few))).toBe(2);
    expect(warningsFor(of(seven, few))).toEqual([
      expect.stringMatching(/^services\[0\]\.policy\.quorum is 2 of 7 observers, a minority/),
    ]);
  });
});
