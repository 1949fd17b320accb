import type { Message } from '../../core/messages.ts';

/**
 * A message in Block Kit: the subject as header, the sentences as a section, the facts as fields, and where it came from as
 * context. Longer texts than Slack takes are cut: a message that it refuses tells nobody anything.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
export function slackBlocks({ severity, subject, lines, facts, thread, at }: Message): readonly object[] {
  return [
    {
      type: 'header',
      text: { type: 'plain_text', text: cut(`${marks[severity]} ${escaped(subject)}`, headerMax), emoji: true },
    },
    ...(lines.length === 0 ? [] : [{ type: 'section', text: markdown(lines.map(escaped).join('\n'), sectionMax) }]),
    ...chunks(facts, fieldsMax).map((some) => ({
      type: 'section',
      fields: some.map(({ name, value }) => markdown(`*${escaped(name)}*\n${escaped(value)}`, fieldMax)),
    })),
    { type: 'context', elements: [markdown(`${escaped(thread)} · ${new Date(at).toISOString()}`, contextMax)] },
  ];
}

/** What notifications and screen readers show instead of the blocks. */
export function slackText({ subject }: Message): string {
  return escaped(subject);
}

const marks: Readonly<Record<Message['severity'], string>> = {
  critical: ':rotating_light:',
  info: ':information_source:',
};

const headerMax = 150;
const sectionMax = 3_000;
const fieldMax = 2_000;
const fieldsMax = 10;
const contextMax = 2_000;

function markdown(text: string, max: number) {
  return { type: 'mrkdwn', text: cut(text, max) };
}

/** What is written in angle brackets would be a link, a channel or a mention of everybody. https://docs.slack.dev/messaging/formatting-message-text */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Never in the middle of an escape: half of one would be read as text. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .replace(/&[a-z]{0,3}$/, '')
    .toWellFormed()}…`;
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
