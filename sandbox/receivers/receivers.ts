import type { IncomingHttpHeaders } from 'node:http';
import type { Channel } from '../../core/channel.ts';
import { formOf, jsonOf } from './json.ts';
import { type Incident, pagerDutyService } from './pagerduty.ts';
import type { Reply } from './reply.ts';
import { secretHere } from './secrets.ts';
import { receiveBySlack } from './slack.ts';
import { pressSchema, type SignedRequest, type SlackMessage, slackWorkspace } from './slack-app.ts';
import { webhookReceiver } from './webhook.ts';

/** A message as it arrived, secrets in it included: they open nothing but these receivers. */
export interface Received {
  readonly at: number;
  readonly channel: string;
  readonly status: number;
  readonly message: unknown;
}

type Receive = (headers: IncomingHttpHeaders, raw: Buffer, method: string) => Reply;

/** The other ends of all channels on one machine, each with the rules of the service that it stands for. */
export function receivers(
  now: () => number,
  tell: (channel: string, subject: string) => void,
  /** Where Slack sends what was pressed; undefined where nothing takes it. */
  answersAt: (channel: string) => string | undefined = () => undefined,
) {
  const received: Received[] = [];
  const pagers = new Map<string, ReturnType<typeof pagerDutyService>>();
  const workspaces = new Map<string, ReturnType<typeof slackWorkspace>>();
  const byName = new Map<string, Receive>();

  function receiverOf(channel: Channel): Receive | null {
    switch (channel.kind) {
      case 'slack':
        return (_headers, raw) => receiveBySlack(jsonOf(raw));
      case 'slack-app': {
        const secret = (name: string) => secretHere(channel.name, name, '');
        const secrets = { botToken: secret('botToken'), signingSecret: secret('signingSecret') };
        const workspace = slackWorkspace(channel, secrets, now);
        workspaces.set(channel.name, workspace);
        return (headers, raw, method) => workspace.receive(method, headers, raw);
      }
      case 'pagerduty': {
        const pager = pagerDutyService(secretHere(channel.name, 'routingKey', ''));
        pagers.set(channel.name, pager);
        return (_headers, raw) => pager.receive(jsonOf(raw));
      }
      case 'webhook':
        return webhookReceiver(secretHere(channel.name, 'signingKey', ''), now).receive;
      case 'eventbridge':
        return null;
    }
  }

  return {
    /** Keeps what stands under the names that it knows. */
    serve(channels: readonly Channel[]): void {
      for (const channel of channels) {
        const receive = byName.has(channel.name) ? null : receiverOf(channel);
        if (receive !== null) byName.set(channel.name, receive);
      }
    },
    /** Null where there is no such channel. */
    receive(channel: string, headers: IncomingHttpHeaders, raw: Buffer, method = ''): Reply | null {
      const reply = byName.get(channel)?.(headers, raw, method) ?? null;
      if (reply === null) return null;
      received.push({ at: now(), channel, status: reply.status, message: jsonOf(raw) ?? formOf(raw) });
      if (received.length > receivedMax) received.shift();
      if (reply.subject !== null) tell(channel, reply.subject);
      return reply;
    },
    /** A member of the workspace presses a button of the latest card. Null where there is no such channel. */
    async press(channel: string, body: unknown): Promise<Pressed | null> {
      const workspace = workspaces.get(channel);
      if (workspace === undefined) return null;
      const { success, data, error } = pressSchema.safeParse(body);
      if (!success) return nothingPressed(400, error.issues.map(({ message }) => message).join('; '));
      const sent = workspace.press(data);
      const url = answersAt(channel);
      if (sent === null || url === undefined) {
        return nothingPressed(409, sent === null ? 'no message has such a button' : 'nothing takes answers');
      }
      const answer = await fetch(url, { method: 'POST', ...sent });
      return { status: answer.status, body: await answer.text(), sent };
    },
    /** The latest messages, oldest first, and what PagerDuty and Slack made of them. */
    state: (): {
      readonly received: readonly Received[];
      readonly incidents: Readonly<Record<string, readonly Incident[]>>;
      readonly slack: Readonly<Record<string, SlackState>>;
    } => ({
      received,
      incidents: Object.fromEntries([...pagers].map(([name, pager]) => [name, pager.incidents()])),
      slack: Object.fromEntries(
        [...workspaces].map(([name, workspace]) => [
          name,
          { messages: workspace.messages(), calls: workspace.calls() },
        ]),
      ),
    }),
  };
}

/** What was sent for somebody, and what was answered; `sent` null where nothing was. */
export interface Pressed {
  readonly status: number;
  readonly body: string;
  readonly sent: SignedRequest | null;
}

const nothingPressed = (status: number, body: string): Pressed => ({ status, body, sent: null });

interface SlackState {
  readonly messages: readonly SlackMessage[];
  /** By method of the Web API. */
  readonly calls: Readonly<Record<string, number>>;
}

const receivedMax = 1_000;
