import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { alarmHistory } from '../../cli/backtest/alarm-history.ts';
import { deployedNames } from '../../cli/backtest/alarm-names.ts';
import type { Outage } from '../../cli/backtest/files.ts';
import { type AlarmState, historyPages } from '../../cli/backtest/history-page.ts';
import { replay } from '../../cli/backtest/replay.ts';
import { scoreOf } from '../../cli/backtest/score.ts';
import { backtest } from '../../cli/commands/backtest.ts';
import { region } from '../../core/brand.ts';
import { stateUpdateData } from '../../loopback/cloudwatch/alarm-history.ts';
import { exampleWith } from '../support/configuration.ts';
import { failover, home, observers, orders, standby, t0, withPolicy } from '../support/world.ts';

const minute = 60_000;
const [ohio, oregon, montreal] = observers;

/** `at` in minutes after t0. */
function change(observer: string, watched: string | null, at: number, to: AlarmState, from: AlarmState = 'OK') {
  const watches = watched === null ? null : region(watched);
  const alarm = `understudy-orders-${watched ?? 'front-door'}`;
  return { alarm, service: 'orders', region: watches, observer: region(observer), at: t0 + at * minute, from, to };
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

    // The run that the first red observer starts finds the region well, and looks on, because one observer does not.
    expect(kinds(happened)).toEqual(['move']);
    expect(happened[0]).toEqual({
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

  test('what users see stands for one observer that says nothing, and for none that sees the region good', () => {
    const named = (says: 'vote' | 'veto') => ({
      ...failover,
      services: [
        { ...orders, regions: orders.regions.map((each) => ({ ...each, userAlarms: [{ name: 'rum', says }] })) },
      ],
    });
    const userChange = (at: number, to: AlarmState, from: AlarmState, says: 'vote' | 'veto', watched = home) => {
      const told = deployedNames(named(says)).toldBy('rum', watched);
      if (told === null) throw new Error('it is not known');
      return { ...told, alarm: 'rum', at: t0 + at * minute, from, to };
    };
    const rum = (says: 'vote' | 'veto', watched = home) => [
      userChange(0, 'ALARM', 'OK', says, watched),
      userChange(9, 'OK', 'ALARM', says, watched),
    ];
    const mute = [oregon, montreal].map((observer) => change(observer, home, -1, 'INSUFFICIENT_DATA'));

    expect(kinds(play([...well, ...mute, ...red(0, 10, ohio)]))).not.toContain('move');
    expect(kinds(play([...well, ...mute, ...red(0, 10, ohio), ...rum('vote')]))).toContain('move');
    expect(kinds(play([...well, ...red(0, 10, ohio), ...rum('vote')]))).not.toContain('move');
    // Alone it has runs look, which find the region well.
    expect(kinds(play([...well, ...rum('vote')]))).toEqual(['users-disagree']);
    expect(kinds(play([...well, ...red(0, 10, ohio, montreal), ...rum('veto', standby)]))).toContain(
      'target-not-ready',
    );
  });

  test('one red observer moves nothing', () => {
    expect(kinds(play([...well, ...red(0, 10, ohio)]))).toEqual(['source-healthy']);
  });

  test('an observer without a history says nothing; in a history that is there, alarms that never changed were OK', () => {
    const changes = red(0, 10, ohio, montreal).sort((a, b) => a.at - b.at);

    expect(kinds(replay(orders, observers, changes))).toContain('target-unknown');
    const standing = deployedNames(failover).standing([ohio, montreal], true);
    expect(kinds(replay(orders, observers, changes, standing))).toContain('move');
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

  describe('of a service whose regions share the traffic', () => {
    const shared = { [home]: 900, [standby]: 100 };
    const redThere = (from: number, to: number, ...by: string[]) =>
      by.flatMap((observer, index) => [
        change(observer, standby, from + index / 60, 'ALARM'),
        change(observer, standby, to, 'OK', 'ALARM'),
      ]);
    const playShared = (...changes: Parameters<typeof replay>[2][number][]) =>
      replay(
        orders,
        observers,
        [...changes].sort((a, b) => a.at - b.at),
        [],
        shared,
      );

    test('leaves the one with the smaller share, too, and comes back to the shares that were', () => {
      const happened = playShared(
        ...well,
        ...redThere(0, 10, ohio, montreal),
        ...redThere(120, 130, ohio, montreal),
      ).filter(({ kind }) => kind !== 'hold');

      expect(happened).toMatchObject([
        { kind: 'move', from: standby, to: home },
        { kind: 'home', at: t0 + 10 * minute + orders.policy.cooldownMs },
        { kind: 'move', from: standby, to: home },
      ]);
    });

    test('asks again every minute while that one alone is red', () => {
      // Home is well again in the middle of a minute, which starts nothing by itself.
      const happened = playShared(...well, ...redThere(0, 60, ohio, montreal), ...red(0, 4.5, ohio, montreal));

      expect(happened.find(({ kind }) => kind === 'move')).toMatchObject({ from: standby, at: t0 + 5 * minute });
    });
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
  const readAll = (printed: unknown) => {
    const file = { file: 'us-east-2.json', observer: ohio, pages: historyPages(printed, 'us-east-2.json') };
    return alarmHistory([file], deployedNames(failover));
  };
  const read = (AlarmHistoryItems: readonly unknown[]) => readAll({ AlarmHistoryItems }).changes;

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
    ['no history at all', {}, 'us-east-2.json: AlarmHistoryItems must be a list and is missing; print it with: aws'],
    ['text', 'orders', 'us-east-2.json: it must be an object and is a string'],
    [
      'a time that is none',
      [{ ...item('x', 0, 'OK', 'ALARM'), Timestamp: 'noon' }],
      '[0].Timestamp must be a point in time',
    ],
    [
      'a time without a zone',
      [{ ...item('x', 0, 'OK', 'ALARM'), Timestamp: '2026-10-20T07:11:01' }],
      'AlarmHistoryItems[0].Timestamp must be a point in time with its zone',
    ],
    [
      'data that was cut off',
      [{ ...item(`understudy-orders-${home}`, 0, 'OK', 'ALARM'), HistoryData: '{"ver' }],
      'AlarmHistoryItems[0].HistoryData is no JSON',
    ],
    [
      'a state that is none',
      [item(`understudy-orders-${home}`, 0, 'OK', 'RED' as AlarmState)],
      'HistoryData: newState.stateValue must be one of "OK"',
    ],
  ])('with %s is refused with the place of it', (_, items, says) => {
    const printed = Array.isArray(items) ? { AlarmHistoryItems: items } : items;

    expect(() => readAll(printed)).toThrow(says);
  });

  test('never is anything but read or refused with a sentence, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (whole, data) => {
        const ours = { ...item(`understudy-orders-${home}`, 0, 'OK', 'ALARM'), HistoryData: data };
        for (const printed of [whole, { AlarmHistoryItems: [ours] }]) {
          try {
            readAll(printed);
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
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content instanceof Uint8Array ? content : JSON.stringify(content));
    }
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

  const homeAlarm = `understudy-orders-${home}`;
  const moves = async (given: Readonly<Record<string, unknown>>, more: Readonly<Record<string, string>> = {}) => {
    const { said } = await run(given, { alarms: '{}/alarms', json: true, ...more });
    const { services, notes } = JSON.parse(said.split('\n').at(-1) ?? '');
    const made = services.flatMap(({ happened }: { happened: { kind: string }[] }) => happened);
    return { moves: made.filter(({ kind }: { kind: string }) => kind === 'move').length, notes: notes.join('\n') };
  };
  const red10 = history([0, 10]);
  const items = red10.AlarmHistoryItems;

  describe('takes a history as people have it:', () => {
    const other = { 'alarms/ca-central-1.json': red10 };
    const utf16 = Buffer.from(`\ufeff${JSON.stringify(red10)}`, 'utf16le');
    const seconds = items.map((each) => ({ ...each, Timestamp: Date.parse(each.Timestamp) / 1_000 }));
    test.each<[string, Readonly<Record<string, unknown>>]>([
      ['one answer', { 'alarms/us-east-2.json': red10 }],
      ['in UTF-16, from Windows PowerShell', { 'alarms/us-east-2.json': utf16 }],
      ['with times in seconds', { 'alarms/us-east-2.json': { AlarmHistoryItems: seconds } }],
      ['the list of the items alone', { 'alarms/us-east-2.json': items }],
      ['a list of answers', { 'alarms/us-east-2.json': items.map((each) => ({ AlarmHistoryItems: [each] })) }],
      [
        'pages in files of their own, which overlap',
        {
          'alarms/us-east-2-page-1.json': { AlarmHistoryItems: items.slice(1), NextToken: 'more' },
          'alarms/us-east-2-page-2.json': { AlarmHistoryItems: items.slice(0, 2), NextToken: null },
        },
      ],
      [
        'pages in a folder of their observer',
        {
          'alarms/us-east-2/1.json': { AlarmHistoryItems: items.slice(2), NextToken: 'more' },
          'alarms/us-east-2/2.JSON': { AlarmHistoryItems: items.slice(0, 2) },
        },
      ],
    ])('%s', async (_, given) => {
      expect(await moves({ ...given, ...other })).toEqual({ moves: 1, notes: '' });
    });
  });

  test('says of one page that it is no more, and takes nothing for granted that is not in it', async () => {
    const cut = {
      AlarmHistoryItems: [item(`understudy-orders-${standby}`, 5, 'INSUFFICIENT_DATA', 'OK')],
      NextToken: 'x',
    };
    const seen = await moves({
      'alarms/us-east-2.json': cut,
      'alarms/us-west-2.json': red10,
      'alarms/ca-central-1.json': red10,
    });

    expect(seen.notes).toMatch(/us-east-2\.json is one page, not all: it has a NextToken/);
    expect(seen.moves).toBe(1);
  });

  test('says which changes were left out, and which names are looked for', async () => {
    const foreign = { AlarmHistoryItems: [item('prod-api-5xx', 0, 'OK', 'ALARM'), item('billing', 1, 'OK', 'ALARM')] };
    const { notes } = await moves({ 'alarms/us-east-2.json': foreign, 'alarms/ca-central-1.json': foreign });

    expect(notes).toContain(
      'us-east-2.json: 2 changes of alarms that are not looked for were left out (prod-api-5xx, billing)',
    );
    expect(notes).toContain(
      `orders: no change of an alarm that is looked for: ${homeAlarm}, understudy-orders-us-west-2`,
    );
  });

  test('says that fewer observers than the quorum could never have moved it', async () => {
    expect((await moves({ 'alarms/us-east-2.json': red10 })).notes).toBe(
      'orders: histories of 1 observers, and its quorum is 2: it could not have moved',
    );
  });

  describe('with a map of alarms that stand in for ours', () => {
    const of = (name: string) => ({
      AlarmHistoryItems: [item(name, 0, 'OK', 'ALARM'), item(name, 10, 'ALARM', 'OK')],
    });
    const entry = { service: 'orders', region: home };
    const well = { 'west-5xx': { service: 'orders', region: standby } };

    test('takes them for the observer whose file they are in', async () => {
      const given = {
        'alarms/us-east-2.json': of('prod-api-5xx'),
        'alarms/ca-central-1.json': of('prod-api-5xx'),
        'map.json': { 'prod-api-5xx': entry, ...well },
      };
      expect(await moves(given, { map: '{}/map.json' })).toEqual({ moves: 1, notes: '' });
    });

    test('or for the one that the map names, whatever the file is called', async () => {
      const both = { AlarmHistoryItems: [...of('a').AlarmHistoryItems, ...of('b').AlarmHistoryItems] };
      const at = (observer: string) => ({ observer });
      const map = {
        a: { ...entry, ...at(ohio) },
        b: { ...entry, ...at(montreal) },
        c: { ...well['west-5xx'], ...at(ohio) },
        d: { ...well['west-5xx'], ...at(montreal) },
      };
      expect(await moves({ 'alarms/us-east-1.json': both, 'map.json': map }, { map: '{}/map.json' })).toEqual({
        moves: 1,
        notes: '',
      });
    });

    test('is red where one of several is', async () => {
      const given = {
        'alarms/us-east-2.json': of('a'),
        'alarms/ca-central-1.json': of('b'),
        'map.json': { a: entry, b: entry, ...well },
      };
      expect((await moves(given, { map: '{}/map.json' })).moves).toBe(1);
    });

    test.each([
      [
        'an unknown service',
        { a: { service: 'x', region: home } },
        'map.json: "a".service: the configuration has no x',
      ],
      [
        'another region',
        { a: { service: 'orders', region: 'eu-west-1' } },
        '"a".region: eu-west-1 is no region of orders',
      ],
      ['no observer', { a: { ...entry, observer: 'eu-west-1' } }, '"a".observer: eu-west-1 is none of'],
      ['another shape', { a: 'orders' }, 'map.json: a must be an object and is a string; write it like'],
    ])('with %s says what is wrong', async (_, map, says) => {
      const given = { 'alarms/us-east-2.json': of('a'), 'map.json': map };
      await expect(run(given, { alarms: '{}/alarms', map: '{}/map.json' })).rejects.toThrow(says);
    });
  });

  test('observers without canaries for a service are silent, with a history and without', async () => {
    const all = ['us-east-2', 'us-west-2', 'ca-central-1', 'eu-west-1', 'ap-south-1'];
    const config = exampleWith({
      observers: all,
      'services[0].canaries': { observers: ['us-east-2', 'ca-central-1'] },
      'services[0].policy': { quorum: 2 },
    });
    const files = { 'alarms/us-east-2.json': red10, 'alarms/ca-central-1.json': red10, 'config.json': config };
    const empty = Object.fromEntries(
      ['us-west-2', 'eu-west-1', 'ap-south-1'].map((name) => [`alarms/${name}.json`, { AlarmHistoryItems: [] }]),
    );
    for (const given of [files, { ...files, ...empty }]) {
      expect(await moves(given, { config: '{}/config.json' })).toEqual({ moves: 1, notes: '' });
    }
  });

  test('asks for no lever that a deployment would make', async () => {
    const config = exampleWith({ 'services[0].lever.storeArn': undefined });
    const given = { 'alarms/us-east-2.json': red10, 'alarms/ca-central-1.json': red10, 'config.json': config };

    expect((await moves(given, { config: '{}/config.json' })).moves).toBe(1);
  });

  test('tells thousands of like answers in a line', async () => {
    const flaps = Array.from({ length: 500 }, (_, minute) => [
      item(homeAlarm, minute, 'OK', 'ALARM'),
      item(homeAlarm, minute + 0.5, 'ALARM', 'INSUFFICIENT_DATA'),
      item(homeAlarm, minute + 0.9, 'INSUFFICIENT_DATA', 'OK'),
    ]).flat();
    const one = { AlarmHistoryItems: flaps };
    const { said } = await run({ 'us-east-2.json': one, 'ca-central-1.json': history() }, { alarms: '{}' });

    expect(said.split('\n').length).toBeLessThan(30);
    expect(said).toMatch(/1500|1501 alarm changes/);
  });

  test.each([
    [
      'a time without a zone',
      { from: '2026-11-20T03:00:00' },
      '[0].from must be a point in time with its zone, like 2026-',
    ],
    ['a time in words', { from: 'Oct 20' }, '[0].from must be a point in time with its zone'],
    ['a day that there is not', { from: '2026-06-31T07:11:00Z' }, '[0].from is of a day that its month has not'],
    ['a number for a time', { to: 1 }, '[0].to must be a point in time and is the number 1'],
  ])('refuses a truth with %s, with its place', async (_, change, says) => {
    const [outage] = truth([0, 10]);
    const given = { 'alarms/us-east-2.json': red10, 'truth.json': [{ ...outage, ...change }] };

    await expect(run(given, { alarms: '{}/alarms', truth: '{}/truth.json' })).rejects.toThrow(says);
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
