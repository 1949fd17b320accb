import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AlarmState, stateChanges } from '../../cli/backtest/alarm-history.ts';
import type { Outage } from '../../cli/backtest/files.ts';
import { replay } from '../../cli/backtest/replay.ts';
import { scoreOf } from '../../cli/backtest/score.ts';
import { backtest } from '../../cli/commands/backtest.ts';
import { region } from '../../core/brand.ts';
import { stateUpdateData } from '../../sandbox/cloudwatch/alarm-history.ts';
import { failover, home, observers, orders, standby, t0, withPolicy } from '../support/world.ts';

const minute = 60_000;
const [ohio, oregon, montreal] = observers;

/** `at` in minutes after t0. */
function change(observer: string, watched: string | null, at: number, to: AlarmState, from: AlarmState = 'OK') {
  const watches = watched === null ? null : region(watched);
  return { service: 'orders', region: watches, observer: region(observer), at: t0 + at * minute, from, to };
}

/** Everybody's alarm on every region, seen once while it was well. */
const well = [ohio, oregon, montreal].flatMap((observer) =>
  [home, standby].map((watched) => change(observer, watched, -60, 'OK', 'INSUFFICIENT_DATA')),
);
const red = (from: number, to: number, ...by: string[]) =>
  by.flatMap((observer, index) => [
    change(observer, home, from + index / 60, 'ALARM'),
    change(observer, home, to, 'OK', 'ALARM'),
  ]);
const play = (changes: Parameters<typeof replay>[2], service = orders) =>
  replay(
    service,
    observers,
    [...changes].sort((a, b) => a.at - b.at),
  );
const kinds = (happened: ReturnType<typeof replay>) =>
  happened.map((one) => (one.kind === 'hold' ? one.reason : one.kind));

