import { chunks } from '../../core/chunks.ts';
import type { Message } from '../../core/messages.ts';
import { cutEscaped, slackEscaped } from './slack-text.ts';

/**
 * A message in Block Kit: the subject as header, the sentences as a section, the facts as fields, and where it came from as
 * context. All of it is plain text: in `mrkdwn` Slack makes links and mentions of what others wrote, unless it is verbatim, and
 * formats it even then. Longer texts than Slack takes are cut: a message that it refuses tells nobody anything.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function slackBlocks(message: Message): readonly object[] {
  return [...said(message), whence(message)];
}

/** What notifications and screen readers show instead of the blocks. */
export function slackText({ subject }: Pick<Message, 'subject'>): string {
  return slackEscaped(subject);
}

/** The subject, the sentences and the facts. */
export function said({ severity, subject, lines, facts }: Said): readonly object[] {
  return [
    { type: 'header', text: plain(`${marks[severity]} ${slackEscaped(subject)}`, headerMax, true) },
    ...(lines.length === 0 ? [] : [sectionOf(lines)]),
    ...chunks(facts, factsMax).map((some) => ({ type: 'section', fields: some.map(fact) })),
  ];
}

type Said = Pick<Message, 'severity' | 'subject' | 'lines' | 'facts'>;

export const sectionOf = (lines: readonly string[]) => ({
  type: 'section',
  text: plain(lines.map(slackEscaped).join('\n'), sectionMax),
});

export const whence = ({ thread, at }: Pick<Message, 'thread' | 'at'>) => ({
  type: 'context',
  elements: [plain(`${slackEscaped(thread)} · ${new Date(at).toISOString()}`, contextMax)],
});

const fact = ({ name, value }: Message['facts'][number]) =>
  plain(`${slackEscaped(name)}\n${slackEscaped(value)}`, fieldMax);

const marks: Readonly<Record<Message['severity'], string>> = {
  critical: ':rotating_light:',
  info: ':information_source:',
};

/** Fields that Slack takes in one section. */
const factsMax = 10;
const headerMax = 150;
const sectionMax = 3_000;
const fieldMax = 2_000;
const contextMax = 2_000;

/** `emoji` where `:names:` shall be pictures: in what we wrote ourselves. */
export function plain(text: string, max: number, emoji = false) {
  return { type: 'plain_text', text: cutEscaped(text, max), emoji };
}
