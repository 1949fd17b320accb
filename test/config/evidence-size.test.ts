import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { evidenceBytes, evidenceMaxBytes } from '../../config/evidence-size.ts';
import { epoch, region } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import { judge } from '../../core/judge.ts';
import { remember } from '../../core/looks.ts';
import type { Memory } from '../../core/memory.ts';
import { type Answer, type Observation, type Outcome, requestKinds } from '../../core/observation.ts';
import { freshRecord } from '../../core/record.ts';
import { type Failover, type Service, statusesOf } from '../../core/service.ts';
import { exampleWith, mistakesOf } from '../support/configuration.ts';

const many = {
  observers: [
    'us-east-2',
    'us-west-2',
    'ca-central-1',
    'eu-central-1',
    'eu-north-1',
    'ap-south-1',
    'sa-east-1',
    'ap-northeast-1',
  ],
  regions: ['us-east-1', 'us-west-1', 'eu-west-1', 'eu-west-2', 'ap-southeast-1', 'ap-southeast-2'],
};

const large = (count: number, changes: object = {}, { observers, regions } = many) =>
  exampleWith({
    observers,
    'services[0].regions': regions.map((name) => ({ region: name, endpoint: `https://orders-${name}.example.com` })),
    'services[0].lever.origins': Object.fromEntries(regions.map((name) => [name, `orders-${name}`])),
    'services[0].policy': { burst: { count, intervalMs: 100 } },
    'services[0].writeProbe': undefined,
    ...changes,
  });

/** What the judge says at the greatest length of the worst answers that there are. */
function longestOutcome({ healthy }: Service): Outcome {
  const answered = (change: object): Answer => ({
    kind: 'answered',
    status: statusesOf(healthy.status)[0] ?? 200,
    headers: { 'content-type': healthy.contentType ?? 'x/y' },
    body: '{}',
    latencyMs: 12_345.678901234567,
    ...change,
  });
  const members = Object.keys(healthy.body).map((path) => nested(path.split('.'), 2 ** 60));
  const answers: Answer[] = [
    answered({ status: 503 }),
    answered({ headers: { 'content-type': `${'t'.repeat(40)}/${'s'.repeat(60)}` } }),
    answered({}),
    ...members.map((body) => answered({ body: JSON.stringify(body) })),
    {
      kind: 'failed',
      because: 'tls',
      detail: 'no secure connection (ERR_TLS_CERT_ALTNAME_INVALID_AND_SOME_LONGER_CODE)',
      latencyMs: 1,
    },
    { kind: 'failed', because: 'timeout', detail: 'no complete answer within 15000 ms', latencyMs: 15_000 },
  ];
  const outcomes = answers.map((answer) => judge(answer, healthy, region('ap-southeast-2')));
  return outcomes.reduce((a, b) => (JSON.stringify(b).length > JSON.stringify(a).length ? b : a));
}

const nested = ([first = '', ...rest]: readonly string[], value: unknown): object => ({
  [first]: rest.length === 0 ? value : nested(rest, value),
});

/** Everybody sees the worst of everything, and every alarm and hook says something as well. */
function worstEvidence({ observers }: Failover, service: Service): Evidence {
  const at = Date.UTC(2026, 10, 20);
  const regions = service.regions.map(({ region }) => region);
  const outcome = longestOutcome(service);
  const reads: Observation['target'][] = [
    ...regions.map((region) => ({ kind: 'regional' as const, region })),
    { kind: 'front-door' },
  ];
  const writes = reads.map((target): Observation['target'] => ({ ...target, request: 'write' }) as typeof target);
  const targets: Observation['target'][] = [
    ...reads,
    ...(service.writeProbe === undefined ? [] : writes),
    { kind: 'control' },
  ];
  const pairs = observers.flatMap((observer) => regions.map((region) => ({ observer, region, since: at })));
  return {
    gatheredAt: at,
    observations: observers.flatMap((observer) =>
      targets.flatMap((target) =>
        Array.from({ length: service.policy.burst.count }, () => ({
          observer,
          target,
          at,
          latencyMs: 1_234.5678901234567,
          outcome,
        })),
      ),
    ),
    silent: observers.map((observer) => ({ observer, because: 'x'.repeat(300) })),
    alarms: pairs.map((pair) => ({ ...pair, state: 'INSUFFICIENT_DATA' as const })),
    earlier: pairs,
    routing: {
      kind: 'read',
      routing: { epoch: epoch(7), weights: Object.fromEntries(regions.map((name) => [name, 1_000])) },
    },
    readiness: service.hooks.flatMap(({ name }) =>
      regions.map((region) => ({ region, check: name, ready: false, detail: 'é'.repeat(500) })),
    ),
    ledger: { ...freshRecord(service.name), looks: fullMemory(service, observers, regions) },
  };
}

