import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { judge, judgeEdge, judgeStatus } from '../../core/judge.ts';
import type { Answer } from '../../core/observation.ts';
import type { HealthyAnswer } from '../../core/service.ts';

const home = region('us-east-1');
const healthy: HealthyAnswer = {
  path: '/health',
  status: 200,
  contentType: 'application/json',
  body: { service: 'orders', 'checks.database': 'ok' },
  servedBy: { header: 'X-Served-Region' },
  slowMs: 1000,
  timeoutMs: 3000,
};
const body = JSON.stringify({ service: 'orders', checks: { database: 'ok' }, region: 'us-east-1' });

function answered(change: Partial<Extract<Answer, { kind: 'answered' }>> = {}): Answer {
  return {
    kind: 'answered',
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-served-region': 'us-east-1' },
    body,
    latencyMs: 12,
    ...change,
  };
}

const json = { 'content-type': 'application/json' };

describe('a good answer', () => {
  test('tells the region that gave it', () => {
    expect(judge(answered(), healthy, home)).toEqual({ kind: 'good', servedBy: home });
  });

  test('may come from any region through the front door', () => {
    const answer = answered({ headers: { ...json, 'x-served-region': 'us-west-2' } });

    expect(judge(answer, healthy, null)).toEqual({ kind: 'good', servedBy: 'us-west-2' });
  });

  test('may name its region in the body', () => {
    const byField: HealthyAnswer = { ...healthy, servedBy: { field: 'region' } };

    expect(judge(answered({ headers: json }), byField, home)).toEqual({ kind: 'good', servedBy: home });
  });

  test('may be no JSON where nothing of the body is asked for', () => {
    const plain: HealthyAnswer = { ...healthy, contentType: 'text/plain', body: {} };
    const answer = answered({ headers: { 'content-type': 'text/plain', 'x-served-region': 'us-east-1' }, body: 'ok' });

    expect(judge(answer, plain, home)).toEqual({ kind: 'good', servedBy: home });
  });

  test('may begin with a byte order mark, as .NET writes it', () => {
    expect(judge(answered({ body: `\ufeff${body}` }), healthy, home).kind).toBe('good');
  });

  test('may have no body and no content type where a status without one is healthy', () => {
    const empty: HealthyAnswer = { ...healthy, status: 204, contentType: null, body: {} };
    const answer = answered({ status: 204, headers: { 'x-served-region': 'us-east-1' }, body: '' });

    expect(judge(answer, empty, home)).toEqual({ kind: 'good', servedBy: home });
  });

  test('may take exactly as long as is allowed', () => {
    expect(judge(answered({ latencyMs: 1000 }), healthy, home).kind).toBe('good');
  });

  test('compares numbers, booleans and null by value', () => {
    const typed: HealthyAnswer = { ...healthy, body: { n: 1.5, yes: true, none: null, 'list.1': 2 } };

    expect(judge(answered({ body: '{"n":1.50,"yes":true,"none":null,"list":[1,2]}' }), typed, home).kind).toBe('good');
  });
});

