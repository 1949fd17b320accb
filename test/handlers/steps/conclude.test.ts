import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../core/incident.ts';
import { automationLimit } from '../../../core/limit.ts';
import type { Move } from '../../../core/verdict.ts';
import { type ConcludeInput, conclude } from '../../../handlers/steps/conclude.ts';
import { endingOf, type Run } from '../../../handlers/steps/ending.ts';
import { home, incidentOf, orders, standby, t0 } from '../../support/world.ts';
import { admitted, planOf, takenOver } from './given.ts';
import { alarmEvent, executionNamed, iso, type Scene, scene } from './scene.ts';

const move: Move = {
  kind: 'move',
  diagnosis: 'region-down',
  plan: planOf(),
  because: `${home} is bad`,
  approval: null,
};

const nothing: Run = { incident: null, refusal: null, verdict: null, approval: null, act: null, error: null };

const inputOf = (incident: Incident | null, change: Partial<Run> = {}): ConcludeInput => ({
  ...nothing,
  incident,
  verdict: incident === null ? null : move,
  execution: executionNamed('run-1'),
  ...change,
});

const recovered: Partial<Run> = { act: { again: false, ending: 'recovered', because: 'verified' } };

const end = (stage: Scene, input: ConcludeInput) => stage.world.clock.run(conclude(input, stage.world, stage.failover));

const hold = {
  kind: 'hold',
  diagnosis: 'healthy',
  reason: 'source-healthy',
  because: 'it is good',
  wouldChange: 'a fault',
  recheckAfterMs: null,
  redSince: [],
} as const;

