import { describe, expect, test } from 'vitest';
import type { Region } from '../../../core/brand.ts';
import type { AlarmReading } from '../../../core/evidence.ts';
import type { Policy } from '../../../core/service.ts';
import { reconcile, type Sightings } from '../../../handlers/steps/reconcile.ts';
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

  test('looks whether a trouble is over that people were told of, where nobody is red any more', async () => {
    const stage = scene();
    alarmsOf(stage, [home, 'OK']);
    await stage.world.ledger.change('orders', { kind: 'told', trouble: { what: 'vetoed', region: home } });

    expect((await pass(stage))?.because).toContain(`trouble in ${home}; it may be over`);
    await stage.run(inputsOf(stage)[0]);
    await stage.world.clock.advance(60_000);

    expect(stage.world.chat.sent.map(({ subject }) => subject)).toEqual([
      `orders: ${home} is well again, nothing was moved`,
    ]);
    expect((await pass(stage))?.outcome).toBe('nothing-to-do');
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

  describe('asks the lever', () => {
    const quiet: [Region, AlarmReading['state']][] = [
      [home, 'OK'],
      [standby, 'OK'],
    ];

    /** How often the lever was asked in each of `turns`, a minute apart; what a turn finds is set before it. */
    async function asked(turns: readonly (((stage: Scene) => unknown) | null)[], policy: Partial<Policy> = {}) {
      const stage = scene(policy);
      alarmsOf(stage, ...quiet);
      const seen: Sightings = new Map();
      let reads = 0;
      const read = stage.lever.read.bind(stage.lever);
      stage.lever.read = () => {
        reads++;
        return read();
      };
      const counts: number[] = [];
      for (const set of turns) {
        await set?.(stage);
        const before = reads;
        await stage.world.clock.run(reconcile(stage.world, stage.failover, seen));
        counts.push(reads - before);
        await stage.world.clock.advance(60_000);
      }
      return { counts, stage };
    }

    test('every fifteenth minute while nothing happens, and says every minute what it knows', async () => {
      const { counts, stage } = await asked(Array(31).fill(null));

      expect(counts.flatMap((count, minute) => (count > 0 ? [minute] : []))).toEqual([0, 15, 30]);
      const recorded = stage.world.metrics.recorded.filter(({ service }) => service === 'orders');
      expect(recorded.filter(({ metric }) => metric === 'Ready')).toHaveLength(31);
      expect(recorded.filter(({ metric, region }) => metric === 'Share' && region === home)).toHaveLength(31);
    });

    test('every minute while something is red, also where nothing serves', async () => {
      const red = (stage: Scene) => alarmsOf(stage, [home, 'OK'], [standby, 'ALARM']);

      expect((await asked([null, red, null, (stage) => alarmsOf(stage, ...quiet), null])).counts).toEqual([
        1, 1, 1, 0, 0,
      ]);
    });

    test('every minute while it does not answer, so that it shows as not ready', async () => {
      const mute = (stage: Scene) => {
        stage.lever.read = () => Promise.reject(new Error('away'));
      };
      const { stage } = await asked([mute, null, null]);

      expect(
        stage.world.log.warnings.filter(
          ({ message, facts }) => message === 'not ready' && JSON.stringify(facts).includes('away'),
        ),
      ).toHaveLength(3);
    });

    test('while a run is under way, and once more after it', async () => {
      const begin = (stage: Scene) => admitted(stage);
      const leaseMs = 150_000;

      expect((await asked([null, begin, null, null, null, null], { leaseMs })).counts).toEqual([1, 1, 1, 1, 1, 0]);
    });

    test('after a run that began and ended between two turns', async () => {
      const run = async (stage: Scene) => {
        await admitted(stage);
        await stage.world.clock.advance(60_000);
      };

      expect((await asked([null, run, null], { leaseMs: 60_000 })).counts).toEqual([1, 1, 0]);
    });

    test('every minute while the way home is open, where it is taken by itself', async () => {
      const away = (stage: Scene) => stage.lever.move(moved, null);

      const open = { failback: { automatic: true, greenForMs: 600_000 } };
      expect((await asked([away, null, null], open)).counts).toEqual([1, 1, 1]);
      expect((await asked([away, null, null])).counts).toEqual([1, 0, 0]);
    });
  });

  test('starts from where the traffic is now, whatever it saw before', async () => {
    const stage = scene();
    const seen: Sightings = new Map();
    await stage.world.clock.run(reconcile(stage.world, stage.failover, seen));
    stage.lever.move(moved, null);
    alarmsOf(stage, [standby, 'ALARM']);
    await stage.world.clock.advance(60_000);

    await stage.world.clock.run(reconcile(stage.world, stage.failover, seen));

    expect(inputsOf(stage)).toMatchObject([{ from: standby }]);
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

    test('X10: is not taken before a quorum has seen home green for long enough', async () => {
      const stage = away(automatic);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long + 1]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });
  });
});