describe('a bad answer says why', () => {
  test.each<[string, Answer, string, RegExp]>([
    ['another status', answered({ status: 503 }), 'status', /^status 503, not 200$/],
    ['a redirect', answered({ status: 302 }), 'status', /302/],
    [
      'an HTML page with status 200',
      answered({ headers: { 'content-type': 'text/html' } }),
      'content-type',
      /text\/html/,
    ],
    ['no content type', answered({ headers: {} }), 'content-type', /missing/],
    [
      'a content type that is a sentence',
      answered({ headers: { 'content-type': 'a/b c' } }),
      'content-type',
      /malformed/,
    ],
    ['an empty body', answered({ body: '' }), 'body', /empty/],
    ['a blank body', answered({ body: ' \n' }), 'body', /empty/],
    ['HTML said to be JSON', answered({ body: '<html>ok</html>' }), 'body', /not JSON/],
    ['JSON that was cut off', answered({ body: body.slice(0, -1) }), 'body', /not JSON/],
    ['JSON that is no object', answered({ body: '"orders"' }), 'body', /service is missing/],
    ['two byte order marks', answered({ body: `\ufeff\ufeff${body}` }), 'body', /not JSON/],
    ['JSON null', answered({ body: 'null' }), 'body', /service is missing/],
    ['a member missing', answered({ body: '{"service":"orders"}' }), 'body', /checks\.database is missing/],
    [
      'a member with another value',
      answered({ body: '{"service":"payments","checks":{"database":"ok"}}' }),
      'body',
      /service has another value/,
    ],
    [
      'another region',
      answered({ headers: { ...json, 'x-served-region': 'us-west-2' } }),
      'wrong-region',
      /us-west-2, not us-east-1/,
    ],
    ['no region', answered({ headers: json }), 'wrong-region', /names no region/],
    ['two regions', answered({ headers: { ...json, 'x-served-region': 'a, b' } }), 'wrong-region', /names no region/],
    ['a slow answer', answered({ latencyMs: 1000.6 }), 'slow', /1001 ms/],
    ['a latency that is no number', answered({ latencyMs: Number.NaN }), 'slow', /NaN/],
    [
      'no answer',
      { kind: 'failed', because: 'refused', detail: 'ECONNREFUSED', latencyMs: 1 },
      'refused',
      /ECONNREFUSED/,
    ],
  ])('%s', (_what, answer, because, detail) => {
    expect(judge(answer, healthy, home)).toEqual({ kind: 'bad', because, detail: expect.stringMatching(detail) });
  });

  test('content before slowness', () => {
    expect(judge(answered({ status: 500, latencyMs: 9000 }), healthy, home)).toMatchObject({ because: 'status' });
  });

  test('through the front door too when it names no region', () => {
    expect(judge(answered({ headers: json }), healthy, null)).toMatchObject({ because: 'wrong-region' });
  });

  test.each(['1e999', '9007199254740993', '-1e300'])('for the number %s, which cannot be compared', (number) => {
    const counted: HealthyAnswer = { ...healthy, body: { n: 9007199254740992 } };

    expect(judge(answered({ body: `{"n":${number}}` }), counted, home)).toMatchObject({ because: 'body' });
  });

  test.each(['constructor', '__proto__', 'toString.name'])('for the inherited member %s', (path) => {
    const inherited: HealthyAnswer = { ...healthy, body: { [path]: 'Object' } };

    expect(judge(answered({ body: '{}' }), inherited, home)).toMatchObject({
      detail: `body member ${path} is missing`,
    });
  });

  test('a string is not the number it spells', () => {
    const counted: HealthyAnswer = { ...healthy, body: { n: 1 } };

    expect(judge(answered({ body: '{"n":"1"}' }), counted, home)).toMatchObject({ because: 'body' });
  });

  test('without quoting what the answer said', () => {
    const secret = 'hunter2-token';
    const answers = [
      answered({ body: secret }),
      answered({ body: JSON.stringify({ service: secret }) }),
      answered({ headers: { 'content-type': `${secret} ${secret}` } }),
      answered({ headers: { ...json, 'x-served-region': `${secret} ${secret}` } }),
    ];

    for (const answer of answers) expect(JSON.stringify(judge(answer, healthy, home))).not.toContain('hunter2');
  });
});

describe('a control target', () => {
  test('is good by its status alone', () => {
    expect(judgeStatus(answered({ body: '', headers: {}, latencyMs: 9e9 }), 200)).toEqual({
      kind: 'good',
      servedBy: null,
    });
    expect(judgeStatus(answered({ status: 204 }), 200)).toMatchObject({ because: 'status' });
    expect(judgeStatus({ kind: 'failed', because: 'dns', detail: 'ENOTFOUND', latencyMs: 1 }, 200)).toMatchObject({
      because: 'dns',
    });
  });
});

describe('what an edge believes', () => {
  const asEdge: HealthyAnswer = { ...healthy, body: { service: 'orders' }, servedBy: { field: 'region' } };
  const said = (belief: object, latencyMs = 12) =>
    judgeEdge(
      answered({ body: JSON.stringify({ service: 'orders', region: 'us-west-2', ...belief }), latencyMs }),
      asEdge,
    );
  const belief = { override: 3, routing: 7, weights: [0, 1000] };

  test('is epochs, weights, and the region that gets the writes', () => {
    expect(said(belief)).toEqual({ kind: 'good', servedBy: 'us-west-2', belief });
  });

  test('may come late: that is no fault of the edge', () => {
    expect(said(belief, asEdge.slowMs + 1).kind).toBe('good');
  });

  test.each([
    { ...belief, service: 'payments' },
    { ...belief, routing: '7' },
    { ...belief, routing: -1 },
    { ...belief, routing: 2 ** 53 },
    { ...belief, override: undefined },
    { ...belief, weights: { 0: 0 } },
    { ...belief, weights: [0, 0.5] },
    { status: 'healthy' },
  ])('is nothing in %j', (other) => {
    expect(said(other)).toMatchObject({ kind: 'bad', because: 'body' });
  });
});