describe('conclude', () => {
  test('releases the lease and says where the traffic went, only if the move stands', async () => {
    const stands = scene();
    await end(stands, inputOf(await admitted(stands), recovered));
    const undone = scene();
    const rolledBack = { act: { again: false, ending: 'rolled-back', because: 'no' } } as const;
    await end(undone, inputOf(await admitted(undone), rolledBack));

    expect(await stands.world.ledger.read('orders')).toMatchObject({
      lease: null,
      activeRegion: standby,
      // A person moved it: automation looks after it at once.
      lastMoveAt: null,
    });
    expect(await undone.world.ledger.read('orders')).toMatchObject({
      lease: null,
      activeRegion: null,
      lastMoveAt: null,
    });
  });

  test('tells people once, however often it is asked', async () => {
    const stage = scene();
    const input = inputOf(await admitted(stage), recovered);

    const first = await end(stage, input);
    await stage.world.clock.advance(5_000);
    const again = await end(stage, input);

    expect(again).toEqual(first);
    expect(stage.world.chat.sent).toHaveLength(1);
    expect(stage.world.metrics.recorded.filter(({ metric }) => metric === 'FailoverSuccess')).toHaveLength(1);
  });

  test('tells once of a refused run too, which has no incident', async () => {
    const stage = scene();
    const refusal = { reason: 'held', because: 'run-0 works on orders', service: 'orders', request: null } as const;
    const input = inputOf(null, { refusal });

    const first = await end(stage, input);
    const again = await end(stage, input);

    expect(first).toMatchObject({ ending: 'refused', headline: 'orders: run refused', incident: null });
    expect(again).toEqual(first);
    expect(stage.world.chat.sent).toMatchObject([
      { severity: 'info', lines: expect.arrayContaining(['Why: held: run-0 works on orders.']) },
    ]);
  });

  test('tries a channel three times, waiting longer each time, and the others meanwhile', async () => {
    const stage = scene();
    const attempts: number[] = [];
    stage.world.chat.obstacle = async () => {
      attempts.push(stage.world.clock.now() - t0);
      throw new Error('down');
    };

    const { deliveries } = await end(stage, inputOf(await admitted(stage), recovered));

    expect(attempts).toEqual([0, 500, 1_500]);
    expect(deliveries).toEqual([
      { channel: 'chat', delivered: false, attempts: 3, because: 'Error: down' },
      { channel: 'mail', delivered: true, attempts: 1, because: null },
    ]);
  });

  test('a channel that comes back is told after all', async () => {
    const stage = scene();
    let failures = 1;
    stage.world.chat.obstacle = async () => {
      if (failures-- > 0) throw new Error('down');
    };

    const { deliveries } = await end(stage, inputOf(await admitted(stage), recovered));

    expect(deliveries[0]).toEqual({ channel: 'chat', delivered: true, attempts: 2, because: null });
    expect(stage.world.metrics.recorded.map(({ metric }) => metric)).not.toContain('NotificationFailed');
  });

  test('writes the deliveries down after sending', async () => {
    const stage = scene();
    await end(stage, inputOf(await admitted(stage), recovered));

    const entry = await stage.world.ledger.find(
      'orders',
      'orders#1',
      `orders#1/concluded/${executionNamed('run-1').arn}`,
    );

    expect(entry).toMatchObject({
      text: `orders moved from ${home} to ${standby}, verified with real requests`,
      what: {
        kind: 'concluded',
        ending: 'recovered',
        error: null,
        deliveries: [{ delivered: true }, { delivered: true }],
      },
    });
  });

  test('measures the time to recover from the cause, not from the start', async () => {
    const stage = scene();
    await stage.world.clock.advance(30_000);
    const incident = { ...(await admitted(stage)), mode: 'automatic', causedAt: t0 } as const;

    await end(stage, inputOf(incident, recovered));

    expect(stage.world.metrics.recorded).toContainEqual({ service: 'orders', metric: 'TimeToRecover', value: 30_000 });
  });

  test('releases a lease that a run broken at its start never heard of', async () => {
    const stage = scene();
    await admitted(stage);
    const error = { Error: 'States.Timeout', Cause: '' };

    const { ending } = await end(stage, inputOf(null, { error }));

    expect(ending).toBe('failed');
    expect((await stage.world.ledger.read('orders')).lease).toBeNull();
  });

  test('leaves the lease of a newer run alone', async () => {
    const stage = scene();
    const incident = await admitted(stage);
    const newer = await takenOver(stage);

    await end(stage, inputOf(incident, { act: { again: false, ending: 'fenced', because: 'overtaken' } }));

    expect((await stage.world.ledger.read('orders')).lease?.holder).toBe(newer.holder);
  });

  const overtaken: Partial<Run> = { act: { again: false, ending: 'fenced', because: 'the lever holds epoch 2' } };

  test('disarms automation that somebody overtook at the lever by hand, and tells people, also where it is asked again', async () => {
    const stage = scene();
    const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
    const find = stage.world.ledger.find;
    // The first attempt died before it was written down.
    stage.world.ledger.find = async () => null;
    await end(stage, inputOf(incident, overtaken));
    await end(stage, inputOf(incident, overtaken));
    stage.world.ledger.find = find;

    expect(await stage.world.ledger.read('orders')).toMatchObject({
      lease: null,
      armed: false,
      unacknowledged: incident.id,
      lastMoveAt: t0,
    });
    expect(stage.world.chat.sent).toMatchObject([{ severity: 'critical' }, { severity: 'critical' }]);
  });

  test.each<[string, Partial<Incident>, Partial<Run>]>([
    ['a hold that finds a newer epoch', { mode: 'automatic' }, { verdict: { ...hold, reason: 'fenced' } }],
    ["a person's own move that was overtaken", { mode: 'manual' }, overtaken],
  ])('%s disarms nothing', async (_, change, run) => {
    const stage = scene();

    await end(stage, inputOf({ ...(await admitted(stage)), ...change }, run));

    expect((await stage.world.ledger.read('orders')).armed).toBe(true);
  });

  const vetoed: Partial<Run> = { act: { again: false, ending: 'vetoed', because: 'the database lags' } };

  const automaticRun = async (stage: Scene) => ({ ...(await admitted(stage)), mode: 'automatic', from: home }) as const;

  test('tells people of a trouble once, and writes down every run', async () => {
    const stage = scene();

    for (let run = 0; run < 3; run++) await end(stage, inputOf(await automaticRun(stage), vetoed));

    expect(stage.world.chat.sent.map(({ audience, severity }) => [audience, severity])).toEqual([
      ['people', 'critical'],
      ['record', 'info'],
      ['record', 'info'],
    ]);
    expect((await stage.world.ledger.read('orders')).trouble).toMatchObject({
      what: 'vetoed',
      region: home,
      heard: [t0],
    });
    const entries = await stage.world.ledger.entries('orders');
    expect(entries.filter(({ what }) => what.kind === 'concluded')).toHaveLength(3);
  });

  test('tells people of it again where the first message reached nobody', async () => {
    const stage = scene();
    let isDown = true;
    for (const channel of stage.world.notifiers) {
      channel.obstacle = async () => {
        if (isDown) throw new Error('down');
      };
    }
    await end(stage, inputOf(await automaticRun(stage), vetoed));
    isDown = false;

    await end(stage, inputOf(await automaticRun(stage), vetoed));

    expect(stage.world.chat.sent.map(({ audience }) => audience)).toEqual(['people']);
  });

  test('tells people that the trouble is over when the service was well for long enough', async () => {
    const stage = scene();
    await end(stage, inputOf(await automaticRun(stage), vetoed));
    await end(stage, inputOf(await automaticRun(stage), { verdict: hold }));
    expect(stage.world.chat.sent.filter(({ audience }) => audience === 'people')).toHaveLength(1);
    await stage.world.clock.advance(stage.failover.notify.wellAfterMs);

    await end(stage, inputOf(await automaticRun(stage), { verdict: hold }));

    expect(stage.world.chat.sent.at(-1)).toMatchObject({
      audience: 'people',
      subject: expect.stringContaining('is well again'),
      trouble: { id: 'orders#1', state: 'closed' },
      thread: 'orders#1',
    });
    expect((await stage.world.ledger.read('orders')).trouble?.closedAt).not.toBeNull();
  });

  test('nobody calls a region well that serves nobody any more', async () => {
    const stage = scene();
    await end(stage, inputOf(await automaticRun(stage), vetoed));

    const elsewhere = { ...hold, reason: 'source-not-active' } as const;
    await end(stage, inputOf(await automaticRun(stage), { verdict: elsewhere }));

    expect(stage.world.chat.sent.at(-1)).toMatchObject({
      audience: 'record',
      subject: 'orders stays where it is (source-not-active)',
    });
  });

  test('a person who said no is not asked again before the cooldown is over; whoever gave no answer is, once', async () => {
    const said = scene();
    const silent = scene();
    const no = (decision: 'declined' | 'deadline'): Partial<Run> => ({
      approval: { approved: false, by: decision === 'declined' ? 'Ada' : null, decision },
    });
    const limitOf = async ({ world }: Scene) =>
      automationLimit(
        await world.ledger.read('orders'),
        { mode: 'automatic', force: false, policy: orders.policy },
        t0,
      );

    await end(said, inputOf(await automaticRun(said), no('declined')));
    await end(silent, inputOf(await automaticRun(silent), no('deadline')));

    expect(await limitOf(said)).toMatchObject({
      refusal: 'declined',
      because: expect.stringContaining('Ada declined'),
    });
    expect(await limitOf(silent)).toBeNull();

    await end(silent, inputOf(await automaticRun(silent), no('deadline')));

    expect((await limitOf(silent))?.refusal).toBe('unanswered');
  });

  test('answers every question that people were asked, whatever they know of the trouble', async () => {
    const stage = scene();
    const answers: Partial<Run>[] = [
      { approval: { approved: false, by: null, decision: 'deadline' } },
      { approval: { approved: false, by: 'Ada', decision: 'declined' } },
      { approval: { approved: true, by: 'Ada', decision: 'approved' }, verdict: hold },
    ];

    for (const answer of answers) await end(stage, inputOf(await automaticRun(stage), answer));

    expect(stage.world.chat.sent.map(({ audience, ending }) => [audience, ending])).toEqual([
      ['people', 'unanswered'],
      ['people', 'declined'],
      ['people', 'held'],
    ]);
    expect(stage.world.chat.sent.at(-1)?.lines).toContain('Approved by Ada.');
  });

  test('writes down who approved', async () => {
    const stage = scene();
    const approval = { approved: true, by: 'Ada', decision: 'approved' } as const;
    await end(stage, inputOf(await admitted(stage), { ...recovered, approval }));

    const entry = await stage.world.ledger.find('orders', 'orders#1', 'orders#1/approval');

    expect(entry).toMatchObject({ text: 'Approved by Ada', what: { decision: 'approved', by: 'Ada' } });
  });

  test('throws where the ledger is away, so that the machine can tell people itself', async () => {
    const stage = scene();
    const input = inputOf(await admitted(stage), recovered);
    const away = Object.assign(new Error('away'), { name: 'LedgerUnavailable' });
    stage.world.ledger.find = () => Promise.reject(away);

    await expect(end(stage, input)).rejects.toBe(away);
    expect(stage.world.chat.sent).toEqual([]);
  });
});

