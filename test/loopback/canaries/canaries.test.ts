import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Aws } from '../../../loopback/aws/service.ts';
import { type CanariesOptions, type Canary, startCanaries } from '../../../loopback/canaries/canaries.ts';
import type { CanaryRun } from '../../../loopback/canaries/run-report.ts';
import type { ServiceEvent } from '../../../loopback/events/event.ts';
import { virtualClock } from '../virtual-clock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canaries-'));
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true });
});

/** A bundle as the build would write it. */
function bundle(name: string, source: string): string {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, source);
  return file;
}

const canary = (change: Partial<Canary> & Pick<Canary, 'bundle'>): Canary => ({
  name: 'orders-us-east-1',
  observer: 'us-east-2',
  env: {},
  periodMs: 60_000,
  timeoutMs: 60_000,
  ...change,
});

interface Sent {
  readonly operation: string;
  readonly region: string;
  readonly input: Record<string, unknown>;
}

function start(canaries: readonly Canary[], change: Partial<CanariesOptions> = {}) {
  const clock = virtualClock();
  const sent: Sent[] = [];
  const events: { readonly region: string; readonly event: ServiceEvent }[] = [];
  const aws: Aws = {
    account: '123456789012',
    call: async (service, operation, input, { region }) => {
      sent.push({ operation: `${service}:${operation}`, region, input: input as Record<string, unknown> });
      return {};
    },
  };
  const started = startCanaries({
    canaries,
    aws,
    emit: (region, event) => events.push({ region, event }),
    isSilent: () => false,
    clock,
    random: () => 0.5,
    tempo: 1,
    ...change,
  });
  closing.push(() => started.close());
  const ended: CanaryRun[] = [];
  const waiting: { count: number; wake: () => void }[] = [];
  started.onRun((run) => {
    ended.push(run);
    for (const waiter of waiting) if (ended.length >= waiter.count) waiter.wake();
  });
  /** Real threads take real time; this waits for what they report. */
  const runs = async (count: number): Promise<readonly CanaryRun[]> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (ended.length < count) {
      waiting.push({ count, wake: resolve });
      await promise;
    }
    return ended;
  };
  return { clock, sent, events, runs, runsNow: started.runs };
}

describe('a canary that passes', () => {
  test('publishes metrics and an event in its observer region', async () => {
    const world = start([canary({ bundle: bundle('good', 'exports.handler = async () => {}') })]);

    await world.clock.advance(30_000);
    const [run] = await world.runs(1);

    expect(run).toMatchObject({ canary: 'orders-us-east-1', observer: 'us-east-2', failure: null, unreported: null });
    const Dimensions = [{ Name: 'CanaryName', Value: 'orders-us-east-1' }];
    const Timestamp = new Date(world.clock.now());
    expect(world.sent).toEqual([
      {
        operation: 'cloudwatch:PutMetricData',
        region: 'us-east-2',
        input: {
          Namespace: 'CloudWatchSynthetics',
          MetricData: [
            { MetricName: 'SuccessPercent', Dimensions, Timestamp, Unit: 'Percent', Value: 100 },
            { MetricName: 'Duration', Dimensions, Timestamp, Unit: 'Milliseconds', Value: 0 },
            { MetricName: 'Failed', Dimensions, Timestamp, Unit: 'Count', Value: 0 },
          ],
        },
      },
    ]);
    expect(world.events).toEqual([
      {
        region: 'us-east-2',
        event: {
          source: 'aws.synthetics',
          detailType: 'Synthetics Canary TestRun Successful',
          at: Date.UTC(2026, 10, 20, 10, 0, 30),
          resources: [],
          detail: {
            'account-id': '123456789012',
            'canary-id': 'us-east-2-orders-us-east-1',
            'canary-name': 'orders-us-east-1',
            'canary-run-id': run?.id,
            'artifact-location': expect.stringContaining('/canary/us-east-2/orders-us-east-1/2026/11/20/'),
            'test-run-status': 'PASSED',
            'state-reason': 'null',
            'canary-run-timeline': { started: world.clock.now() / 1000, completed: world.clock.now() / 1000 },
            message: 'Test run result is generated successfully',
          },
        },
      },
    ]);
  });

  test('runs first at a random moment of its period, and then once in each, divided by the tempo', async () => {
    const world = start([canary({ bundle: bundle('good', 'exports.handler = async () => {}') })], { tempo: 20 });

    await world.clock.advance(1_500);
    await world.runs(1);
    for (const count of [2, 3]) {
      await world.clock.advance(3_000);
      await world.runs(count);
    }

    const starts = (await world.runs(3)).map(({ startedAt }) => startedAt - Date.parse('2026-11-20T10:00:00Z'));
    expect(starts).toEqual([1_500, 4_500, 7_500]);
  });

  test('sees its own environment and its observer region, however many run in the thread', async () => {
    const source = `
      const atLoad = process.env.UNDERSTUDY_CANARY;
      exports.handler = async () => {
        const before = process.env.UNDERSTUDY_CANARY;
        await new Promise((resolve) => setTimeout(resolve, 5));
        const { UNDERSTUDY_CANARY: after, AWS_REGION: region, HOME: home } = process.env;
        throw new Error([atLoad, before, after, region, home].join(' '));
      }`;
    const file = bundle('env', source);
    const world = start([
      canary({ bundle: file, name: 'one', env: { UNDERSTUDY_CANARY: '1' } }),
      canary({ bundle: file, name: 'two', env: { UNDERSTUDY_CANARY: '2' } }),
      canary({ bundle: file, name: 'one', observer: 'ca-central-1', env: { UNDERSTUDY_CANARY: '3' } }),
    ]);

    await world.clock.advance(30_000);
    const failures = (await world.runs(3)).map(({ failure }) => failure).sort();

    expect(failures).toEqual(['1 1 1 us-east-2 ', '2 2 2 us-east-2 ', '3 3 3 ca-central-1 ']);
  });
});

