import { describe, expect, test } from 'vitest';
import { admit } from '../../../handlers/steps/admit.ts';
import { admitPayload } from '../../support/payloads.ts';
import { home, standby } from '../../support/world.ts';
import { alarmEvent, byHand, canaryEvent, executionNamed, scene } from './scene.ts';

describe('a whole run', () => {
  test('X5: moves traffic off a dead region, verified, told once, and disarms automation', async () => {
    const { world, lever, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused');

    const { ending, incident, deliveries } = await run(alarmEvent());

    expect({ ending, incident }).toEqual({ ending: 'recovered', incident: 'orders#1' });
    expect(lever.routing).toEqual({ epoch: 1, weights: { [home]: 0, [standby]: 1000 } });
    expect(deliveries.every(({ delivered }) => delivered)).toBe(true);
    expect(world.chat.sent.map(({ subject }) => subject)).toEqual([
      `Moving orders from ${home} to ${standby}`,
      `orders moved from ${home} to ${standby}, verified with real requests`,
    ]);
    expect(await world.ledger.read('orders')).toMatchObject({
      lease: null,
      armed: false,
      activeRegion: standby,
      unacknowledged: 'orders#1',
    });
    expect(world.metrics.recorded.map(({ metric }) => metric)).toEqual([
      'FailoverAttempt',
      'TimeToRecover',
      'FailoverSuccess',
    ]);
  });

  test('writes down every step, in order', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused');

    await run(canaryEvent());

    const entries = await world.ledger.entries('orders', 'orders#1');
    expect(entries.map(({ what }) => what.kind)).toEqual([
      'admitted',
      'decided',
      'announced',
      'shifted',
      'verified',
      'verified',
      'concluded',
    ]);
  });

  test('waits through the dwell, looking again', async () => {
    const { world, lever, run } = scene({ dwellMs: 10_000 });
    world.broken.set(home, 'refused');
    const before = world.clock.now();
    const { ending } = await run(alarmEvent());

    expect(ending).toBe('recovered');
    expect(lever.written).toHaveLength(1);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(10_000);
  });

  test('moves a lever that only knows on and off', async () => {
    const { world, run } = scene();

    const { ending } = await run(byHand({ service: 'payments' }));

    expect(ending).toBe('recovered');
    expect(world.levers({ name: 'payments' }).routing.weights).toEqual({ [home]: 0, [standby]: 1000 });
  });

  test('holds when both regions are bad, and writes nothing', async () => {
    const { world, lever, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused').set(standby, 'status');

    const { ending } = await run(alarmEvent());

    expect(ending).toBe('held');
    expect(lever.written).toEqual([]);
    expect(world.chat.sent).toHaveLength(1);
    expect((await world.ledger.read('orders')).lease).toBeNull();
  });

  test('holds when only the standby is bad', async () => {
    const { world, lever, run } = scene({ dwellMs: 0 });
    world.broken.set(standby, 'refused');

    expect((await run(alarmEvent())).ending).toBe('held');
    expect(lever.written).toEqual([]);
  });

  test('an alarm on the standby is admitted and held: it carries no traffic', async () => {
    const { world, run } = scene();
    world.broken.set(standby, 'refused');

    const { ending } = await run(alarmEvent({}, { alarmName: `understudy-orders-${standby}` }));

    const [, decided] = await world.ledger.entries('orders', 'orders#1');
    expect(ending).toBe('held');
    expect(decided?.text).toContain('source-not-active');
  });

  test('200 with the wrong body is as bad as no answer', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'body');

    expect((await run(alarmEvent())).ending).toBe('recovered');
  });

  test('one silent observer does not stop a quorum of the others', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'timeout');
    world.silent.add('us-east-2');

    expect((await run(alarmEvent())).ending).toBe('recovered');
  });

  test('an observer that answers never holds nobody up', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'timeout');
    const { burst } = world.vantages;
    world.vantages.burst = (observer, aims, asked) =>
      observer === 'us-east-2' ? new Promise(() => {}) : burst.call(world.vantages, observer, aims, asked);

    expect((await run(alarmEvent())).ending).toBe('recovered');
  });

  test('a rehearsal takes every step and writes nothing', async () => {
    const { world, lever, run } = scene();

    const { ending } = await run(byHand({ mode: 'rehearsal' }));

    expect(ending).toBe('rehearsed');
    expect(lever.written).toEqual([]);
    const kinds = (await world.ledger.entries('orders', 'orders#1')).map(({ what }) => what.kind);
    expect(kinds).toEqual(['admitted', 'decided', 'announced', 'shifted', 'verified', 'verified', 'concluded']);
    expect(await world.ledger.read('orders')).toMatchObject({ armed: true, lease: null, activeRegion: null });
    expect(world.metrics.recorded).toEqual([]);
  });

  test('a rehearsal against a bad target fails and says that nothing was written', async () => {
    const { world, lever, run } = scene();
    const { read } = lever;
    let reads = 0;
    lever.read = () => {
      reads++;
      // Admission, and the evidence, are before it.
      if (reads > 2) world.broken.set(standby, 'refused');
      return read.call(lever);
    };

    const { ending } = await run(byHand({ mode: 'rehearsal' }));

    expect(ending).toBe('failed');
    expect(lever.written).toEqual([]);
    expect(world.chat.sent.at(-1)?.lines.join(' ')).toContain('wrote nothing');
  });

  test('a target that turns bad after the write is left again, to exactly what was there', async () => {
    const { world, lever, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused');
    const { write } = lever;
    lever.write = async (intent) => {
      const written = await write.call(lever, intent);
      world.broken.set(standby, 'status');
      world.broken.delete(home);
      return written;
    };

    const { ending } = await run(alarmEvent());

    expect(ending).toBe('rolled-back');
    expect(lever.routing).toEqual({ epoch: 1, weights: { [home]: 1000, [standby]: 0 } });
    expect(await world.ledger.read('orders')).toMatchObject({ lease: null, activeRegion: null });
  });

  test('S1-B6, X4: a front door that never follows ends in a rollback where the region that was left is well', async () => {
    const { world, lever, run } = scene();
    world.broken.set('front-door', 'status');

    expect((await run(byHand({ to: standby }))).ending).toBe('rolled-back');
    expect(lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
  });

  test('a move out of a region that is still down is not undone: it is told as not proven, and disarms', async () => {
    const { world, lever, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused').set('front-door', 'status');

    const { ending } = await run(alarmEvent());

    expect(ending).toBe('unproven');
    expect(lever.routing.weights).toEqual({ [home]: 0, [standby]: 1000 });
    expect(await world.ledger.read('orders')).toMatchObject({ armed: false, unacknowledged: 'orders#1', lease: null });
    expect(world.chat.sent.at(-1)).toMatchObject({ severity: 'critical', audience: 'people' });
  });

  test('a ramp goes step by step, each verified and watched', async () => {
    const { world, lever, run } = scene({ ramp: { percents: [5, 50, 100], bakeMs: 30_000 } });
    const before = world.clock.now();

    const { ending } = await run(byHand({ to: standby }));

    expect(ending).toBe('recovered');
    expect(lever.written.map(({ weights }) => weights[standby])).toEqual([50, 500, 1000]);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });

  test('a second execution for the same service is refused while the first is under way, and told so', async () => {
    const { world, run, invoke } = scene();
    await invoke('admit', admitPayload, admit, { event: byHand(), execution: executionNamed('run-0') });

    const { ending, headline } = await run(alarmEvent());

    expect({ ending, headline }).toEqual({ ending: 'refused', headline: 'orders: run refused' });
    expect((await world.ledger.read('orders')).epoch).toBe(1);
    expect(world.chat.sent).toHaveLength(1);
  });

  test('every notification target may be down: the move stands, and the record tells who was not told', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    world.broken.set(home, 'refused');
    world.chat.obstacle = () => Promise.reject(new Error('no answer from https://hooks.example.com/secret'));
    world.mail.obstacle = () => new Promise(() => {});

    const { ending, deliveries } = await run(alarmEvent());

    expect(ending).toBe('recovered');
    expect(deliveries).toEqual([
      { channel: 'chat', delivered: false, attempts: 3, because: 'Error: no answer from (address)' },
      { channel: 'mail', delivered: false, attempts: 3, because: 'Overdue: mail did not answer within 5000 ms' },
    ]);
    expect(world.metrics.recorded).toContainEqual({ service: 'orders', metric: 'NotificationFailed', value: 2 });
  });

  test('a ledger that is away ends the run as failed, once it can be told', async () => {
    const { world, run } = scene({ dwellMs: 0 });
    const { change } = world.ledger;
    let calls = 0;
    world.ledger.change = async (service, command) => {
      calls++;
      if (calls === 2) throw Object.assign(new Error('table not reachable'), { name: 'LedgerUnavailable' });
      return change.call(world.ledger, service, command);
    };

    const { ending } = await run(alarmEvent());

    expect(ending).toBe('failed');
    expect(world.chat.sent.at(-1)?.lines[1]).toContain('LedgerUnavailable: table not reachable');
    expect((await world.ledger.read('orders')).lease).toBeNull();
  });
});