/** As it is after a window of looks every few seconds. */
function fullMemory(service: Service, observers: Failover['observers'], regions: Failover['observers']) {
  const { windowMs } = service.policy.brownOut;
  const sights = observers.flatMap((observer) =>
    regions.flatMap((region) =>
      requestKinds
        .filter((request) => request === 'read' || service.writeProbe !== undefined)
        .map((request) => ({ observer, region, request, good: 30, bad: 20, goodAt: 1.7e12, badAt: 1.7e12 })),
    ),
  );
  const looks = Array.from({ length: 150 }, (_, turn) => ({ at: 1.7e12 + (turn * windowMs) / 75, windowMs, sights }));
  return looks.reduce(remember, [] as readonly Memory[]);
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** What comes to it, in fact and by the bound: in all, and by one more probe of every burst. */
function measured(config: unknown): { real: number; bound: number; realByProbe: number; boundByProbe: number } {
  const failover = parseFailover(config);
  const [service] = failover.services;
  if (service === undefined) throw new Error('the example has a service');
  const { count, intervalMs } = service.policy.burst;
  const more = { ...service, policy: { ...service.policy, burst: { count: count + 1, intervalMs } } };
  const real = bytesOf(worstEvidence(failover, service));
  const bound = evidenceBytes(service, failover.observers, count);
  return {
    real,
    bound,
    realByProbe: bytesOf(worstEvidence(failover, more)) - real,
    boundByProbe: evidenceBytes(service, failover.observers, count + 1) - bound,
  };
}

describe('evidence of six regions, seen by eight observers,', () => {
  test('fits with the usual three probes, and with no more than fit', () => {
    expect(mistakesOf(large(3))).toEqual([]);
    const refused = [4, 5, 6, 7, 8, 10, 15, 20].filter((count) => mistakesOf(large(count)).length > 0);

    expect(refused).toContain(20);
    expect(mistakesOf(large(20))).toEqual([
      expect.stringMatching(
        /^services\[0\]\.policy\.burst\.count is 20: 8 observers with 8 targets make up to \d+ KiB .* write at most \d+$/,
      ),
    ]);
  });

  test('is taken up to the number that the message names, and not above', () => {
    const most = Number(/at most (\d+)$/.exec(mistakesOf(large(20)).join(''))?.[1]);

    expect(mistakesOf(large(most))).toEqual([]);
    expect(mistakesOf(large(most + 1))).toHaveLength(1);
  });
});

const hook = {
  when: 'readiness',
  functionArn: 'arn:aws:lambda:us-west-2:123456789012:function:lag',
  timeoutMs: 10_000,
};

test.each<[string, unknown]>([
  ['the example', exampleWith({})],
  ['many observers and regions', large(3)],
  ['many that are asked to write as well', large(1, { 'services[0].writeProbe': { method: 'POST', path: '/w' } })],
  ['long members of a body', large(2, { 'services[0].healthy.body': { [`${'deep.'.repeat(40)}é`]: 1 } })],
  [
    'a long content type',
    large(2, { 'services[0].healthy': { path: '/', contentType: `application/${'x'.repeat(90)}+json` } }),
  ],
  ['readiness hooks', large(2, { 'services[0].hooks': ['a', 'b'].map((name) => ({ ...hook, name })) })],
])('the worst evidence there is with %s is within the bound, and half of what a state hands on', (_, config) => {
  const { real, bound, realByProbe, boundByProbe } = measured(config);

  expect(real).toBeLessThanOrEqual(bound);
  expect(realByProbe).toBeLessThanOrEqual(boundByProbe);
  expect(bound).toBeLessThanOrEqual(evidenceMaxBytes);
  expect(evidenceMaxBytes * 2).toBe(262_144);
});
