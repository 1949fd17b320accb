import { expect, onTestFinished, test } from 'vitest';
import { startWatcher } from '../../console/watcher.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { freshRecord } from '../../core/record.ts';
import type { ServiceState } from '../../core/service-state.ts';

const stateOf = (ledger: LedgerRecord): ServiceState => ({
  service: 'orders',
  question: null,
  health: [],
  routing: { kind: 'read', routing: { epoch: null, weights: {} } },
  ledger,
  outlook: { to: null, because: [], frozen: null },
  freezes: [],
  protection: null,
  shadow: false,
  coolsUntil: null,
});

/** A ledger and a lever that count how often they are read. */
function watching(stateEveryMs = 1_000_000) {
  const world = { record: freshRecord('orders'), records: 0, states: 0, gone: false };
  const waiting: { until: () => boolean; resolve: () => void }[] = [];
  const wake = () => {
    for (const { until, resolve } of waiting) if (until()) resolve();
  };
  const watcher = startWatcher({
    services: ['orders'],
    record: async () => {
      world.records += 1;
      setImmediate(wake);
      if (world.gone) throw new Error('the ledger is gone');
      return world.record;
    },
    state: async () => {
      world.states += 1;
      return stateOf(world.record);
    },
    now: Date.now,
    recordEveryMs: 1,
    stateEveryMs,
    atOnce: 2,
  });
  onTestFinished(watcher.close);
  const until = (holds: () => boolean) => new Promise<void>((resolve) => waiting.push({ until: holds, resolve }));
  return { world, watcher, until };
}

test('nothing is read before a page asks', () => {
  const { world } = watching();

  expect(world.records).toBe(0);
});

test('a record that stays as it is costs one read a round, and no more', async () => {
  const { world, watcher, until } = watching();
  watcher.services();
  await until(() => world.records >= 5);

  expect(world.states).toBe(1);
});

test('a record that changes is followed by everything else', async () => {
  const { world, watcher, until } = watching();
  watcher.services();
  await until(() => world.states === 1);
  world.record = { ...world.record, armed: false };
  await until(() => watcher.services()[0]?.state?.ledger.armed === false);

  expect(world.states).toBe(2);
});

test('what cannot be read again keeps what was read, with when, and says why', async () => {
  const { world, watcher, until } = watching();
  watcher.services();
  await until(() => watcher.services()[0]?.state !== null);
  const [before] = watcher.services();
  world.gone = true;
  await until(() => watcher.services()[0]?.failure !== null);

  expect(watcher.services()).toEqual([{ ...before, failure: 'the ledger is gone' }]);
  world.gone = false;
  await until(() => watcher.services()[0]?.failure === null);
});
