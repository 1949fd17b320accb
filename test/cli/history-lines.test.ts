import { describe, expect, test } from 'vitest';
import { historyLines } from '../../cli/history-lines.ts';
import type { Entry, Happening } from '../../core/entry.ts';
import { incidentOf } from '../support/world.ts';

const entry = (at: number, what: Happening, incident: string | null = null, text = `said at ${at}`): Entry => ({
  id: `entry/${at}`,
  service: 'orders',
  incident,
  at,
  text,
  what,
});
const refused = (at: number, reason: string, mode: 'automatic' | 'manual' = 'automatic') =>
  entry(at, { kind: 'refused', request: incidentOf({ mode }), reason });
const concluded = (at: number, ending: 'refused' | 'recovered', incident: string | null = null) =>
  entry(at, { kind: 'concluded', ending, deliveries: [], durationMs: 1, error: null }, incident);

describe('the history of a service', () => {
  test('tells a refusal once, not again as the end of its run', () => {
    expect(historyLines([refused(0, 'held'), concluded(1, 'refused')])).toEqual([
      '1970-01-01T00:00:00.000Z  -             said at 0',
    ]);
  });

  test('tells refusals in a row with the same reason as one line: how many, first and last', () => {
    const entries = [0, 60_000, 120_000].flatMap((at) => [refused(at, 'disarmed'), concluded(at + 1, 'refused')]);

    expect(historyLines(entries)).toEqual([
      '1970-01-01T00:00:00.000Z  -             said at 0  × 3, first 1970-01-01T00:00:00.000Z, last 1970-01-01T00:02:00.000Z',
    ]);
  });

  test('keeps apart other reasons, people’s own runs, and what happened in between', () => {
    const entries = [
      refused(0, 'disarmed'),
      refused(1, 'held'),
      refused(2, 'held', 'manual'),
      concluded(3, 'recovered', 'orders#1'),
      refused(4, 'held', 'manual'),
    ];

    expect(historyLines(entries).map((line) => line.slice(40))).toEqual([0, 1, 2, 3, 4].map((at) => `said at ${at}`));
  });
});
