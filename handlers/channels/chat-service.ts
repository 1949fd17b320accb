import { chatText } from '../../core/chat-text.ts';
import type { Message } from '../../core/messages.ts';
import { cutEscaped } from './slack-text.ts';

/**
 * A message as Amazon Q Developer in chat applications takes it; what has another form it drops and tells nobody. Messages
 * with one `threadId` stand in one thread. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatNotification({ severity, subject, lines, facts, thread }: Message): string {
  const factLines = facts.map(({ name, value }) => `*${chatText(name)}*: ${chatText(value)}`);
  const title = cutEscaped(chatText(subject), 250);
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${severity === 'critical' ? ':rotating_light: ' : ''}${title}`,
      description: cutEscaped([...lines.map(chatText), '', ...factLines].join('\n'), 8_000),
    },
    metadata: { threadId: thread, summary: title },
  });
}
