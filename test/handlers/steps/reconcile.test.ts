import { describe, expect, test } from 'vitest';
import type { Region } from '../../../core/brand.ts';
import type { AlarmReading } from '../../../core/evidence.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, observers, standby, t0 } from '../../support/world.ts';
import { admitted, moved } from './given.ts';
import { type Scene, scene } from './scene.ts';

const alarmsOf = (stage: Scene, ...readings: [Region, AlarmReading['state'], number?][]) =>
  stage.world.alarms.readings.set(
    'orders',
    readings.map(([region, state, since = t0], index) => ({
      observer: observers[index % 3] ?? home,
      region,
      state,
      since,
    })),
  );

const pass = async (stage: Scene) => {
  const results = await stage.world.clock.run(reconcile(stage.world, stage.failover));
  return results.find(({ service }) => service === 'orders');
};

const inputsOf = (stage: Scene) => [...stage.world.starter.started.values()];

describe('reconcile', () => {
  test('starts the run that a lost event did not', async () => {
    const stage = scene();
    alarmsOf(stage, [home, 'ALARM'], [home, 'OK']);

    const result = await pass(stage);

    expect(result?.outcome).toBe('started');
    expect(inputsOf(stage)).toEqual([
      {
        service: 'orders',
        mode: 'automatic',
        requestedBy: 'reconciler',
        from: home,
        reason: `the alarm of ${home} is red in ${observers[0]} and no run is under way`,
      },
    ]);
  });

  test('what it starts is admitted and moves the traffic', async () => {
    const stage = scene({ dwellMs: 0 });
    alarmsOf(stage, [home, 'ALARM']);
    stage.world.broken.set(home, 'refused');
    await pass(stage);

    const { ending } = await stage.run(inputsOf(stage)[0]);

    expect(ending).toBe('recovered');
  });

  test('starts one a minute, however often it is asked', async () => {
    const stage = scene();
    alarmsOf(stage, [home, 'ALARM']);

    const first = await pass(stage);
    const second = await pass(stage);
    await stage.world.clock.advance(60_000);
    const third = await pass(stage);

    expect([first?.outcome, second?.outcome, third?.outcome]).toEqual(['started', 'already', 'started']);
    expect([...stage.world.starter.started.keys()].every((name) => /^[A-Za-z0-9_-]{1,80}$/.test(name))).toBe(true);
  });

  test.each<[string, (stage: Scene) => unknown]>([
    ['everything is green', (stage) => alarmsOf(stage, [home, 'OK'], [standby, 'OK'])],
    ['only a region without traffic is red', (stage) => alarmsOf(stage, [standby, 'ALARM'])],
    ['alarms only lack data', (stage) => alarmsOf(stage, [home, 'INSUFFICIENT_DATA'])],
    [
      'a run is under way',
      async (stage) => {
        alarmsOf(stage, [home, 'ALARM']);
        await admitted(stage);
      },
    ],
    [
      'the service is paused',
      async (stage) => {
        alarmsOf(stage, [home, 'ALARM']);
        await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'wait' });
      },
    ],
  ])('does nothing while %s', async (_, set) => {
    const stage = scene();
    await set(stage);

    expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    expect(inputsOf(stage)).toEqual([]);
  });

  test('does nothing for a service that people move', async () => {
    const stage = scene({ automatic: false });
    alarmsOf(stage, [home, 'ALARM']);

    expect((await pass(stage))?.outcome).toBe('nothing-to-do');
  });

  test('does nothing after a move that nobody has acknowledged', async () => {
    const stage = scene({ dwellMs: 0, cooldownMs: 0 });
    stage.world.broken.set(home, 'refused');
    alarmsOf(stage, [home, 'ALARM']);
    await pass(stage);
    await stage.run(inputsOf(stage)[0]);
    alarmsOf(stage, [standby, 'ALARM']);

    expect(await pass(stage)).toMatchObject({ outcome: 'nothing-to-do', because: 'orders#1 is not acknowledged yet' });
  });

  test('starts a run though the lever cannot be read: that will hold and say why', async () => {
    const stage = scene();
    alarmsOf(stage, [home, 'ALARM']);
    stage.lever.read = () => new Promise(() => {});

    expect((await pass(stage))?.outcome).toBe('started');
  });

  test('one service in trouble keeps no other from being looked after', async () => {
    const stage = scene();
    alarmsOf(stage, [home, 'ALARM']);
    const { read } = stage.world.ledger;
    stage.world.ledger.read = (service) =>
      service === 'payments' ? Promise.reject(new Error('away')) : read.call(stage.world.ledger, service);

    expect((await pass(stage))?.outcome).toBe('started');
    expect(stage.world.log.warnings).toContainEqual({
      message: 'service not reconciled',
      facts: expect.objectContaining({ service: 'payments' }),
    });
  });

  test('says every minute who serves and whether another could, also while automation may do nothing', async () => {
    const stage = scene();
    stage.world.alarms.readings.set(
      'orders',
      observers.map((observer) => ({ observer, region: standby, state: 'OK', since: t0 })),
    );
    const measured = async () => {
      stage.world.metrics.recorded.length = 0;
      await pass(stage);
      return stage.world.metrics.recorded.filter(({ service }) => service === 'orders');
    };
    const shares = [
      { service: 'orders', metric: 'Share', value: 100, region: home },
      { service: 'orders', metric: 'Share', value: 0, region: standby },
    ];

    expect(await measured()).toEqual([...shares, { service: 'orders', metric: 'Ready', value: 1 }]);

    await stage.world.ledger.change('orders', { kind: 'pause', by: 'ann', reason: 'migration' });
    expect(await measured()).toEqual([...shares, { service: 'orders', metric: 'Ready', value: 0 }]);
    expect(stage.world.log.warnings).toContainEqual({
      message: 'not ready',
      facts: { service: 'orders', findings: ['ann paused orders: migration'] },
    });
  });

  test('throws when it could look after none', async () => {
    const stage = scene();
    stage.world.ledger.read = () => Promise.reject(new Error('away'));

    await expect(pass(stage)).rejects.toThrow('orders: Error: away; payments: Error: away');
  });

  describe('the way home', () => {
    const away = (policy = {}) => {
      const stage = scene(policy);
      stage.lever.move(moved, null);
      return stage;
    };
    const automatic = { failback: { automatic: true, greenForMs: 600_000 } } as const;
    const long = t0 - 600_000;

    test('is taken by itself where the policy asks for it and home was green for long enough', async () => {
      const stage = away(automatic);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long], [home, 'OK', t0]);

      expect((await pass(stage))?.outcome).toBe('started');
      expect(inputsOf(stage)).toMatchObject([{ from: standby, to: home, mode: 'automatic' }]);
    });

    test('is left to people otherwise', async () => {
      const stage = away();
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });

    test('is not taken before a quorum has seen home green for long enough', async () => {
      const stage = away(automatic);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long + 1]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });
  });
});
