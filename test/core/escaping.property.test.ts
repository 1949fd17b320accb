import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatText } from '../../core/chat-text.ts';
import { markdownText } from '../../core/markdown-text.ts';
import { oneLine } from '../../core/one-line.ts';
import { hostileText, lineBreak } from '../support/hostile.ts';

describe('one line of what somebody else wrote', () => {
  test('has no break, no control character and no mark that turns the direction', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(oneLine(text)).not.toMatch(lineBreak);
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test('keeps every other word', () => {
    expect(oneLine('AWS says\nthat  us-east-1\tgoes down. ☂ 「東京」')).toBe(
      'AWS says that us-east-1 goes down. ☂ 「東京」',
    );
  });
});

/** Without pairs of a backslash and what it takes the meaning from. */
const unescaped = (text: string) => text.replaceAll(/\\[!-/:-@[-`{-~]/g, '');

/** What renderers make links or mentions of by themselves. */
const linked = /:\/\/|\bwww\.|mailto:|@[\w.]|(^|[^A-Za-z0-9])#\w/i;

describe('text of a Markdown page', () => {
  test('is no markup, link or mention, and stays on its line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = markdownText(text);
        expect(written).not.toMatch(lineBreak);
        expect(unescaped(written)).not.toMatch(/[`*_~[\]<>|!$&\\]/);
        expect(written).not.toMatch(linked);
      }),
    );
  });

  test('leaves the names of incidents, regions and times as they are', () => {
    for (const text of [
      'orders#7',
      'us-east-1 is bad from us-east-2',
      '2026-11-20T18:30:00.000Z',
      'answered 500 (slow)',
    ]) {
      expect(markdownText(text)).toBe(text);
    }
  });
});

describe('text of a notification in chat', () => {
  test('is no markup, link or mention, and stays on its line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = chatText(text);
        expect(written).not.toMatch(lineBreak);
        expect(written).not.toMatch(/[<>*_~`[\]]|&(?!amp;|lt;|gt;)/);
        expect(written).not.toMatch(linked);
      }),
    );
  });

  test('leaves commands so that they can be copied', () => {
    for (const text of ['understudy approve orders#7', 'understudy start orders --to us-west-2 --reason "…"']) {
      expect(chatText(text)).toBe(text);
    }
  });
});
