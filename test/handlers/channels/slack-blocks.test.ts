import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackBlocks, slackText } from '../../../handlers/channels/slack-blocks.ts';
import { message } from '../../contracts/notifier.contract.ts';

describe('the blocks of a message', () => {
  test('are header, sentences, facts and where it came from', () => {
    expect(slackBlocks(message)).toEqual([
      {
        type: 'header',
        text: { type: 'plain_text', text: ':rotating_light: Moving orders from us-east-1 to us-west-2', emoji: true },
      },
      {
        type: 'section',
        text: {
          type: 'plain_text',
          text: 'Moving orders from us-east-1 to us-west-2.\nWhy: us-east-1 is bad from us-east-2, ca-central-1.',
          emoji: false,
        },
      },
      {
        type: 'section',
        fields: [
          { type: 'plain_text', text: 'Incident\norders#7', emoji: false },
          { type: 'plain_text', text: 'Asked by\nana', emoji: false },
        ],
      },
      {
        type: 'context',
        elements: [{ type: 'plain_text', text: 'orders#7 · 2026-11-20T18:30:00.000Z', emoji: false }],
      },
    ]);
  });

  test('mention nobody and link nowhere, whatever a reason says', () => {
    const hostile = '<!channel> <https://example.com|click> & <@U123>';
    const text = JSON.stringify([
      slackText({ ...message, subject: hostile }),
      slackBlocks({
        ...message,
        subject: hostile,
        lines: [hostile],
        facts: [{ name: hostile, value: hostile }],
        thread: hostile,
      }),
    ]);

    expect(text).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
    // In `mrkdwn` an address or `@here` needs no angle brackets.
    expect(text).not.toContain('mrkdwn');
  });

  test('are never more than Slack takes', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 4_000, size: 'max' });
    const any = fc.record({
      severity: fc.constantFrom('critical', 'info'),
      audience: fc.constant('people' as const),
      subject: words,
      lines: fc.array(words, { maxLength: 5 }),
      facts: fc.array(fc.record({ name: words, value: words }), { maxLength: 25 }),
      thread: words,
      at: fc.constant(message.at),
    });
    fc.assert(
      fc.property(any, (some) => {
        const blocks = slackBlocks({ ...message, ...some }) as {
          text?: { text: string };
          fields?: { text: string }[];
          type: string;
        }[];
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const { type, text, fields } of blocks) {
          if (text !== undefined) expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000);
          if (fields !== undefined) expect(fields.length).toBeGreaterThan(0);
          expect(fields?.length ?? 0).toBeLessThanOrEqual(10);
          for (const field of fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
        }
        expect(JSON.stringify(blocks)).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 50 },
    );
  });
});
