import { describe, expect, test } from 'vitest';
import type { AlarmReading } from '../../../core/evidence.ts';
import type { Message } from '../../../core/messages.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, observers, standby, t0 } from '../../support/world.ts';
import { scene } from './scene.ts';

const minute = 60_000;
const [ohio, oregon] = observers;
const name = `understudy-orders-${home}`;

/** Every observer's alarm on both regions; `change` says what is different with some. */
const alarms = (change: (of: AlarmReading) => Partial<AlarmReading> = () => ({})): AlarmReading[] =>
  observers.flatMap((observer) =>
    [home, standby].map((region) => {
      const plain: AlarmReading = { observer, region, state: 'OK', since: t0 - 60 * minute };
      return { ...plain, ...change(plain) };
    }),
  );
const brokenIn =
  (...broken: readonly string[]) =>
  ({ observer, region }: AlarmReading): Partial<AlarmReading> =>
    region === home && broken.includes(observer) ? { evaluation: 'EVALUATION_ERROR' } : {};

/** Both control regions look each minute; what people got, with the minute since the start. */
async function hear(minutes: number, readings: (atMinute: number) => readonly AlarmReading[]) {
  const stage = scene();
  const heard: (Message & { readonly minute: number })[] = [];
  for (let at = 0; at <= minutes; at++) {
    stage.world.alarms.readings.set('orders', readings(at));
    const before = stage.world.chat.sent.length;
    await stage.world.clock.run(
      Promise.all([reconcile(stage.world, stage.failover), reconcile(stage.world, stage.failover)]),
    );
    heard.push(...stage.world.chat.sent.slice(before).map((message) => ({ ...message, minute: at })));
    await stage.world.clock.advance(t0 + (at + 1) * minute - stage.world.clock.now());
  }
  return { heard, stage };
}

describe('an alarm that cannot be evaluated', () => {
  test('is told once by all control regions together, by name, with what to do', async () => {
    const { heard, stage } = await hear(10, () => alarms(brokenIn(ohio)));

    expect(heard).toMatchObject([
      { minute: 0, subject: '1 alarm of orders cannot be evaluated', severity: 'info', audience: 'people' },
    ]);
    expect(heard[0]?.lines[1]).toBe(
      `${name} in ${ohio}: EVALUATION_ERROR. Its set-up is wrong: its StateReason says how, and a deployment mends it: aws cloudwatch describe-alarms --region ${ohio} --alarm-names ${name}`,
    );
    expect(heard[0]?.trouble).toMatchObject({ state: 'opened' });
    // The service itself is well, and no run has to look after it.
    expect(await stage.world.ledger.read('orders')).toMatchObject({ trouble: null });
    expect(stage.world.starter.started.size).toBe(0);
  });

  test('is told again every quarter of an hour, and once when it was well for ten minutes, as one trouble', async () => {
    const { heard } = await hear(60, (at) => alarms(at < 40 ? brokenIn(ohio) : undefined));

    expect(heard.map(({ minute: at, trouble }) => [at, trouble?.state])).toEqual([
      [0, 'opened'],
      [15, 'reminded'],
      [30, 'reminded'],
      [50, 'closed'],
    ]);
    expect(new Set(heard.map(({ thread }) => thread)).size).toBe(1);
    expect(heard.at(-1)?.lines).toEqual(['All alarms of orders can be evaluated again.']);
  });

  test('wakes somebody at once where too few are left of a region to start a run', async () => {
    const { heard } = await hear(3, (at) => alarms(at === 0 ? brokenIn(ohio) : brokenIn(ohio, oregon)));

    expect(heard).toMatchObject([
      { minute: 0, severity: 'info' },
      { minute: 1, severity: 'critical', subject: '2 alarms of orders cannot be evaluated' },
    ]);
    expect(heard[1]?.lines.join(' ')).toContain('could not start a run by quorum');
  });

  test('that comes and goes is one trouble, and told at most eight times an hour', async () => {
    const { heard } = await hear(59, (at) => alarms(at % 2 === 0 ? brokenIn(ohio) : undefined));

    expect(heard.length).toBeLessThanOrEqual(8);
    expect(new Set(heard.map(({ thread }) => thread)).size).toBe(1);
    expect(heard.map(({ trouble }) => trouble?.state)).not.toContain('closed');
  });

  test('is not over because nobody could read it', async () => {
    const { heard } = await hear(30, (at) =>
      at === 0 ? alarms(brokenIn(ohio)) : alarms().filter(({ observer }) => observer !== ohio),
    );

    expect(heard.map(({ trouble }) => trouble?.state)).toEqual(['opened']);
  });
});

describe('an alarm without data', () => {
  const without = (since: number) =>
    alarms(({ observer }) => (observer === ohio ? { state: 'INSUFFICIENT_DATA', since } : {}));

  test('is told once that lasts a quarter of an hour, with its canary', async () => {
    const { heard } = await hear(16, () => without(t0));

    expect(heard.map((message) => message.minute)).toEqual([15]);
    expect(heard[0]?.lines[1]).toContain(
      `has had no data since ${new Date(t0).toISOString()}: see whether its canary runs: aws synthetics get-canary-runs --region ${ohio} --name ${name}`,
    );
  });

  test('is nothing to tell of for minutes', async () => {
    const { heard } = await hear(16, (at) => (at < 10 ? without(t0) : alarms()));

    expect(heard).toEqual([]);
  });
});

test('where the ledger does not answer, that keeps no run from being started', async () => {
  const stage = scene();
  stage.world.alarms.readings.set(
    'orders',
    alarms((of) => ({
      ...brokenIn(ohio)(of),
      ...(of.observer === oregon && of.region === home && { state: 'ALARM' }),
    })),
  );
  stage.world.ledger.change = () => Promise.reject(new Error('away'));

  const results = await stage.world.clock.run(reconcile(stage.world, stage.failover));

  expect(results.find(({ service }) => service === 'orders')).toMatchObject({ outcome: 'started' });
  expect(stage.world.log.warnings).toContainEqual({
    message: 'alarms were not tended',
    facts: { service: 'orders', because: 'Error: away' },
  });
});
