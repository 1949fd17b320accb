import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentenceOf } from '../../cli/concluded.ts';
import { historyLines } from '../../cli/history-lines.ts';
import { printable, printableLine } from '../../cli/printable.ts';
import { hostileText, lineBreak } from '../support/hostile.ts';

const controls = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

describe('what others wrote, in a terminal', () => {
  test('moves no cursor, renames no window, turns no text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(printable(text)).not.toMatch(controls);
      }),
    );
    expect(printable('\u001b]0;owned\u0007\u009b2J\rpassed')).toBe('\\u001b]0;owned\\u0007\\u009b2J\\u000dpassed');
  });

  test('stays JSON, of the same text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(JSON.parse(printable(JSON.stringify({ text }, null, 2)))).toEqual({ text });
      }),
    );
  });

  test('makes no line of its own', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(printableLine(text)).not.toMatch(lineBreak);
        expect(printableLine(text)).not.toMatch(controls);
      }),
    );
  });

  test('stands in one line of a history and of an outcome', () => {
    const reason = 'game day\n2026-11-27T03:00:00.000Z  orders#9      moved, verified\u001b[8m';
    const entry = {
      id: 'x',
      service: 'orders',
      incident: null,
      at: 0,
      text: `Ada: pause orders: ${reason}`,
      what: { kind: 'operator', command: 'pause', by: 'Ada', reason },
    } as const;
    const ended = { status: 'FAILED', output: null, error: 'HookFailed', cause: reason };

    for (const line of [...historyLines([entry]), sentenceOf(ended)]) {
      expect(line).not.toMatch(lineBreak);
      expect(line).not.toContain('\u001b');
    }
  });
});
