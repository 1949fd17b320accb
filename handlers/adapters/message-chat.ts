import type { Message } from '../../core/messages.ts';
import { cut } from '../parse/complaint.ts';

/**
 * A message as Amazon Q Developer in chat applications takes it; what has another form it drops and tells nobody. Messages
 * with one `threadId` stand in one thread. https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function chatNotification({ severity, subject, lines, facts, thread }: Message): string {
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${severity === 'critical' ? ':rotating_light: ' : ''}${cut(subject, 250)}`,
      description: cut([...lines, '', ...facts.map(({ name, value }) => `*${name}*: ${value}`)].join('\n'), 8_000),
    },
    metadata: { threadId: thread, summary: cut(subject, 250) },
  });
}
