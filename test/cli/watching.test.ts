import { expect, test } from 'vitest';
import { sinceOf } from '../../cli/since.ts';
import { newsOf } from '../../cli/watching.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import { MemoryLedger } from '../support/memory/ledger.ts';
import { incidentOf, t0 } from '../support/world.ts';

const refused = (reason: string): Happening => ({ kind: 'refused', request: null, reason });
const entryOf = (id: string, afterMs: number, what: Happening, incident: string | null = null): Entry => ({
  id,
  service: 'orders',
  incident,
  at: t0 + afterMs,
  text: id,
  what,
});

async function watched() {
  const ledger = new MemoryLedger({ now: () => t0 });
  const next = newsOf('orders', ledger);
  return {
    append: (...entries: readonly Entry[]) => Promise.all(entries.map((entry) => ledger.append(entry))),
    told: async () => (await next()).map(({ id }) => id),
  };
}

test('what was written since is told once, in its order, whether or not it belongs to a run', async () => {
  const { append, told } = await watched();
  const admitted: Happening = { kind: 'admitted', incident: incidentOf() };
  // Written by a clock that is ahead of ours, and there before anybody watched.
  await append(entryOf('before', 60_000, refused('paused')));

  expect(await told()).toEqual([]);
  await append(entryOf('b', 2_000, admitted, 'orders#1'), entryOf('a', 1_000, refused('held')));
  expect(await told()).toEqual(['a', 'b']);
  expect(await told()).toEqual([]);
});

test('the same refusal in a row is told once, and again after something else', async () => {
  const { append, told } = await watched();
  const pause: Happening = { kind: 'operator', command: 'pause', by: 'ada', reason: '' };
  const end: Happening = { kind: 'concluded', ending: 'refused', deliveries: [], durationMs: 1, error: null };
  await told();
  await append(entryOf('1', 1, refused('held')), entryOf('end', 2, end), entryOf('2', 3, refused('held')));
  expect(await told()).toEqual(['1']);

  await append(entryOf('3', 4, refused('held')), entryOf('4', 5, pause), entryOf('5', 6, refused('held')));
  expect(await told()).toEqual(['4', '5']);
});

test.each([
  ['90m', t0 - 90 * 60_000],
  ['7d', t0 - 7 * 86_400_000],
  ['2026-11-27T21:00:00Z', Date.UTC(2026, 10, 27, 21)],
  ['2026-11-27T21:00+01:00', Date.UTC(2026, 10, 27, 20)],
])('--since %s is a moment', (since, at) => {
  expect(sinceOf(given({ since }), t0)).toBe(at);
});

test.each(['yesterday', '2026-11-27', '2026-13-27T21:00:00Z', '', '-3h', '2026-06-31T10:00:00Z'])(
  '--since %j is refused',
  (since) => {
    expect(() => sinceOf(given({ since }), t0)).toThrow('is no length like 12h, and ');
  },
);

test('without --since everything counts', () => {
  expect(sinceOf(given({}), t0)).toBe(Number.NEGATIVE_INFINITY);
});

function given(values: Record<string, string>) {
  return { operands: [], values, out: () => {}, err: () => {}, signal: new AbortController().signal };
}
