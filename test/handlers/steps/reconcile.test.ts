import { describe, expect, test } from 'vitest';
import { epoch, type Region, region } from '../../../core/brand.ts';
import type { AlarmReading } from '../../../core/evidence.ts';
import type { Mode } from '../../../core/incident.ts';
import type { Policy } from '../../../core/service.ts';
import { reconcile, type Sightings } from '../../../handlers/steps/reconcile.ts';
import { drillOf } from '../../support/drill.ts';
import { home, observers, orders, standby, t0 } from '../../support/world.ts';
import { admitted, moved } from './given.ts';
import { executionNamed, type Scene, scene } from './scene.ts';

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
    const sight = { kind: 'bad', what: 'vetoed', region: home, level: 2 } as const;
    const heard = { kind: 'sighted', incident: 'orders#0', sight, rules: stage.failover.notify, at: t0 } as const;
    await stage.world.ledger.change('orders', { ...heard, isTold: true });

    expect((await pass(stage))?.because).toContain('orders is in trouble; it may be over');
    for (let minute = 0; minute <= 10; minute++) {
      await stage.run(inputsOf(stage)[0], executionNamed(`run-${minute}`));
      await stage.world.clock.advance(60_000);
    }

    expect(stage.world.chat.sent.filter(({ audience }) => audience === 'people').map(({ subject }) => subject)).toEqual(
      [`orders: ${home} is well again, nothing was moved`],
    );
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
    [
      'a red alarm cannot be evaluated',
      ({ world }) =>
        world.alarms.readings.set('orders', [
          { observer: observers[0], region: home, state: 'ALARM', since: t0, evaluation: 'EVALUATION_ERROR' },
        ]),
    ],
    ['alarms only lack data', (stage) => alarmsOf(stage, [home, 'INSUFFICIENT_DATA'])],
    [
      'a run is under way',
      async (stage) => {
        alarmsOf(stage, [home, 'ALARM']);
        await admitted(stage);
      },
    ],
  ])('does nothing while %s', async (_, set) => {
    const stage = scene();
    await set(stage);

    expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    expect(inputsOf(stage)).toEqual([]);
  });

  test.each<[string, Partial<Policy>, (stage: Scene) => unknown]>([
    ['that people move', { automatic: false }, () => {}],
    ['that is paused', {}, ({ world }) => world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'wait' })],
    ['after a decline', {}, ({ world }) => declined(world)],
  ])('starts a run for a service %s, which looks and moves nothing', async (_, policy, set) => {
    const stage = scene({ dwellMs: 0, ...policy });
    stage.world.broken.set(home, 'refused');
    alarmsOf(stage, [home, 'ALARM']);
    await set(stage);

    expect((await pass(stage))?.outcome).toBe('started');
    const { ending } = await stage.run(inputsOf(stage)[0], executionNamed('look'));

    expect(ending).toBe('held');
    expect(stage.lever.routing.weights[home]).toBe(1000);
    expect(stage.world.chat.sent.at(-1)).toMatchObject({ audience: 'people', severity: 'critical' });
  });

  test('starts a run after a move that nobody has acknowledged, so that people hear of the next outage', async () => {
    const stage = scene({ dwellMs: 0, cooldownMs: 0 });
    stage.world.broken.set(home, 'refused');
    alarmsOf(stage, [home, 'ALARM']);
    await pass(stage);
    await stage.run(inputsOf(stage)[0]);
    alarmsOf(stage, [standby, 'ALARM']);

    expect(await pass(stage)).toMatchObject({ outcome: 'started' });
  });

  describe('while a run is under way', () => {
    const red =
      (...regions: Region[]) =>
      (stage: Scene) =>
        alarmsOf(
          stage,
          ...regions.flatMap((name) => Array.from(observers, () => [name, 'ALARM'] as [Region, 'ALARM'])),
        );
    const heard = ({ world }: Scene) => world.chat.sent.filter(({ audience }) => audience === 'people');

    test('people hear of the outage once that lasts, again after a while, and from one control region alone', async () => {
      const stage = scene({ leaseMs: 3_600_000 });
      red(home)(stage);
      await admitted(stage);
      await stage.world.clock.advance(30_000);
      await pass(stage);
      expect(heard(stage)).toEqual([]);

      await stage.world.clock.advance(30_000);
      await Promise.all([pass(stage), pass(stage)]);
      await stage.world.clock.advance(60_000);
      await pass(stage);
      expect(heard(stage)).toMatchObject([
        { severity: 'critical', incident: 'orders#1', trouble: { state: 'opened' }, ending: null },
      ]);
      expect(heard(stage)[0]?.lines.join(' ')).toContain(
        `${home} is bad, by alarms or by what the run itself sees. See what it waits for: understudy explain orders#1`,
      );

      await stage.world.clock.advance(15 * 60_000);
      await pass(stage);
      expect(heard(stage).map(({ trouble }) => trouble?.state)).toEqual(['opened', 'reminded']);
      expect(inputsOf(stage)).toEqual([]);
    });

    test.each([
      ['a drill’s own looks have shown', false],
      ['looks have shown of the region that a detection drill lets look ill', true],
    ])('people hear what %s, before a quorum of alarms says it', async (_, isFeigned) => {
      const stage = scene({ leaseMs: 3_600_000 });
      if (isFeigned) {
        const until = stage.world.clock.now() + 3_600_000;
        const drill = { id: 'detection@now', region: home, by: 'ada', reason: 'practice', until };
        await stage.world.ledger.change('orders', { kind: 'begin-detection', ...drill });
      }
      const { holder, epoch } = await admitted(stage, { mode: isFeigned ? 'automatic' : 'drill' });
      await stage.world.clock.advance(60_000);
      const at = stage.world.clock.now();
      const sightBy = (seen: { readonly good: number; readonly bad: number }) => (observer: Region) => ({
        observer,
        region: home,
        request: 'read' as const,
        ...seen,
        goodAt: seen.good > 0 ? at : null,
        badAt: seen.bad > 0 ? at - 1 : null,
      });
      const [first, ...others] = observers;
      const renewed = { kind: 'renew', holder, epoch, leaseMs: 3_600_000, force: true } as const;
      const seen = (sights: readonly ReturnType<ReturnType<typeof sightBy>>[], lookedAt: number) =>
        stage.world.ledger.change('orders', { ...renewed, look: { at: lookedAt, windowMs: 60_000, sights } });

      await seen([...others.map(sightBy({ good: 1, bad: 1 })), ...[first].map(sightBy({ good: 0, bad: 3 }))], at - 1);
      await pass(stage);
      expect(heard(stage)).toEqual([]);

      await seen(
        observers.map(sightBy({ good: 0, bad: 3 })).map((sight) => ({ ...sight, badAt: at + 1 })),
        at,
      );
      await pass(stage);
      expect(heard(stage)).toMatchObject([{ severity: 'critical', trouble: { state: 'opened' } }]);
    });

    test.each([
      ['moves', false, 0],
      ['practises, because a detection drill has led it to that', true, 1],
    ])(
      'of a region that its looks find bad people hear beside what the run told where it %s',
      async (_, isDrill, many) => {
        const stage = scene({ leaseMs: 3_600_000 });
        const { id, holder, epoch } = await admitted(stage, { mode: 'automatic' });
        await stage.world.clock.advance(60_000);
        const at = stage.world.clock.now();
        const bad = { region: home, request: 'read', good: 0, bad: 3, goodAt: null, badAt: at } as const;
        const look = { at, windowMs: 60_000, sights: observers.map((observer) => ({ observer, ...bad })) };
        const { until, outMs, toldAt, ...drill } = drillOf({ incident: id, detects: 'detection@now' });
        const renewed = {
          kind: 'renew',
          holder,
          epoch,
          leaseMs: 3_600_000,
          force: true,
          attempt: 'write',
          look,
        } as const;
        await stage.world.ledger.change('orders', { ...renewed, ...(isDrill && { drill }) });
        await pass(stage);

        expect(heard(stage)).toHaveLength(many);
      },
    );

    test('a red region without traffic, and one alarm of three, wake nobody', async () => {
      const stage = scene({ leaseMs: 3_600_000 });
      red(standby)(stage);
      await admitted(stage);
      await stage.world.clock.advance(120_000);
      await pass(stage);
      alarmsOf(stage, [home, 'ALARM'], [home, 'OK'], [home, 'OK']);
      await pass(stage);

      expect(heard(stage)).toEqual([]);
    });

    test('who was asked is reminded, and hears at once when the region is red where the service should go', async () => {
      const stage = scene({ leaseMs: 3_600_000 });
      red(home)(stage);
      const incident = await admitted(stage);
      const now = stage.world.clock.now();
      const asked = { incident: incident.id, from: home, to: standby, askedAt: now, deadline: now + 3_000_000 };
      await stage.world.ledger.change('orders', {
        kind: 'ask',
        holder: incident.holder,
        epoch: incident.epoch,
        leaseMs: 3_600_000,
        question: { ...asked, onDeadline: 'abort' },
      });
      await stage.world.clock.advance(10 * 60_000);
      await pass(stage);
      expect(heard(stage)).toEqual([]);

      red(home, standby)(stage);
      await pass(stage);
      expect(heard(stage)).toHaveLength(1);
      expect(heard(stage)[0]?.lines).toEqual(
        expect.arrayContaining([
          `${standby}, where it would move, is red too.`,
          'Approve: understudy approve orders#1',
          'Decline: understudy decline orders#1',
        ]),
      );
      await stage.world.clock.advance(16 * 60_000);
      await pass(stage);
      expect(heard(stage)).toHaveLength(2);
    });
  });

  test('ends a pause when its time has come, after it has reminded people, each once', async () => {
    const stage = scene();
    const hourMs = 3_600_000;
    const until = t0 + 2 * hourMs;
    await stage.world.ledger.change('orders', { kind: 'pause', by: 'Ada', reason: 'migration', until });
    const heard = async (atMs: number) => {
      await stage.world.clock.advance(t0 + atMs - stage.world.clock.now());
      await Promise.all([pass(stage), pass(stage)]);
      return stage.world.chat.sent.map(({ subject }) => subject);
    };

    expect(await heard(hourMs)).toEqual([]);
    expect(await heard(hourMs * 1.9)).toEqual(['orders is still paused']);
    expect(await heard(hourMs * 2)).toEqual([
      'orders is still paused',
      'The pause of orders is over: automation may move it again',
    ]);
    expect((await stage.world.ledger.read('orders')).paused).toBeNull();
  });

  test('drops what is kept of regions that left the configuration, with one message from all control regions', async () => {
    const stage = scene();
    const { ledger } = stage.world;
    await ledger.change('orders', { kind: 'fence', region: region('eu-west-1'), by: 'Ada', reason: 'a drill' });
    await ledger.change('orders', { kind: 'fence', region: standby, by: 'Ada', reason: 'a drill' });

    await Promise.all([pass(stage), pass(stage)]);
    await pass(stage);

    expect((await ledger.read('orders')).fences.map((fence) => fence.region)).toEqual([standby]);
    expect(stage.world.chat.sent).toMatchObject([{ subject: 'orders has no region eu-west-1 any more' }]);
    expect(stage.world.chat.sent[0]?.lines.join(' ')).toContain('the fences of eu-west-1 by Ada');
  });

  test('tells people that nobody has to answer a question any more whose run is gone', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const question = { incident: incident.id, from: home, to: standby, askedAt: t0, onDeadline: 'abort' } as const;
    const { holder, epoch } = incident;
    const ask = {
      kind: 'ask',
      holder,
      epoch,
      leaseMs: 60_000,
      question: { ...question, deadline: t0 + 50_000 },
    } as const;
    await stage.world.ledger.change('orders', ask);
    await pass(stage);
    expect(stage.world.chat.sent).toEqual([]);
    await stage.world.clock.advance(60_001);

    await pass(stage);
    await pass(stage);

    expect(stage.world.chat.sent.map(({ subject }) => subject)).toEqual([
      `Nobody has to approve moving orders from ${home} to ${standby} any more`,
    ]);
    expect((await stage.world.ledger.read('orders')).question).toBeNull();
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

    const safe = { service: 'orders', metric: 'MinutesUnprotected', value: 0 };
    expect(await measured()).toEqual([...shares, { service: 'orders', metric: 'Ready', value: 1 }, safe]);

    await stage.world.ledger.change('orders', { kind: 'pause', by: 'ann', reason: 'migration' });
    expect(await measured()).toEqual([...shares, { service: 'orders', metric: 'Ready', value: 0 }, safe]);
    expect(stage.world.log.warnings).toContainEqual({
      message: 'not ready',
      facts: { service: 'orders', findings: [expect.stringContaining('ann paused orders until')] },
    });
  });

  describe('looks after every region with a share', () => {
    const halves = { [home]: 500, [standby]: 500 };
    const shared = async (policy: Partial<Policy>, ...readings: [Region, AlarmReading['state'], number?][]) => {
      const stage = scene(policy);
      stage.lever.move(halves, null);
      alarmsOf(stage, ...readings);
      return { stage, result: await pass(stage) };
    };

    test.each([home, standby])('of two that share alike it leaves the one that is red: %s', async (red) => {
      const { stage } = await shared({}, [red, 'ALARM'], [red === home ? standby : home, 'OK']);

      expect(inputsOf(stage)).toMatchObject([{ from: red }]);
    });

    test('where both are red the run chooses by what it sees', async () => {
      const { stage, result } = await shared({}, [home, 'ALARM'], [standby, 'ALARM']);

      expect(result?.because).toContain(`the alarm of ${home} is red in ${observers[0]} and the alarm of ${standby}`);
      expect(inputsOf(stage)[0]).not.toHaveProperty('from');
    });

    test('what it starts leaves the one that is bad, and the other keeps what it had', async () => {
      const { stage } = await shared({ dwellMs: 0 }, [standby, 'ALARM'], [home, 'ALARM']);
      stage.world.broken.set(standby, 'refused');

      const { ending } = await stage.run(inputsOf(stage)[0]);

      expect(ending).toBe('recovered');
      expect(stage.lever.routing.weights).toEqual({ [home]: 1000, [standby]: 0 });
    });

    test('it goes not home where home has a share already', async () => {
      const open = { failback: { automatic: true as const, greenForMs: 1 } };
      const { result } = await shared(open, [home, 'OK', t0 - 9], [home, 'OK', t0 - 9], [home, 'OK', t0 - 9]);

      expect(result?.outcome).toBe('nothing-to-do');
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
    /** Automation moved it there in its first run, and was acknowledged long ago. */
    const away = async (policy = {}, mode: Mode = 'automatic', sinceMs = 600_000) => {
      const stage = scene({ ...policy, cooldownMs: 0 });
      const { ledger } = stage.world;
      const run = { holder: 'run', mode, force: false } as const;
      await ledger.change('orders', { kind: 'acquire', ...run, policy: orders.policy });
      const ended = { incident: 'orders#1', ending: 'recovered', movedTo: standby } as const;
      await ledger.change('orders', { kind: 'conclude', ...run, epoch: epoch(1), ...ended });
      await ledger.change('orders', { kind: 'acknowledge', incident: null });
      stage.lever.move(moved, epoch(1));
      await stage.world.clock.advance(sinceMs);
      return stage;
    };
    const automatic = { failback: { automatic: true, greenForMs: 600_000 } } as const;
    const long = t0 - 600_000;

    test('is taken by itself where the policy asks for it and home was green for long enough', async () => {
      const stage = await away(automatic);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long], [home, 'OK', t0]);

      expect((await pass(stage))?.outcome).toBe('started');
      expect(inputsOf(stage)).toMatchObject([{ from: standby, to: home, mode: 'automatic' }]);
    });

    test('is not taken while home was green for long, but not since the move', async () => {
      const stage = await away(automatic, 'automatic', 599_999);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });

    test('is left to people otherwise', async () => {
      const stage = await away();
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', long]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });

    const green: [typeof home, 'OK', number][] = [
      [home, 'OK', long],
      [home, 'OK', long],
    ];

    test('is not taken where a person moved it away', async () => {
      const stage = await away(automatic, 'manual');
      alarmsOf(stage, ...green);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });

    test('is not taken where a hand has moved the lever since, under a newer epoch', async () => {
      const stage = await away(automatic);
      alarmsOf(stage, ...green);
      stage.lever.move(moved, epoch(3));

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });

    test('is not taken into a region that a person fenced, until it is opened', async () => {
      const stage = await away(automatic);
      alarmsOf(stage, ...green);
      await stage.world.ledger.change('orders', { kind: 'fence', region: home, by: 'ada', reason: 'an event of AWS' });
      expect((await pass(stage))?.outcome).toBe('nothing-to-do');

      await stage.world.ledger.change('orders', { kind: 'unfence', region: home });
      expect((await pass(stage))?.outcome).toBe('started');
    });

    test('X10: is not taken before a quorum has seen home green for long enough', async () => {
      const stage = await away(automatic);
      alarmsOf(stage, [home, 'OK', long], [home, 'OK', t0 + 1]);

      expect((await pass(stage))?.outcome).toBe('nothing-to-do');
    });
  });
});

/** As it is after a person has declined an automatic move. */
async function declined({ ledger }: Scene['world']): Promise<void> {
  const policy = { automatic: true, cooldownMs: 0, leaseMs: 60_000 };
  const run = { holder: 'declined', mode: 'automatic' } as const;
  const { record } = await ledger.change('orders', { kind: 'acquire', ...run, force: false, policy });
  const end = { incident: 'orders#1', ending: 'declined', movedTo: null, unapproved: { by: 'Ada' } } as const;
  await ledger.change('orders', { kind: 'conclude', ...run, ...end, epoch: record.epoch });
}