describe('a replay of alarms', () => {
  test('moves once a quorum was red for the dwell, and says how long after the first alarm', () => {
    const happened = play([...well, ...red(0, 10, ohio, montreal)]);

    expect(kinds(happened)).toEqual(['source-healthy', 'move']);
    expect(happened[1]).toEqual({
      kind: 'move',
      at: t0 + 1_000 + orders.policy.dwellMs,
      from: home,
      to: standby,
      red: [ohio, montreal],
      afterFirstAlarmMs: 11_000,
      afterQuorumMs: 10_000,
      asksForApproval: false,
    });
  });

  test('one red observer moves nothing', () => {
    expect(kinds(play([...well, ...red(0, 10, ohio)]))).toEqual(['source-healthy']);
  });

  test('an observer without a history says nothing; in a history that is there, alarms that never changed were OK', () => {
    const changes = red(0, 10, ohio, montreal).sort((a, b) => a.at - b.at);

    expect(kinds(replay(orders, observers, changes))).toContain('target-unknown');
    expect(kinds(replay(orders, observers, changes, [ohio, montreal]))).toContain('move');
  });

  test('where every region is red it stays, and says so once for all its runs', () => {
    const both = [ohio, montreal].flatMap((observer) => [
      change(observer, standby, 0, 'ALARM'),
      change(observer, home, 0.5, 'ALARM'),
      change(observer, home, 10, 'OK', 'ALARM'),
      change(observer, standby, 10, 'OK', 'ALARM'),
    ]);

    const held = play([...well, ...both]).filter((one) => one.kind === 'hold' && one.reason === 'all-regions-down');

    expect(held).toHaveLength(1);
    expect(held[0]).toMatchObject({ times: expect.toSatisfy((times: number) => times > 5) });
  });

  test('a red that ends within the dwell moves nothing', () => {
    expect(kinds(play([...well, ...red(0, 0.1, ohio, montreal)]))).not.toContain('move');
  });

  test('goes home after a cooldown of good alarms, and takes the next outage by itself', () => {
    const happened = play([...well, ...red(0, 10, ohio, oregon), ...red(120, 130, ohio, oregon)]);

    expect(kinds(happened).filter((kind) => kind === 'move' || kind === 'home')).toEqual(['move', 'home', 'move']);
    expect(happened.find(({ kind }) => kind === 'home')?.at).toBe(t0 + 10 * minute + orders.policy.cooldownMs);
  });

  test('a shadow, and a service that people move, are judged as if automation were let', () => {
    const changes = [...well, ...red(0, 10, ohio, montreal)];

    expect(play(changes, withPolicy(orders, { shadow: true, automatic: false }))).toEqual(play(changes));
  });

  test('never moves without a quorum of red alarms, nor twice without having gone home, whatever the history', () => {
    const state = fc.constantFrom<AlarmState>('OK', 'ALARM', 'INSUFFICIENT_DATA');
    const anyChange = fc
      .record({
        observer: fc.constantFrom(...observers),
        watched: fc.constantFrom(home, standby, null),
        at: fc.integer({ min: 0, max: 240 }),
        to: state,
        from: state,
      })
      .map(({ observer, watched, at, to, from }) => change(observer, watched, at, to, from));
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 25 }), (changes) => {
        let away = false;
        for (const one of play(changes)) {
          if (one.kind === 'home') away = false;
          if (one.kind !== 'move') continue;
          expect(away).toBe(false);
          expect(one.red.length).toBeGreaterThanOrEqual(orders.policy.quorum);
          away = true;
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('the score', () => {
  const outage = (from: number, to: number): Outage => ({
    service: 'orders',
    region: home,
    from: t0 + from * minute,
    to: t0 + to * minute,
  });

  test('tells hits with their time to detect, misses with why, and moves that nobody needed', () => {
    const happened = play([
      ...well,
      ...red(0, 10, ohio, montreal),
      ...red(120, 130, ohio),
      ...red(300, 310, ohio, oregon),
    ]);

    const { hits, misses, falseMoves } = scoreOf(happened, [outage(-1, 12), outage(119, 131)]);

    expect(hits.map(({ timeToDetectMs }) => timeToDetectMs)).toEqual([71_000]);
    expect(misses.map(({ reasons }) => reasons)).toEqual([['source-healthy']]);
    expect(falseMoves).toHaveLength(1);
  });
});

/** As `aws cloudwatch describe-alarm-history --output json` prints it. */
const item = (name: string, at: number, from: AlarmState, to: AlarmState) => ({
  AlarmName: name,
  AlarmType: 'MetricAlarm',
  Timestamp: new Date(t0 + at * minute).toISOString().replace('Z', '000+00:00'),
  HistoryItemType: 'StateUpdate',
  HistorySummary: `Alarm updated from ${from} to ${to}`,
  HistoryData: stateUpdateData(
    { value: from, reason: 'r', reasonData: undefined } as never,
    { value: to, reason: 'r', reasonData: '{"version":"1.0"}' } as never,
  ),
});

describe('an alarm history', () => {
  const read = (AlarmHistoryItems: readonly unknown[]) =>
    stateChanges({ AlarmHistoryItems }, ohio, failover, 'us-east-2.json');

  test('is read as CloudWatch writes it, newest first, with whatever is not ours left out', () => {
    const changes = read([
      item(`understudy-orders-${home}`, 1, 'ALARM', 'OK'),
      item('billing-high', 1, 'OK', 'ALARM'),
      { ...item(`understudy-orders-${home}`, 1, 'OK', 'ALARM'), HistoryItemType: 'Action', HistoryData: '{}' },
      item(`understudy-orders-${home}`, 0, 'OK', 'ALARM'),
      item('understudy-orders-front-door', -1, 'OK', 'ALARM'),
    ]);

    expect(changes).toEqual([
      change(ohio, null, -1, 'ALARM'),
      change(ohio, home, 0, 'ALARM'),
      change(ohio, home, 1, 'OK', 'ALARM'),
    ]);
  });

  test.each([
    ['no history at all', {}, 'us-east-2.json: AlarmHistoryItems: '],
    ['a time that is none', [{ ...item('x', 0, 'OK', 'ALARM'), Timestamp: 'noon' }], '[0].Timestamp: is no point'],
    [
      'data that was cut off',
      [{ ...item(`understudy-orders-${home}`, 0, 'OK', 'ALARM'), HistoryData: '{"ver' }],
      'AlarmHistoryItems[0].HistoryData is no JSON',
    ],
    [
      'a state that is none',
      [item(`understudy-orders-${home}`, 0, 'OK', 'RED' as AlarmState)],
      'HistoryData: newState.stateValue: ',
    ],
  ])('with %s is refused with the place of it', (_, items, says) => {
    const printed = Array.isArray(items) ? { AlarmHistoryItems: items } : items;

    expect(() => stateChanges(printed, ohio, failover, 'us-east-2.json')).toThrow(says);
  });

  test('never is anything but read or refused with a sentence, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (whole, data) => {
        const ours = { ...item(`understudy-orders-${home}`, 0, 'OK', 'ALARM'), HistoryData: data };
        for (const printed of [whole, { AlarmHistoryItems: [ours] }]) {
          try {
            stateChanges(printed, ohio, failover, 'us-east-2.json');
          } catch (error) {
            expect((error as Error).name).toBe('UsageError');
          }
        }
      }),
    );
  });
});

