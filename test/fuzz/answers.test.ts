import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { region } from '../../core/brand.ts';
import { badReasons } from '../../core/observation.ts';
import { isWeight } from '../../core/stored-value.ts';
import { arcCluster } from '../../handlers/adapters/arc-cluster.ts';
import { cloudWatchBeacon } from '../../handlers/adapters/beacon-metric.ts';
import { lambdaHooks } from '../../handlers/adapters/hooks.lambda.ts';
import { kvsStore } from '../../handlers/adapters/kvs-store.ts';
import { dynamoLedger } from '../../handlers/adapters/ledger.dynamodb.ts';
import { arcLever } from '../../handlers/adapters/lever.arc.ts';
import { beaconLever } from '../../handlers/adapters/lever.beacon.ts';
import { kvsLever } from '../../handlers/adapters/lever.kvs.ts';
import { lambdaVantages } from '../../handlers/adapters/vantages.lambda.ts';
import { slackNotifier } from '../../handlers/channels/slack.ts';
import type { Lever } from '../../handlers/ports.ts';
import { away } from '../contracts/lever.contract.ts';
import { message } from '../contracts/notifier.contract.ts';
import { east } from '../contracts/observers.contract.ts';
import { beaconOf, controls, ordersOnKvs, serviceWith, storeArn } from '../contracts/service.ts';
import { hostile, mutated } from './hostile.ts';

/*
 * Answers of services, as an SDK client would hand them over: of any shape. An adapter says what it can vouch for, or that it
 * cannot know; it does not crash, and tells nobody what was not there.
 */

const clientThat = (answers: (operation: string) => unknown): never =>
  ({ send: async (command: object) => answers(command.constructor.name) }) as never;

const now = 1_700_000_000_000;
const clock = { now: () => now };
const wait = async () => {};
const known = ['LeverUnavailable', 'ConfigurationError'];

/** A lever that reads must say something that callers can build on, or that it is unreadable; a write, what came of it. */
async function expectHonest(lever: Lever): Promise<void> {
  const reading = await lever.read();
  if (reading.kind === 'read') {
    const { epoch, weights } = reading.routing;
    expect(epoch === null || Number.isSafeInteger(epoch)).toBe(true);
    expect(Object.values(weights).every(isWeight)).toBe(true);
    expect(Object.keys(weights).sort()).toEqual(['us-east-1', 'us-west-2']);
  } else {
    expect(reading.because).not.toBe('');
  }
  const outcome = await lever.write(away(7)).catch((error: Error) => error);
  if (outcome instanceof Error) expect(known).toContain(outcome.name);
  else expect(['accepted', 'unchanged', 'fenced', 'moved-meanwhile', 'refused']).toContain(outcome.kind);
}

