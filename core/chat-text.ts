import { oneLine } from './one-line.ts';
import { linkTriggers, replacedBy } from './unlinked.ts';

/**
 * What neutralises text in a notification of Amazon Q Developer in chat applications, in this order: it hands `client-markdown` to
 * the chat program, where angle brackets are mentions and links, and formatting has no escape, so that look-alikes stand
 * in for its characters. https://docs.slack.dev/messaging/formatting-message-text
 */
export const chatReplacements: readonly (readonly [pattern: string, replacement: string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\\*', '\u2217'],
  ['_', '\uff3f'],
  ['~', '\u223c'],
  ['`', '\u2019'],
  ['\\[', '\uff3b'],
  ['\\]', '\uff3d'],
  ...linkTriggers,
];

/** What somebody else wrote, as text of such a notification: one line, no mention, no link, no formatting. */
export function chatText(text: string): string {
  return replacedBy(chatReplacements, oneLine(text));
}
