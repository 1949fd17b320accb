import { describe, expect, test } from 'vitest';
import type { AlarmReading } from '../../../core/evidence.ts';
import type { UserReading } from '../../../core/users.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, observers, standby, t0, usersSay } from '../../support/world.ts';
import { scene } from './scene.ts';

const green: AlarmReading[] = observers.flatMap((observer) =>
  [home, standby].map((region) => ({ observer, region, state: 'OK' as const, since: t0 - 3_600_000 })),
);

/** Both control regions look; the run that is started, if any. */
async function look(users: readonly UserReading[]) {
  const stage = scene();
  stage.world.alarms.readings.set('orders', green);
  stage.world.users.readings.set('orders', users);
  await stage.world.clock.run(reconcile(stage.world, stage.failover));
  const [started] = stage.world.starter.started.values();
  return { stage, started };
}

describe('an alarm on what users see', () => {
  test('has a run look where it is red and its region serves, and people hear that probes find it well', async () => {
    const { stage, started } = await look([usersSay()]);

    expect(started).toMatchObject({ from: home, reason: expect.stringContaining('checkout-5xx in us-east-1 is red') });
    const { ending, headline } = await stage.run(started);
    expect([ending, headline]).toEqual(['held', 'orders stays where it is (users-disagree)']);
    expect(stage.world.chat.sent.at(-1)?.trouble).toMatchObject({ state: 'opened', what: 'held/users-disagree' });
    expect(stage.lever.written).toEqual([]);
  });

  test.each<[string, UserReading]>([
    ['is green', usersSay({ state: 'OK' })],
    ['has no data', usersSay({ state: 'INSUFFICIENT_DATA' })],
    ['was put aside', usersSay({ muted: true })],
    ['is a veto alone', usersSay({ says: 'veto' })],
    ['is of a region that serves nobody', usersSay({ region: standby })],
  ])('starts nothing and tells nobody where it %s', async (_, reading) => {
    const { stage, started } = await look([reading]);

    expect(started).toBeUndefined();
    expect(stage.world.chat.sent).toEqual([]);
  });

  test('that cannot be evaluated, or does not exist, is told by its name', async () => {
    const { stage } = await look([usersSay({ state: 'INSUFFICIENT_DATA', evaluation: 'NOT_FOUND' })]);

    expect(stage.world.chat.sent[0]).toMatchObject({ severity: 'info', trouble: { what: 'alarms', state: 'opened' } });
    expect(stage.world.chat.sent[0]?.lines[1]).toMatch(
      /^checkout-5xx in us-east-1: NOT_FOUND\. There is no metric alarm/,
    );
  });

  test('with a veto on the standby makes the service not ready', async () => {
    const readyWith = async (says: UserReading['says']) => {
      const { stage } = await look([usersSay({ region: standby, says })]);
      return stage.world.metrics.recorded.find(({ metric, service }) => metric === 'Ready' && service === 'orders')
        ?.value;
    };

    expect(await readyWith('vote')).toBe(1);
    expect(await readyWith('veto')).toBe(0);
  });
});

test('a look whose alarms on what users see do not answer decides by probes alone', async () => {
  const stage = scene({ dwellMs: 0 });
  stage.world.broken.set(home, 'refused');
  const asked: string[] = [];
  Object.assign(stage.world.users, {
    read: ({ name }: { name: string }) => {
      asked.push(name);
      return new Promise(() => {});
    },
  });

  expect(
    await stage.run({ service: 'orders', mode: 'automatic', reason: 'x', requestedBy: 'reconciler' }),
  ).toMatchObject({
    ending: 'recovered',
  });
  expect(asked.length).toBeGreaterThan(0);
});