describe('answers of a KeyValueStore', () => {
  const value = '{"v":1,"e":4,"w":[["us-east-1",1000],["us-west-2",0]]}';
  const answer = mutated({ ETag: 'KV1', Value: value, Key: 's/orders' });

  test('never make the lever crash, or say what is no routing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, answer), (given) => {
        const store = kvsStore(
          clientThat(() => given ?? {}),
          storeArn,
        );
        return expectHonest(kvsLever({ store, service: ordersOnKvs, random: () => 0, wait }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('answers of ARC', () => {
  const endpoints = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ region: name, url: `https://${name}.example.com` }));
  const answer = mutated({ RoutingControlArn: 'arn', RoutingControlState: 'On' });

  test('never make the lever crash, or take anything but On and Off for a state', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.oneof(hostile, answer)), async (stream) => {
        const clientOf = () => clientThat(() => stream.next().value ?? {});
        const cluster = arcCluster({ endpoints, clientOf, clock, random: () => 0, wait });
        await expectHonest(
          arcLever({ cluster, service: serviceWith({ kind: 'arc', endpoints, controls }), controls, wait }),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('answers of a beacon’s metric', () => {
  const results = ['sum', 'maximum', 'minimum'].map((Id) => ({ Id, Timestamps: [new Date(now)], Values: [3] }));
  const answer = mutated({ MetricDataResults: results, NextToken: undefined });

  test('never make the lever crash, or say an epoch that cannot be compared', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, answer), (given) => {
        const metric = cloudWatchBeacon(
          clientThat(() => given ?? {}),
          beaconOf(),
          'orders',
        );
        return expectHonest(beaconLever({ metric, service: serviceWith(beaconOf()), clock, periodMs: 60_000 }));
      }),
      { numRuns: 300 },
    );
  });
});

describe('answers of the ledger', () => {
  const record = {
    version: 'v1',
    service: 'orders',
    epoch: 3,
    lease: { holder: 'run-1', expiresAt: now },
    armed: true,
    paused: { by: 'ada', reason: 'freeze', at: now },
    activeRegion: 'us-west-2',
    lastMoveAt: now,
    unacknowledged: 'orders#3',
  };

  test('are a record, or no record at all, or malformed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, mutated(record)), async (given) => {
        // A key of the table is what the table says it is.
        const Item = typeof given === 'object' && given !== null ? { ...given, sk: 'record' } : undefined;
        const client = clientThat(() => (Item === undefined ? {} : { Item, Items: [Item] }));
        const newVersion = () => 'v2';
        const ledger = dynamoLedger({ client, tableName: 't', clock, random: () => 0, wait, newVersion });

        for (const asked of [
          () => ledger.read('orders'),
          () => ledger.entries('orders'),
          () => ledger.pendingApproval('orders', 'orders#3'),
        ]) {
          const said = await asked().catch((error: Error) => error);
          if (said instanceof Error) expect(['LedgerMalformed', 'LedgerUnavailable']).toContain(said.name);
          else if (said !== null && 'epoch' in said) expect(Number.isSafeInteger(said.epoch)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const payload = (answer: unknown, FunctionError?: string) => {
  let text = '';
  try {
    text = JSON.stringify(answer) ?? '';
  } catch {
    text = String(Object.prototype.toString.call(answer));
  }
  return { FunctionError, Payload: { transformToString: () => text } };
};

describe('answers of functions', () => {
  const observer = region('us-east-2');
  const observation = {
    observer,
    target: { kind: 'regional', region: 'us-east-1' },
    at: now,
    latencyMs: 5,
    outcome: { kind: 'bad', because: 'timeout', detail: 'd' },
  };

  test('a vantage abstains, or has seen what a vantage can see, itself', async () => {
    const answer = mutated({ observer, startedAt: now, observations: [observation] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, answer), fc.constantFrom(undefined, 'Unhandled'), async (given, failed) => {
        const vantages = lambdaVantages({
          clientIn: () => clientThat(() => payload(given, failed)),
          functionName: 'v',
        });

        const seen = await vantages.burst(observer, [east], { count: 1, intervalMs: 0 }).catch((error: Error) => error);

        if (seen instanceof Error) {
          expect(seen.name).toBe('ObserverUnavailable');
          return;
        }
        for (const one of seen) {
          expect(one.observer).toBe(observer);
          if (one.outcome.kind === 'bad') expect(badReasons).toContain(one.outcome.because);
          expect(Number.isFinite(one.at)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a hook says ok or veto in a short sentence, or has failed', async () => {
    const hook = {
      name: 'h',
      when: ['prepare'],
      functionArn: 'arn:aws:lambda:us-west-2:1:function:h',
      timeoutMs: 1_000,
      retries: 0,
      onFailure: 'abort',
      safeInRehearsal: false,
    } as const;
    const question = {
      service: 'orders',
      hook: 'h',
      when: 'prepare' as const,
      incident: 'orders#1',
      epoch: 1,
      token: 'orders#1',
      from: null,
      to: region('us-west-2'),
      mode: 'manual' as const,
    };
    const answer = mutated({ kind: 'ok', detail: 'fine' });
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostile, answer), async (given) => {
        const hooks = lambdaHooks({ clientIn: () => clientThat(() => payload(given)) });

        const said = await hooks.call(hook, question);

        expect(['ok', 'veto', 'failed']).toContain(said.kind);
        expect((said.kind === 'failed' ? said.because : said.detail).length).toBeLessThanOrEqual(1_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe('answers of Slack', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('are delivered or not delivered, and nobody waits for as long as a header says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(fc.string(), fc.constantFrom('1', '999999', '-1', '1e9', 'Fri, 31 Dec 2999 23:59:59 GMT')),
        async (status, retryAfter) => {
          const headers = new Headers();
          try {
            headers.set('retry-after', retryAfter);
          } catch {
            // No HTTP server could send it either.
          }
          const body = [204, 205, 304].includes(status) ? null : 'no_service';
          vi.stubGlobal('fetch', async () => new Response(body, { status, headers }));
          const waits: number[] = [];
          const slack = slackNotifier({
            webhookUrl: 'https://hooks.slack.example.com/services/secret',
            wait: async (ms) => void waits.push(ms),
          });

          const error = await slack.send(message).then(
            () => null,
            (thrown: Error) => thrown,
          );

          expect(error === null).toBe(status < 300);
          if (error !== null) {
            expect(error.name).toBe('NotificationFailed');
            expect(error.message).not.toContain('secret');
          }
          expect(waits.every((ms) => ms <= 3_000)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
