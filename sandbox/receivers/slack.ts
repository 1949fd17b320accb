import * as z from 'zod';
import type { Reply } from './reply.ts';

/** As much of a message as is looked at. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const messageSchema = z.looseObject({
  text: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string(), text: z.looseObject({ text: z.string() }).optional() })).optional(),
});

/** An incoming webhook: takes whatever has a text or blocks. */
export function receiveBySlack(body: unknown): Reply {
  const { success, data } = messageSchema.safeParse(body);
  const subject = success ? titleOf(data) : '';
  return subject === ''
    ? { status: 400, body: { ok: false, error: success ? 'no_text' : 'invalid_payload' }, subject: null }
    : { status: 200, body: { ok: true }, subject };
}

/** The header of a Block Kit message, or its text; without the emoji, which is Slack's to draw. */
function titleOf({ blocks, text }: z.output<typeof messageSchema>): string {
  const title = blocks?.find(({ type }) => type === 'header')?.text?.text ?? text ?? '';
  return title.replace(/^:\w+: /, '');
}
