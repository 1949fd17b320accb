import type { Reply } from './reply.ts';

/** An incoming webhook: takes whatever has a text or blocks. */
export function receiveBySlack(body: unknown): Reply {
  const subject = slackTitle(body);
  return subject === ''
    ? { status: 400, body: { ok: false, error: 'no_text' }, subject: null }
    : { status: 200, body: { ok: true }, subject };
}

/** The header of a Block Kit message, or its text; without the emoji, which is Slack's to draw. */
function slackTitle(message: unknown): string {
  const { blocks, text } = message as { blocks?: { type?: string; text?: { text?: string } }[]; text?: string };
  const title = blocks?.find(({ type }) => type === 'header')?.text?.text ?? text ?? '';
  return title.replace(/^:\w+: /, '');
}
