import { chatReplacements } from '../../core/chat-text.ts';

/** The subject of what people get where a run could not write its end. */
export const notConcluded = 'Understudy could not conclude a run';

/** Whatever it is, as part of one line: a cause is what somebody else wrote. */
const oneLine = (expression: string): string => `$replace($string(${expression}), /[\\s\\u0085\\u001b]+/, ' ')`;

/** JSONata for the text: sentences, a line each. No part of it makes lines of its own. */
export const notConcludedText = `$join([
      'A failover run could not write how it ended. Its lease runs out by itself; look at who serves.',
      'Incident: ' & ($incident = null ? 'none was admitted' : ${oneLine('$incident.id')}),
      'Way: ' & ($way = null ? 'none was decided' : ${oneLine('$way')}),
      'The move: ' & ($act = null ? 'was not begun, or gave no answer' : ${oneLine("$act.ending & ', ' & $act.because")}),
      'Earlier error: ' & ($error = null ? 'none' : ${oneLine("$error.state & ': ' & $error.Error & ': ' & $error.Cause")}),
      'Conclude: ' & ${oneLine("$concludeError.Error & ': ' & $concludeError.Cause")},
      'Execution: ' & $states.context.Execution.Id
    ], '\\n')`;

/**
 * JSONata for a message in the form of each protocol: plain text, and for what subscribes by HTTPS the form that a chat channel of
 * Amazon Q Developer takes, which drops every other.
 * https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function inEveryForm(text: string): string {
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
            'title': ':rotating_light: ${notConcluded}',
            'description': ${escaped}
          },
          'metadata': { 'threadId': $incident = null ? $states.context.Execution.Name : $incident.id, 'summary': '${notConcluded}' }
        })
      })
    )`;
}
