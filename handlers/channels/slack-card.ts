import type { Drawing } from '../../core/card.ts';
import type { Question } from '../../core/record.ts';
import { plain, said, sectionOf, whence } from './slack-blocks.ts';
import { actions, buttonValue } from './slack-question.ts';

/**
 * A card in Block Kit: what is so now, what waits for an answer, and below what was before. `answers`: whether anybody may answer from
 * here. All of it plain text, cut to what Slack takes.
 */
export function slackCard({ head, asks, log, thread }: Drawing, answers: boolean): readonly object[] {
  return [
    ...said(head),
    ...(asks === null ? [] : [...waiting(asks), ...(answers ? [buttons(asks.question, thread)] : [])]),
    ...(log.length === 0 ? [] : [{ type: 'divider' }, sectionOf(log.map((line) => `${timeOf(line.at)} ${line.text}`))]),
    whence({ thread, at: head.at }),
  ];
}

function waiting({ question, consent }: NonNullable<Drawing['asks']>): readonly object[] {
  const { deadline, onDeadline } = question;
  const otherwise =
    onDeadline === 'proceed' ? 'traffic is moved all the same' : 'nothing is moved, and people are told';
  return [
    sectionOf([
      `Waits for an answer until ${new Date(deadline).toISOString()}. If nobody answers: ${otherwise}.`,
      ...(consent === null ? [] : [`${consent.slice(0, 1).toUpperCase()}${consent.slice(1)}.`]),
    ]),
  ];
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
function buttons(question: Question, thread: string): object {
  const { incident, from, to } = question;
  const button = (kind: keyof typeof actions, text: string, style: string, confirm: string, says: string) => ({
    type: 'button',
    action_id: actions[kind],
    style,
    value: buttonValue(question, thread),
    text: plain(text, 75),
    confirm: {
      title: plain(`${text} ${incident}?`, 100),
      text: plain(says, 300),
      confirm: plain(confirm, 30),
      deny: plain('Not yet', 30),
      style,
    },
  });
  return {
    type: 'actions',
    block_id: 'understudy-answer',
    elements: [
      button(
        'approve',
        'Approve',
        'primary',
        'Approve',
        `Traffic moves from ${from} to ${to} once enough people have approved.`,
      ),
      button('decline', 'Decline', 'danger', 'Decline', `The run ends, and traffic stays in ${from}. One is enough.`),
    ],
  };
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);