describe('the ending', () => {
  const incident = incidentOf();
  const rehearsal = incidentOf({ mode: 'rehearsal' });
  const act = (ending: NonNullable<Run['act']>['ending']) => ({ again: false, ending, because: 'so' });
  const error = {
    Error: 'LedgerUnavailable',
    Cause: '{"errorType":"LedgerUnavailable","errorMessage":"a \\"table\\" is away","trace":["x',
  };

  test.each<[string, Partial<Run>, string, string]>([
    ['a hold is held', { incident, verdict: hold }, 'held', 'it is good. A move would take a fault'],
    [
      'a hold that was overtaken is fenced',
      { incident, verdict: { ...hold, reason: 'fenced' } },
      'fenced',
      'it is good. A move would take a fault',
    ],
    ['what the move came to counts', { incident, verdict: move, act: act('recovered') }, 'recovered', 'so'],
    [
      'more than the error that broke it',
      { incident, verdict: move, act: act('rolled-back'), error },
      'rolled-back',
      'so',
    ],
    [
      'an error alone is a failure, with its message',
      { incident, error },
      'failed',
      'LedgerUnavailable: a "table" is away',
    ],
    [
      'a cause that is no JSON is told as it is',
      { error: { Error: 'States.Timeout', Cause: 'late' } },
      'failed',
      'States.Timeout: late',
    ],
    ['a run that had to stop is fenced', { incident, error: { Error: 'Fenced', Cause: '' } }, 'fenced', 'Fenced: '],
    [
      'a no is declined',
      { incident, verdict: move, approval: { approved: false, by: 'Ada', decision: 'declined' } },
      'declined',
      'Ada declined',
    ],
    [
      'silence is no decline',
      { incident, verdict: move, approval: { approved: false, by: null, decision: 'deadline' } },
      'unanswered',
      'nobody answered in time',
    ],
    ['a rehearsal recovers nothing', { incident: rehearsal, verdict: move, act: act('recovered') }, 'rehearsed', 'so'],
    [
      'and rolls nothing back',
      { incident: rehearsal, verdict: move, act: act('rolled-back') },
      'failed',
      'the rehearsal failed: so',
    ],
    [
      'rounds without a write are held',
      { incident, verdict: move, act: { again: true, ending: null, because: 'stale' } },
      'held',
      'no look led to a write: stale',
    ],
    [
      'an error whose cause only looks like JSON is told as it is',
      { error: { Error: 'States.Runtime', Cause: '{"errorMessage":"no \\q escape"}' } },
      'failed',
      'States.Runtime: {"errorMessage":"no \\q escape"}',
    ],
    ['nothing at all is a failure', {}, 'failed', 'the run stopped without an outcome'],
  ])('%s', (_, run, ending, because) => {
    expect(endingOf({ ...nothing, ...run })).toEqual({ ending, because });
  });
});

test('after a concluded move automation is disarmed: it looks, tells people what is wrong, and moves nothing', async () => {
  const stage = scene({ dwellMs: 0 });
  stage.world.broken.set(home, 'refused');
  await stage.run(alarmEvent());

  const before = await stage.lever.read();
  stage.world.broken.set(standby, 'refused');
  const elsewhere = { id: 'another', time: iso(stage.world.clock.now()) };
  const again = await stage.run(
    alarmEvent(elsewhere, { alarmName: `understudy-orders-${standby}` }),
    executionNamed('run-2'),
  );

  expect(again).toMatchObject({ ending: 'held', headline: 'orders stays where it is (disarmed, all-regions-down)' });
  expect(stage.world.chat.sent.at(-1)).toMatchObject({ audience: 'people', severity: 'critical' });
  expect(stage.world.chat.sent.at(-1)?.lines.join(' ')).toContain('understudy ack orders');
  expect(await stage.lever.read()).toEqual(before);
});