describe('a canary that fails', () => {
  test('says why in the event, and counts as failed', async () => {
    const source = 'exports.handler = async () => { throw new Error("status: status 503, not 200"); }';
    const world = start([canary({ bundle: bundle('bad', source) })]);

    await world.clock.advance(30_000);
    await world.runs(1);

    expect(world.sent[0]?.input['MetricData']).toMatchObject([
      { MetricName: 'SuccessPercent', Value: 0 },
      { MetricName: 'Duration' },
      { MetricName: 'Failed', Value: 1 },
    ]);
    expect(world.events[0]?.event).toMatchObject({
      detailType: 'Synthetics Canary TestRun Failure',
      detail: { 'test-run-status': 'FAILED', 'state-reason': 'status: status 503, not 200' },
    });
  });

  test.each<[string, string, RegExp]>([
    ['throws what is no error', 'exports.handler = () => { throw "no"; }', /^no$/],
    ['has no handler', 'exports.other = 1;', /exports no handler/],
    ['is no module', 'exports.handler = {', /Unexpected/],
    ['never ends', 'exports.handler = () => new Promise(() => {});', /^timed out after 20 ms$/],
    ['ends its process', 'exports.handler = () => process.exit(3);', /ended its process with code 3/],
    [
      'throws behind its own back',
      'exports.handler = () => new Promise(() => { setImmediate(() => { throw new Error("stray"); }); });',
      /^stray$/,
    ],
  ])('because it %s, is a failed run, and the next one runs', async (_what, source, failure) => {
    const world = start([
      canary({ bundle: bundle('bad', source), timeoutMs: failure.source.includes('20') ? 20 : 60_000 }),
    ]);

    await world.clock.advance(30_000);
    await world.runs(1);
    await world.clock.advance(60_000);
    const runs = await world.runs(2);

    for (const run of runs) expect(run.failure).toMatch(failure);
  });

  test('because it holds its thread, is stopped from outside', async () => {
    const world = start([canary({ bundle: bundle('stuck', 'exports.handler = () => { for (;;); };'), timeoutMs: 1 })]);

    await world.clock.advance(30_000);
    await world.clock.advance(5_000);

    expect((await world.runs(1))[0]?.failure).toBe('timed out after 1 ms and could not be stopped');
  });
});

describe('a canary reports nothing', () => {
  test('and does not even run while its observer region is silent', async () => {
    let silent = true;
    const world = start([canary({ bundle: bundle('good', 'exports.handler = async () => {}') })], {
      isSilent: () => silent,
    });

    await world.clock.advance(30_000);
    expect(world.runsNow()).toEqual([]);
    silent = false;
    await world.clock.advance(60_000);
    await world.runs(1);

    expect(world.sent).toHaveLength(1);
  });

  test('when its region falls silent during the run', async () => {
    let asked = 0;
    const world = start([canary({ bundle: bundle('good', 'exports.handler = async () => {}') })], {
      isSilent: () => asked++ > 0,
    });

    await world.clock.advance(30_000);
    const [run] = await world.runs(1);

    expect(run?.unreported).toBe('us-east-2 reaches nobody');
    expect([world.sent, world.events]).toEqual([[], []]);
  });

  test('that CloudWatch would not take, and runs on', async () => {
    const aws: Aws = { account: '123456789012', call: () => Promise.reject(new Error('throttled')) };
    const world = start([canary({ bundle: bundle('good', 'exports.handler = async () => {}') })], { aws });

    await world.clock.advance(30_000);
    const [run] = await world.runs(1);
    await world.clock.advance(60_000);
    await world.runs(2);

    expect(run?.unreported).toBe('Error: throttled');
    expect(world.events).toHaveLength(2);
  });
});

test('bundles that are not there are told before anything starts', () => {
  expect(() => start([canary({ bundle: '/nowhere/index.js' })])).toThrow(
    'canary bundles are missing, build them first: /nowhere/index.js',
  );
});
