import { chatReplacements } from '../../core/chat-text.ts';

/**
 * JSONata for a message in the form of each protocol: plain text, and for what subscribes by HTTPS the form that a chat channel of
 * Amazon Q Developer takes, which drops every other.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function inEveryForm(subject: string, text: string): string {
  const escaped = chatReplacements.reduce(
    (rest, [pattern, replacement]) => `$replace(${rest}, /${pattern}/, '${replacement}')`,
    '$text',
  );
  return `(
      $text := ${text};
      $string({
        'default': $text,
        'https': $string({
          'version': '1.0',
          'source': 'custom',
          'content': {
            'textType': 'client-markdown',
            'title': ':rotating_light: ${subject}',
            'description': ${escaped}
          },
          'metadata': { 'threadId': $incident = null ? $states.context.Execution.Name : $incident.id, 'summary': '${subject}' }
        })
      })
    )`;
}