describe('understudy backtest', () => {
  async function run(files: Readonly<Record<string, unknown>>, values: Readonly<Record<string, string | boolean>>) {
    const folder = await mkdtemp(join(tmpdir(), 'backtest-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
    const said: string[] = [];
    const placed = Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace('{}', folder) : value,
    ]);
    const code = await backtest.run({
      operands: ['orders'],
      values: { config: 'understudy.config.ts', ...Object.fromEntries(placed) },
      out: (text) => said.push(text),
      err: (text) => said.push(text),
      signal: new AbortController().signal,
    });
    return { code, said: said.join('\n') };
  }

  const history = (...reds: (readonly [number, number])[]) => ({
    AlarmHistoryItems: [
      item(`understudy-orders-${standby}`, -60, 'INSUFFICIENT_DATA', 'OK'),
      ...reds.flatMap(([from, to]) => [
        item(`understudy-orders-${home}`, from, 'OK', 'ALARM'),
        item(`understudy-orders-${home}`, to, 'ALARM', 'OK'),
      ]),
    ],
  });
  const files = {
    'us-east-2.json': history([0, 10]),
    'ca-central-1.json': history([0, 10], [200, 205]),
  };
  const truth = (...outages: (readonly [number, number])[]) =>
    outages.map(([from, to]) => ({
      service: 'orders',
      region: home,
      from: new Date(t0 + from * minute).toISOString(),
      to: new Date(t0 + to * minute).toISOString(),
    }));

  test('says what it would have done, and what that rests on', async () => {
    const { code, said } = await run(files, { alarms: '{}' });

    expect(code).toBe(0);
    expect(said).toContain('orders: 8 alarm changes, 1 move');
    expect(said).toContain(
      '2026-11-20T03:00:10.000Z  move us-east-1 to us-west-2: red from ca-central-1, us-east-2, 10 s after the first alarm',
    );
    expect(said).toContain('What this rests on:');
  });

  test('compares with the outages that there were, and says by its status where they differ', async () => {
    const all = { ...files, 'outages.json': truth([0, 10]) };
    expect((await run(files, { alarms: '{}' })).code).toBe(0);

    const outside = await mkdtemp(join(tmpdir(), 'truth-'));
    onTestFinished(() => rm(outside, { recursive: true }));
    const good = join(outside, 'good.json');
    const bad = join(outside, 'bad.json');
    await writeFile(good, JSON.stringify(all['outages.json']));
    await writeFile(bad, JSON.stringify(truth([0, 10], [200, 205])));

    expect(await run(files, { alarms: '{}', truth: good })).toMatchObject({
      code: 0,
      said: expect.stringContaining('1 hits, 0 misses, 0 false moves; time to detect 10 s (median), 10 s (longest)'),
    });
    const missed = await run(files, { alarms: '{}', truth: bad, json: true });
    expect(missed.code).toBe(1);
    expect(JSON.parse(missed.said).services[0].score.misses).toHaveLength(1);
  });

  test.each([
    ['a folder that is not there', {}, { alarms: '/nowhere/at/all' }, 'does not exist'],
    ['no --alarms', files, {}, '--alarms PATH'],
    ['a file of a region that observes nothing', { 'eu-west-1.json': history() }, { alarms: '{}' }, 'no observer'],
    ['an unknown service in the truth', files, { alarms: '{}', truth: '{}/us-east-2.json' }, 'us-east-2.json: '],
  ])('with %s says what is wrong', async (_, given, values, says) => {
    await expect(run(given, values)).rejects.toThrow(says);
  });
});
