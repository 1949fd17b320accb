import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, describe, expect, test } from 'vitest';
import { type BeaconDatum, readBeacon } from '../../../core/beacon.ts';
import { epoch } from '../../../core/brand.ts';
import { cloudWatchBeacon } from '../../../handlers/adapters/beacon-metric.ts';
import { beaconLever } from '../../../handlers/adapters/lever.beacon.ts';
import { LeverUnavailable } from '../../../handlers/errors.ts';
import type { Lever } from '../../../handlers/ports.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import { away, both, home, leverContract, routingOf, standby } from '../../contracts/lever.contract.ts';
import { beaconOf, serviceWith } from '../../contracts/service.ts';
import { virtualClock } from '../../loopback/virtual-clock.ts';

const clock = virtualClock();
const faults = new AwsFaults({ clock });
const cloudwatch = cloudwatchService({
  clock,
  tempo: 1,
  aws: () => {
    throw new Error('no alarm acts here');
  },
  emit: () => {},
});
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [cloudwatch], faults });
afterAll(() => aws.close());

const minuteMs = 60_000;
let count = 0;

/** A metric of its own, and levers on it that know nothing of one another. */
function newStage() {
  const service = serviceWith(beaconOf(), `orders-${++count}`);
  const client = () =>
    new CloudWatchClient({
      region: 'us-west-2',
      endpoint: aws.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  const lever = (): Lever =>
    beaconLever({
      metric: cloudWatchBeacon(client(), beaconOf(), service.name),
      service,
      clock,
      periodMs: minuteMs,
    });
  return { lever: lever(), rival: lever(), later: lever };
}

const minuteOf = (at: number, values: readonly number[]): BeaconDatum => ({
  at: Math.floor(at / minuteMs) * minuteMs,
  sum: values.reduce((sum, value) => sum + value, 0),
  maximum: Math.max(...values),
  minimum: Math.min(...values),
});

leverContract(
  'a beacon',
  { weights: false, compareAndSet: false },
  async () => ({ ...newStage(), pass: () => clock.advance(3 * minuteMs) }),
  true,
);

describe('the lever over a beacon', () => {
  test('tells the epoch of the last write', async () => {
    const { lever, rival } = newStage();

    await lever.write(away(7));

    expect((await routingOf(rival)).epoch).toBe(7);
  });

  test('an older epoch that can see the newer one changes nothing', async () => {
    const { lever, rival } = newStage();
    await lever.write(away(7));

    expect(await rival.write({ epoch: epoch(6), weights: home, expected: standby })).toEqual({
      kind: 'fenced',
      epoch: 7,
    });
    expect(await routingOf(lever)).toEqual({ epoch: 7, weights: standby });
  });

  test('goes there and back within a minute', async () => {
    const { lever, rival } = newStage();
    await lever.write(away(7));

    expect(await rival.write({ epoch: epoch(7), weights: home, expected: standby })).toMatchObject({
      kind: 'accepted',
    });

    expect(await routingOf(lever)).toEqual({ epoch: 7, weights: home });
  });

  test('says after two weeks, two months and a year what was written last', async () => {
    const { lever, later } = newStage();
    await lever.write(away(7));
    const days = [14, 60, 400];

    const seen = [];
    for (const [index, day] of days.entries()) {
      await clock.advance((day - (days[index - 1] ?? 0)) * 24 * 60 * minuteMs);
      seen.push(await routingOf(later()));
    }

    expect(seen).toEqual(days.map(() => ({ epoch: 7, weights: standby })));
  });

  test('refuses what a beacon cannot say', async () => {
    const { lever } = newStage();
    const nobody = { 'us-east-1': 0, 'us-west-2': 0 };

    for (const weights of [both, nobody, { 'eu-west-1': 1_000 }]) {
      expect(await lever.write({ epoch: epoch(7), weights, expected: home })).toMatchObject({ kind: 'refused' });
    }
    expect(await lever.write({ epoch: epoch(0), weights: standby, expected: home })).toMatchObject({ kind: 'refused' });
    expect(await routingOf(lever)).toEqual({ epoch: null, weights: home });
  });

  test('goes by what it wrote while that cannot be read yet', async () => {
    const { lever, later } = newStage();
    await lever.write(away(7));
    const stored = beaconLever({
      metric: { read: async () => [], put: async () => {} },
      service: serviceWith(beaconOf()),
      clock,
      periodMs: minuteMs,
    });

    await stored.write(away(7));

    expect(await routingOf(stored)).toEqual({ epoch: 7, weights: standby });
    await clock.advance(3 * minuteMs);
    expect(await routingOf(stored)).toEqual({ epoch: null, weights: home });
    expect((await routingOf(later())).weights).toEqual(standby);
  });

  test('a way back does not trust what stands: a write that cannot be read yet is undone too, whoever used its number before', async () => {
    const data: { value: number; at: number }[] = [{ value: -7, at: clock.now() }];
    const read = async () => data.slice(0, 1).map(({ value, at }) => minuteOf(at, [value]));
    const put = async (value: number, at: number) => void data.push({ value, at });
    const newLever = () =>
      beaconLever({ metric: { read, put }, service: serviceWith(beaconOf()), clock, periodMs: minuteMs });
    // Its answers were lost, and it was tried again.
    for (let attempt = 0; attempt < 3; attempt++) await newLever().write(away(7));

    const outcome = await newLever().write({ epoch: epoch(7), weights: home, expected: home, undoes: true });

    expect(outcome.kind).toBe('accepted');
    const minutes = Map.groupBy(data, ({ at }) => Math.floor(at / minuteMs) * minuteMs);
    const stored = [...minutes].map(([at, group]) =>
      minuteOf(
        at,
        group.map(({ value }) => value),
      ),
    );
    expect(readBeacon(stored)).toMatchObject({ side: 'home', epoch: 7 });
  });

  test('a way back that stands already, ahead of the clock, is unchanged', async () => {
    const ahead = minuteOf(Math.floor(clock.now() / minuteMs) * minuteMs + 2 * minuteMs, [-7]);
    const metric = { read: async () => [ahead], put: async () => {} };
    const lever = beaconLever({ metric, service: serviceWith(beaconOf()), clock, periodMs: minuteMs });

    expect(await lever.write({ epoch: epoch(7), weights: home, expected: home, undoes: true })).toMatchObject({
      kind: 'unchanged',
    });
  });

  test('does not know what became of a write without an answer; the next one finds it', async () => {
    const { lever } = newStage();
    faults.set({ service: 'cloudwatch', operation: 'PutMetricData', fault: 'answer-lost', times: 1 });

    await expect(lever.write(away(7))).rejects.toThrow(LeverUnavailable);

    expect(await lever.write(away(7))).toMatchObject({ kind: 'unchanged' });
  });

  test('refuses to follow a datum that is hours ahead of its clock', async () => {
    const service = serviceWith(beaconOf());
    const ahead = clock.now() + 90 * minuteMs;
    const lever = beaconLever({
      metric: { read: async () => [{ at: ahead, sum: 9, maximum: 9, minimum: 9 }], put: async () => {} },
      service,
      clock,
      periodMs: minuteMs,
    });

    expect(await lever.write({ epoch: epoch(10), weights: home, expected: standby })).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining('ahead of this clock'),
    });
  });

  test('is unreadable where the metric holds a number that is no epoch', async () => {
    const poisoned = { at: clock.now(), sum: 2 ** 60, maximum: 2 ** 60, minimum: 0 };
    const metric = { read: async () => [poisoned], put: async () => {} };
    const lever = beaconLever({ metric, service: serviceWith(beaconOf()), clock, periodMs: minuteMs });

    expect(await lever.read()).toMatchObject({ kind: 'unreadable', because: expect.stringContaining('no epoch') });
    await expect(lever.write(away(7))).rejects.toThrow(LeverUnavailable);
  });

  test('is unreadable, and not at home, where CloudWatch does not answer', async () => {
    const { lever } = newStage();
    const id = faults.set({ service: 'cloudwatch', fault: 'unavailable' });

    expect(await lever.read()).toMatchObject({ kind: 'unreadable' });
    faults.clear(id);
  });
});
