import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newsOf } from '../../../core/card.ts';
import type { Message } from '../../../core/messages.ts';
import { reportOf } from '../../../core/report.ts';
import { reportMarkdown } from '../../../core/report-markdown.ts';
import { chatNotification } from '../../../handlers/channels/chat-service.ts';
import { plainText } from '../../../handlers/channels/plain-text.ts';
import { slackBlocks, slackText } from '../../../handlers/channels/slack-blocks.ts';
import { slackCard } from '../../../handlers/channels/slack-card.ts';
import { message } from '../../contracts/notifier.contract.ts';
import { hostileText, lineBreak } from '../../support/hostile.ts';
import { questionOf } from '../../support/question.ts';
import { t0 } from '../../support/world.ts';

/** A message in which every text is hostile, whichever of them may come from outside. */
const hostile: fc.Arbitrary<Message> = fc
  .record({
    subject: hostileText,
    lines: fc.array(hostileText, { minLength: 1, maxLength: 4 }),
    facts: fc.array(fc.record({ name: hostileText, value: hostileText }), { maxLength: 4 }),
    thread: hostileText,
  })
  .map((texts) => ({ ...message, ...texts }));

/** With a question, somebody who has approved, and news from before. */
function cardOf(some: Message): readonly object[] {
  const news = newsOf(some);
  const by = some.facts[0]?.value ?? some.subject;
  const question = questionOf({ incident: 'orders#7', deadline: t0 + 1 });
  const drawing = {
    service: 'orders',
    thread: some.thread,
    head: news,
    asks: { question, consent: `${by} has approved` },
    log: some.lines.map((text) => ({ at: t0, text })),
  };
  return slackCard(drawing, true);
}

describe('a message whose every text is hostile', () => {
  test('has as many lines in a mail as sentences and facts, and the breaks between them', () => {
    fc.assert(
      fc.property(hostile, (some) => {
        const lines = plainText(some).split('\n');
        expect(lines).toHaveLength(some.lines.length + some.facts.length + 3);
        for (const line of lines) expect(line).not.toMatch(lineBreak);
      }),
    );
  });

  test('is in Slack plain text, where nothing is a mention', () => {
    fc.assert(
      fc.property(hostile, (some) => {
        const texts = [...textsIn(slackBlocks(some)), ...textsIn(cardOf(some))];
        expect(texts.every(({ type }) => type === 'plain_text')).toBe(true);
        for (const { text } of [...texts, { text: slackText(some) }]) {
          expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        }
      }),
    );
  });

  test('is in the chat service no mention, link or formatting, but for the names of facts', () => {
    fc.assert(
      fc.property(hostile, (some) => {
        const { content, metadata } = JSON.parse(chatNotification(some));
        const lines = String(content.description).split('\n');
        expect(lines.length).toBeLessThanOrEqual(some.lines.length + some.facts.length + 1);
        const bare = [
          content.title.replace(/^:rotating_light: /, ''),
          metadata.summary,
          ...lines.map((line, at) => (at > some.lines.length ? line.replace(/^\*([^*]*)\*:/, '$1:') : line)),
        ];
        for (const text of bare) expect(text).not.toMatch(/[<>*_~`[\]]|:\/\/|@\w|\bwww\.|&(?!amp;|lt;|gt;)/i);
      }),
    );
  });
});

test('a report whose every text is hostile has no markup but its own', () => {
  const plain = (text: string) => text.replaceAll(/\\[!-/:-@[-`{-~]/g, '');
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 7, maxLength: 7 }), (texts) => {
      const [incident = '', because = '', reason = '', by = '', headline = '', channel = '', line = ''] = texts;
      const page = reportMarkdown({
        ...reportOf('orders#1', []),
        incident,
        because,
        reason,
        requestedBy: by,
        headline,
        deliveries: [{ channel, delivered: false, attempts: 2, because }],
        timeline: [{ at: 0, kind: 'world', text: line }],
      } as Parameters<typeof reportMarkdown>[0]);
      const empty = reportMarkdown({
        ...reportOf('orders#1', []),
        deliveries: [{ channel: '', delivered: false, attempts: 2, because: '' }],
        timeline: [{ at: 0, kind: 'world', text: '' }],
      } as unknown as Parameters<typeof reportMarkdown>[0]);
      const count = (text: string, what: RegExp) => (plain(text).match(what) ?? []).length;

      for (const what of [/\n/g, /\|/g, /`/g, /[<>[\]*_~!$]/g]) expect(count(page, what)).toBe(count(empty, what));
      expect(page).not.toMatch(/:\/\/|@\w|\bwww\./i);
    }),
  );
});

function textsIn(value: unknown): { readonly type: string; readonly text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(textsIn);
  return 'text' in value && typeof value.text === 'string'
    ? [value as { type: string; text: string }, ...inside]
    : inside;
}
