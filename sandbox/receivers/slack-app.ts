import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { SlackAppConfig } from '../../core/channel.ts';
import type { Reply } from './reply.ts';

/** A message in the workspace, as its members see it now. */
export interface SlackMessage {
  readonly ts: string;
  /** Of the message that it replies to; null for one that stands in the channel. */
  readonly thread: string | null;
  /** Seen by this member alone. */
  readonly onlyFor: string | null;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Times that it was written anew. */
  readonly updates: number;
}

interface Block {
  readonly type: string;
  readonly elements?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

export const pressSchema = z.strictObject({
  /** Member of the workspace. */
  user: z.string(),
  answer: z.enum(['approve', 'decline']),
  /** The message; the latest one with such a button unless it is said. */
  ts: z.string().optional(),
});

export type Press = z.output<typeof pressSchema>;

/** What Slack sends where a button was pressed. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const textMax: Readonly<Record<string, number>> = { header: 150, section: 3_000, context: 2_000 };

/** A workspace with one app and one channel: what the Web API takes, and what a button sends. https://docs.slack.dev/reference/methods */
export function slackWorkspace(
  { teamId, channelId }: Pick<SlackAppConfig, 'teamId' | 'channelId'>,
  { botToken, signingSecret }: { readonly botToken: string; readonly signingSecret: string },
  now: () => number,
) {
  const messages: SlackMessage[] = [];
  const calls: Record<string, number> = {};
  const refused = (error: string): Reply => ({ status: 200, body: { ok: false, error }, subject: null });
  const newTs = () => `${Math.floor(now() / 1_000)}.${String(messages.length + 1).padStart(6, '0')}`;

  function say(form: URLSearchParams, blocks: readonly Block[], onlyFor: string | null): Reply {
    const thread = form.get('thread_ts');
    if (thread !== null && !messages.some(({ ts }) => ts === thread)) return refused('thread_not_found');
    const ts = newTs();
    const text = form.get('text') ?? '';
    messages.push({ ts, thread, onlyFor, text, blocks, updates: 0 });
    const named = onlyFor === null ? { ts } : { message_ts: ts };
    return { status: 200, body: { ok: true, channel: channelId, ...named }, subject: text };
  }

  function update(form: URLSearchParams, blocks: readonly Block[]): Reply {
    const at = messages.findIndex(({ ts }) => ts === form.get('ts'));
    const known = messages[at];
    if (known === undefined) return refused('message_not_found');
    messages[at] = { ...known, text: form.get('text') ?? '', blocks, updates: known.updates + 1 };
    return { status: 200, body: { ok: true, channel: channelId, ts: known.ts }, subject: null };
  }

  return {
    messages: (): readonly SlackMessage[] => messages,
    calls: (): Readonly<Record<string, number>> => calls,
    receive(method: string, { authorization }: IncomingHttpHeaders, raw: Buffer): Reply {
      calls[method] = (calls[method] ?? 0) + 1;
      if (authorization !== `Bearer ${botToken}`) return refused('invalid_auth');
      const form = new URLSearchParams(raw.toString('utf8'));
      if (form.get('channel') !== channelId) return refused('channel_not_found');
      const blocks = blocksIn(form.get('blocks') ?? '[]');
      if (blocks === null) return refused('invalid_blocks');
      if (blocks.length === 0 && !form.get('text')) return refused('no_text');
      switch (method) {
        case 'chat.postMessage':
          return say(form, blocks, null);
        case 'chat.postEphemeral':
          return say(form, blocks, form.get('user'));
        case 'chat.update':
          return update(form, blocks);
        default:
          return refused('unknown_method');
      }
    },
    /** Null where no message has such a button. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
    press({ user, answer, ts }: Press): SignedRequest | null {
      const message = messages.findLast((one) => (ts ?? one.ts) === one.ts && buttonOf(one, answer) !== undefined);
      const button = message === undefined ? undefined : buttonOf(message, answer);
      if (message === undefined || button === undefined) return null;
      const at = now() / 1_000;
      const payload = {
        type: 'block_actions',
        user: { id: user, username: 'member', name: 'member', team_id: teamId },
        api_app_id: 'A0SANDBOX',
        token: 'of-old-times',
        container: { type: 'message', message_ts: message.ts, channel_id: channelId, is_ephemeral: false },
        trigger_id: `${Math.floor(at)}.${messages.length}.${answer}`,
        team: { id: teamId, domain: 'sandbox' },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: channelId, name: 'incidents' },
        message: { type: 'message', ts: message.ts, text: message.text, blocks: message.blocks },
        state: { values: {} },
        response_url: 'https://hooks.slack.com/actions/T0/1/x',
        actions: [{ ...button, type: 'button', action_ts: at.toFixed(6) }],
      };
      return signedBy(signingSecret, `payload=${encodeURIComponent(JSON.stringify(payload))}`, Math.floor(at));
    },
  };
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signedBy(secret: string, body: string, seconds: number): SignedRequest {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  };
}

const buttonOf = ({ blocks }: SlackMessage, answer: Press['answer']) =>
  blocks
    .flatMap(({ type, elements = [] }) => (type === 'actions' ? elements : []))
    .find(({ action_id }) => String(action_id).endsWith(answer));

const blockSchema = z.looseObject({
  type: z.enum(['header', 'section', 'context', 'actions', 'divider']),
  text: z.looseObject({ type: z.string(), text: z.string().min(1) }).optional(),
  fields: z
    .array(z.looseObject({ text: z.string().min(1).max(2_000) }))
    .min(1)
    .max(10)
    .optional(),
  elements: z.array(z.record(z.string(), z.unknown())).min(1).max(25).optional(),
});

/** Null for what Slack refuses. https://docs.slack.dev/reference/block-kit/blocks */
function blocksIn(text: string): readonly Block[] | null {
  try {
    const { success, data } = z.array(blockSchema).max(50).safeParse(JSON.parse(text));
    const fits = success && data.every(({ type, text: own }) => (own?.text.length ?? 0) <= (textMax[type] ?? 0));
    return success && fits ? data : null;
  } catch {
    return null;
  }
}
