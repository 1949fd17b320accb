import { describe, expect, test } from 'vitest';
import { region } from '../../../../core/brand.ts';
import { FLEET } from '../../../../core/record.ts';
import { OVERRIDE_KEY, serviceKey } from '../../../../core/routing-value.ts';
import { LeverUnavailable } from '../../../../handlers/errors.ts';
import { keepOut } from '../../../../handlers/steps/region/keep-out.ts';
import { leave } from '../../../../handlers/steps/region/leave.ts';
import { open } from '../../../../handlers/steps/region/open.ts';
import { prove } from '../../../../handlers/steps/region/prove.ts';
import { home, observers, orders, prepareHook, standby, t0 } from '../../../support/world.ts';
import { fleetOf } from './fleet.ts';

const act = { id: 'fence-1', region: home, by: 'ada', reason: 'an event of AWS' };
type Fleet = ReturnType<typeof fleetOf>;
const leaveAll = (
  fleet: Fleet,
  change: { force?: boolean; kept?: readonly string[]; only?: readonly string[] } = {},
) => {
  const services = fleet.services.filter(({ name }) => change.only?.includes(name) ?? true);
  const leaving = { ...act, services, kept: change.kept ?? [], force: change.force ?? false };
  return fleet.clock.run(leave(leaving, fleet.ports, fleet.failover));
};
const proveAll = (fleet: Fleet, led: readonly { service: string; override: number }[]) =>
  fleet.clock.run(
    prove(
      led.map(({ service, override }) => ({ service: named(fleet, service), override })),
      fleet.clock.now() + 60_000,
      fleet.ports,
      fleet.failover,
    ),
  );
const named = (fleet: Fleet, name: string) => {
  const service = fleet.services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`no ${name}`);
  return service;
};
const openAll = (fleet: Fleet, change: { force?: boolean; only?: readonly string[] } = {}) => {
  const services = change.only?.map((name) => named(fleet, name)) ?? null;
  return fleet.clock.run(open({ ...act, services, force: change.force ?? false }, fleet.ports, fleet.failover));
};
const overrideOf = ({ store }: Fleet) => JSON.parse(store.entries.get(OVERRIDE_KEY) ?? '').x;

