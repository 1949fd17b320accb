import * as z from 'zod/mini';
import { type Asked, actions, askedOf } from '../channels/slack-question.ts';

/** A button that somebody pressed, as Slack says it. */
export interface Press {
  readonly teamId: string;
  readonly channelId: string;
  readonly userId: string;
  /** The member's own workspace, which in a shared channel may be another one. */
  readonly userTeamId: string;
  /** Of the message with the button. */
  readonly ts: string;
  readonly approved: boolean;
  readonly asked: Asked;
}

const id = z.string().check(z.regex(/^[A-Z0-9]{2,40}$/));

/** What is looked at of it; Slack may add to it. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const payloadSchema = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id }),
  user: z.object({ id, team_id: z.optional(id) }),
  channel: z.object({ id }),
  container: z.object({ message_ts: z.string().check(z.regex(/^\d{1,20}\.\d{1,10}$/)) }),
  actions: z.tuple([
    z.object({ action_id: z.enum([actions.approve, actions.decline]), value: z.string().check(z.maxLength(2_000)) }),
  ]),
});

/** Null for what no button of ours sends. The body is a form with one member, `payload`. */
export function pressOf(raw: Buffer): Press | null {
  const text = new URLSearchParams(raw.toString('utf8')).get('payload');
  const { success, data } = payloadSchema.safeParse(text === null ? null : jsonOf(text));
  if (!success) return null;
  const { team, user, channel, container, actions: pressed } = data;
  const asked = askedOf(pressed[0].value);
  if (asked === null) return null;
  return {
    teamId: team.id,
    channelId: channel.id,
    userId: user.id,
    userTeamId: user.team_id ?? team.id,
    ts: container.message_ts,
    approved: pressed[0].action_id === actions.approve,
    asked,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
