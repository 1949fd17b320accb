import { expect, test } from 'vitest';
import type { Message } from '../../../core/messages.ts';
import { reportOf } from '../../../core/report.ts';
import type { Hook } from '../../../core/service.ts';
import { reconcile } from '../../../handlers/steps/reconcile.ts';
import { home, observers, prepareHook, standby } from '../../support/world.ts';
import { type Scene, scene } from './scene.ts';

const minute = 60_000;
const reprotect = { greenForMs: 10 * minute, withinMs: 240 * minute };
const lag: Hook = { ...prepareHook, name: 'replica-lag', when: ['readiness'], timeoutMs: 1_000 };
const move = { service: 'orders', mode: 'manual', to: standby, reason: 'a game day', requestedBy: 'ada' };

/** Moved by a person at 0; then both control regions look each minute. What people got, with the minute since the move. */
async function hear(stage: Scene, minutes: number, act: (at: number) => unknown = () => {}) {
  const since = stage.world.clock.now() - minute;
  stage.world.alarms.readings.set(
    'orders',
    [home, standby].flatMap((region) =>
      observers.map((observer) => ({ observer, region, state: 'OK', since }) as const),
    ),
  );
  const run = await stage.run(move);
  expect(run).toMatchObject({ ending: 'recovered' });
  const movedAt = stage.world.clock.now();
  const heard: (Message & { readonly minute: number })[] = [];
  for (let at = 0; at <= minutes; at++) {
    await act(at);
    const before = stage.world.chat.sent.length;
    await stage.world.clock.run(
      Promise.all([reconcile(stage.world, stage.failover), reconcile(stage.world, stage.failover)]),
    );
    heard.push(...stage.world.chat.sent.slice(before).map((message) => ({ ...message, minute: at })));
    await stage.world.clock.advance(movedAt + (at + 1) * minute - stage.world.clock.now());
  }
  return heard;
}

const ages = ({ world }: Scene) =>
  world.metrics.recorded
    .filter(({ service, metric }) => service === 'orders' && metric === 'MinutesUnprotected')
    .map(({ value }) => Math.round(value));

test('a move says that the service is unprotected, and people hear once that it is no more', async () => {
  const stage = scene({ reprotect });
  const heard = await hear(stage, 14);

  const last = stage.world.chat.sent.find(({ kind }) => kind === 'conclusion');
  expect(last?.lines).toContain(
    'orders is UNPROTECTED until us-east-1 is a proven standby again; what is left to do: understudy status orders',
  );
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatchObject({ severity: 'info', audience: 'people', incident: 'orders#1', thread: 'orders#1' });
  expect(heard[0]?.lines).toEqual([
    'orders is protected again: us-east-1 is a proven standby.',
    expect.stringMatching(/^It was not for 10 min/),
    expect.stringContaining('understudy start orders --to us-east-1'),
    expect.stringContaining('understudy stay orders'),
  ]);
  expect(Math.max(...ages(stage))).toBeGreaterThanOrEqual(9);
  expect(ages(stage).at(-1)).toBe(0);
  expect(await stage.world.ledger.read('orders')).toMatchObject({ unprotected: [] });
  const report = reportOf('orders#1', await stage.world.ledger.entries('orders'));
  expect(report.timeline.filter(({ kind }) => kind === 'reprotected')).toHaveLength(1);
});

test('a hook that vetoes keeps it unprotected, and stands in the record with what it said', async () => {
  const stage = scene({ reprotect }, { hooks: [lag] });
  const heard = await hear(stage, 30, async (at) => {
    stage.world.hooks.answer = async () =>
      at > 4 && at < 20 ? { kind: 'veto', detail: '95 s behind' } : { kind: 'ok', detail: 'in step' };
    // Asked for the move, and not again before all else is done.
    if (at === 5) stage.world.hooks.asked.length = 0;
    if (at === 9) expect(stage.world.hooks.asked).toEqual([]);
    if (at === 15) {
      expect(await stage.world.ledger.read('orders')).toMatchObject({
        unprotected: [{ region: home, waitsFor: { hook: 'replica-lag', detail: '95 s behind' } }],
      });
    }
  });

  expect(heard.map(({ minute: at, lines }) => [at, lines[0]])).toEqual([
    [20, 'orders is protected again: us-east-1 is a proven standby.'],
  ]);
  expect(stage.world.hooks.asked.at(-1)?.question).toMatchObject({ when: 'readiness', to: home, mode: 'rehearsal' });
});

test('a ledger that cannot be written keeps nobody from being looked after', async () => {
  const stage = scene({ reprotect });
  const { change } = stage.world.ledger;
  await hear(stage, 12, (at) => {
    stage.world.ledger.change = (service, command) =>
      command.kind === 'reprotected'
        ? Promise.reject(new Error('away'))
        : change.call(stage.world.ledger, service, command);
    if (at === 12) {
      expect(stage.world.log.warnings.map(({ message }) => message)).toContain(
        'whether it is protected again was not found out',
      );
    }
  });
  expect(await stage.world.ledger.read('orders')).toMatchObject({ unprotected: [{ region: home }] });
});
