import { oneLine } from '../../core/one-line.ts';

/** What is written in angle brackets would be a link, a channel or a mention of everybody. https://docs.slack.dev/messaging/formatting-message-text */
export function slackEscaped(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Never in the middle of an escape: half of one would be read as text. */
export function cutEscaped(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .replace(/&[a-z]{0,3}$/, '')
    .toWellFormed()}…`;
}