describe('leaving a region', () => {
  test('is one write for all services of a store, and every edge leads to the standby', async () => {
    const fleet = fleetOf(['a', 'b', 'c']);

    const { led, writes } = await leaveAll(fleet);

    expect(writes).toBe(1);
    expect(fleet.store.writes).toEqual([{ [OVERRIDE_KEY]: `{"v":1,"e":1,"x":{"${home}":-1}}` }]);
    expect(led).toEqual(['a', 'b', 'c'].map((service) => ({ service, override: 1, to: [standby] })));
    expect(fleet.services.map((service) => fleet.servedBy(service, observers[0] ?? home))).toEqual([
      standby,
      standby,
      standby,
    ]);
    expect((await proveAll(fleet, led)).map(({ isProved }) => isProved)).toEqual([true, true, true]);
  });

  test('names what cannot leave before anything is written, and the write spares it', async () => {
    const fleet = fleetOf(['a', 'b', 'c']);
    fleet.broken.add(`b ${standby}`);
    const told: unknown[] = [];
    const leaving = { ...act, services: fleet.services, kept: [], force: false };

    const left = await fleet.clock.run(
      leave(leaving, fleet.ports, fleet.failover, ({ stays }) => told.push([stays, fleet.store.writes.length])),
    );

    const stays = [{ service: 'b', because: expect.stringContaining(`${standby} is bad from`) }];
    expect(told).toEqual([[stays, 0]]);
    expect(left).toMatchObject({ stays, writes: 1 });
    expect(Object.keys(fleet.store.writes[0] ?? {})).toEqual([serviceKey('b'), OVERRIDE_KEY]);
    expect(fleet.servedBy(named(fleet, 'b'), home)).toBe(home);
    expect(fleet.servedBy(named(fleet, 'a'), home)).toBe(standby);
    expect((await proveAll(fleet, left.led)).every(({ isProved }) => isProved)).toBe(true);
    const entries = await fleet.ledger.entries(FLEET, act.id);
    expect(entries.map(({ what }) => what)).toMatchObject([
      { kind: 'region', did: 'named', by: 'ada', services: ['b'] },
      { kind: 'region', did: 'wrote', by: 'ada', services: ['a', 'c'] },
    ]);
  });

  test('takes along who could not leave the last time, once its standby is well', async () => {
    const fleet = fleetOf(['a', 'b']);
    fleet.broken.add(`b ${standby}`);
    await leaveAll(fleet);
    fleet.broken.clear();

    const { led, writes } = await leaveAll(fleet);

    // Who was led out before is proved again.
    expect(led).toMatchObject([{ service: 'a' }, { service: 'b' }]);
    expect(writes).toBe(1);
    expect(fleet.servedBy(named(fleet, 'b'), home)).toBe(standby);
  });

  test.each([
    ['is paused', false],
    ['is in shadow', true],
  ])('spares a service that %s', async (_, shadow) => {
    const fleet = fleetOf(['a', 'b'], shadow ? { a: { policy: { ...orders.policy, shadow } } } : {});
    if (!shadow) await fleet.ledger.change('a', { kind: 'pause', by: 'bob', reason: 'a migration' });

    const { stays, led } = await leaveAll(fleet);

    expect(stays).toEqual([
      {
        service: 'a',
        because: expect.stringMatching(
          /^bob paused a .*: a migration; understudy resume a, or --force$|^it is in shadow/,
        ),
      },
    ]);
    expect(led).toMatchObject([{ service: 'b' }]);
    expect(fleet.servedBy(named(fleet, 'a'), home)).toBe(home);
  });

  test('takes a paused service along where a person insists', async () => {
    const fleet = fleetOf(['a']);
    await fleet.ledger.change('a', { kind: 'pause', by: 'bob', reason: 'a migration' });

    expect(await leaveAll(fleet, { force: true })).toMatchObject({ led: [{ service: 'a' }], stays: [] });
  });

  test('leaves what has hooks to a run of its own, and spares it meanwhile', async () => {
    const fleet = fleetOf(['a', 'b'], { a: { hooks: [prepareHook] } });

    const { runs, led } = await leaveAll(fleet);

    expect(runs).toMatchObject([{ service: 'a', to: standby, because: 'its hooks are asked first: promote' }]);
    expect(led).toMatchObject([{ service: 'b' }]);
    expect(fleet.servedBy(named(fleet, 'a'), home)).toBe(home);
  });

  test('leaves to a run whose stand-in is bad while a third region is well', async () => {
    const [east, west] = fleetOf(['a']).services[0]?.regions ?? [];
    const ireland = region('eu-west-1');
    const three = [east, west, { region: ireland, endpoint: `https://a.${ireland}.example.com` }].filter(
      (place) => place !== undefined,
    );
    const fleet = fleetOf(['a'], { a: { regions: three } });
    fleet.broken.add(`a ${standby}`);

    expect(await leaveAll(fleet)).toMatchObject({
      led: [],
      runs: [{ service: 'a', because: `${standby} would take its place, and is not fit` }],
    });
    expect(fleet.servedBy(named(fleet, 'a'), home)).toBe(home);
  });

  test('in turns spares whose turn comes later', async () => {
    const fleet = fleetOf(['a', 'b']);

    await leaveAll(fleet, { only: ['a'], kept: ['b'] });
    expect(fleet.services.map((service) => fleet.servedBy(service, home))).toEqual([standby, home]);

    await leaveAll(fleet, { only: ['b'] });
    expect(fleet.services.map((service) => fleet.servedBy(service, home))).toEqual([standby, standby]);
  });

  test('with more to spare than one write takes spares all of them before the override comes', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `s${index}`);
    const fleet = fleetOf(names);
    for (const name of names.slice(0, 110)) fleet.broken.add(`${name} ${standby}`);

    const { writes, led } = await leaveAll(fleet);

    expect({ writes, led: led.length }).toEqual({ writes: 3, led: 10 });
    expect(fleet.store.writes.findIndex((pairs) => OVERRIDE_KEY in pairs)).toBe(2);
    expect(fleet.services.filter((service) => fleet.servedBy(service, home) === home).length).toBe(110);
  });

  test('is not proved while edges have what was there before', async () => {
    const fleet = fleetOf(['a', 'b']);
    fleet.late.add('a');

    const { led } = await leaveAll(fleet);

    expect((await proveAll(fleet, led)).map(({ service, isProved }) => [service.name, isProved])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  test('is not proved by edges alone: callers must be answered', async () => {
    const fleet = fleetOf(['a']);
    const { led } = await leaveAll(fleet);
    fleet.broken.add(`a ${standby}`);

    expect(await proveAll(fleet, led)).toMatchObject([
      { isProved: false, because: expect.stringContaining('through the front door bad') },
    ]);
  });

  test('happens without the ledger, and a store that takes nothing keeps its services where they are', async () => {
    const fleet = fleetOf(['a']);
    const broken = { ...fleet.ports, ledger: { ...fleet.ports.ledger, read: gone, append: gone } };
    const leaving = { ...act, services: fleet.services, kept: [], force: false };
    const full = {
      services: fleet.services,
      limit: async () => {
        throw new Error('the store is full');
      },
    };

    const stuck = await fleet.clock.run(leave(leaving, { ...broken, regionStores: [full] }, fleet.failover));
    const left = await fleet.clock.run(leave(leaving, broken, fleet.failover));

    expect(stuck).toMatchObject({
      led: [],
      stays: [{ service: 'a', because: 'the override was not written: Error: the store is full' }],
    });
    expect(left).toMatchObject({ led: [{ service: 'a' }] });
  });

  test.each([
    [1, ['a', 'b']],
    [2, []],
  ])('asks a store once more that did not answer, and names in the record who stays: %i times', async (silent, led) => {
    const fleet = fleetOf(['a', 'b']);
    const [store] = fleet.ports.regionStores;
    if (store === undefined) throw new Error('no store');
    let left = silent;
    const limit: typeof store.limit = (asked) =>
      left-- > 0 ? Promise.reject(new LeverUnavailable('no answer')) : store.limit(asked);
    const ports = { ...fleet.ports, regionStores: [{ ...store, limit }] };

    const became = await leaveAll({ ...fleet, ports });

    expect(became.led.map(({ service }) => service)).toEqual(led);
    const told = (await fleet.ledger.entries(FLEET)).map(({ text }) => text).join('\n');
    const named = /^the override was not written: .*no answer; stay in us-east-1: a, b$/m;
    if (led.length === 0) expect(told).toMatch(named);
    else expect(told).not.toMatch(named);
  });
});

const gone = async (): Promise<never> => {
  throw new Error('the ledger is gone');
};

describe('opening a region', () => {
  test('is one write, and everybody is back where they were, split traffic too', async () => {
    const fleet = fleetOf(['a', 'b']);
    fleet.store.entries.set(serviceKey('b'), `{"v":1,"e":3,"w":[["${home}",300],["${standby}",700]]}`);
    await leaveAll(fleet);
    const before = fleet.store.writes.length;

    const { opened } = await openAll(fleet);

    expect(opened.map(({ service }) => service)).toEqual(['a', 'b']);
    expect(fleet.store.writes.length - before).toBe(1);
    expect(overrideOf(fleet)).toEqual({});
    expect(await fleet.ports.levers(named(fleet, 'a')).read()).toMatchObject({
      routing: { weights: { [home]: 1000, [standby]: 0 } },
    });
    expect(await fleet.ports.levers(named(fleet, 'b')).read()).toMatchObject({
      routing: { weights: { [home]: 300, [standby]: 700 } },
    });
  });

  test('brings nobody back to a region that does not serve them, unless a person insists', async () => {
    const fleet = fleetOf(['a', 'b']);
    await leaveAll(fleet);
    fleet.broken.add(`a ${home}`);

    const some = await openAll(fleet);
    const served = fleet.services.map((service) => fleet.servedBy(service, home));
    const all = await openAll(fleet, { force: true });

    expect(some).toMatchObject({ opened: [{ service: 'b' }], stays: [{ service: 'a' }] });
    expect(served).toEqual([standby, home]);
    expect(overrideOf(fleet)).toEqual({});
    expect(all.opened).toMatchObject([{ service: 'a' }]);
    expect(fleet.servedBy(named(fleet, 'a'), home)).toBe(home);
  });

  test('for one service spares that one, and the last one takes the override along', async () => {
    const fleet = fleetOf(['a', 'b']);
    await leaveAll(fleet);

    await openAll(fleet, { only: ['a'] });
    expect(overrideOf(fleet)).toEqual({ [home]: -1 });
    expect(fleet.services.map((service) => fleet.servedBy(service, home))).toEqual([home, standby]);

    await openAll(fleet, { only: ['b'] });
    expect(overrideOf(fleet)).toEqual({});
    expect([...fleet.store.entries.values()].join()).not.toContain('"s"');
  });

  test('after a move to a third region while it was fenced brings nobody back by itself', async () => {
    const [east, west] = fleetOf(['a']).services[0]?.regions ?? [];
    const ireland = region('eu-west-1');
    const three = [east, west, { region: ireland, endpoint: `https://a.${ireland}.example.com` }].filter(
      (place) => place !== undefined,
    );
    const fleet = fleetOf(['a'], { a: { regions: three } });
    await leaveAll(fleet);
    const lever = fleet.ports.levers(named(fleet, 'a'));
    const expected = { [home]: -1, [standby]: 1000, [ireland]: 0 };

    const weights = { ...expected, [standby]: 0, [ireland]: 1000 };
    expect(await lever.write({ epoch: 9 as never, weights, expected })).toMatchObject({ kind: 'accepted' });
    await openAll(fleet);

    expect(await lever.read()).toMatchObject({ routing: { weights: { [home]: 0, [standby]: 0, [ireland]: 1000 } } });
  });
});

test('a service that leaves while it is spared writes what it meant, and the next fence holds for it', async () => {
  const fleet = fleetOf(['a']);
  fleet.broken.add(`a ${standby}`);
  await leaveAll(fleet);
  const lever = fleet.ports.levers(named(fleet, 'a'));
  const expected = { [home]: 1000, [standby]: 0 };

  const weights = { [home]: 0, [standby]: 1000 };
  expect(await lever.write({ epoch: 9 as never, weights, expected })).toMatchObject({
    kind: 'accepted',
    routing: { weights },
  });
  expect(await leaveAll(fleet)).toMatchObject({ away: ['a'], writes: 1 });

  expect(await lever.read()).toMatchObject({ routing: { weights: { [home]: -1, [standby]: 1000 } } });
});

test('automation is kept out of the region for each service and for the fleet, until when is said', async () => {
  const fleet = fleetOf(['a', 'b']);
  const until = t0 + 3_600_000;

  const failed = await keepOut(fleet.services, { kind: 'fence', ...act, until }, fleet.ports);

  expect(failed).toEqual([]);
  for (const name of ['a', 'b', FLEET]) {
    expect((await fleet.ledger.read(name)).fences).toMatchObject([{ region: home, by: 'ada', until }]);
  }
});
