import type { IncomingHttpHeaders } from 'node:http';
import type { Channel } from '../../core/channel.ts';
import { jsonOf } from './json.ts';
import { type Incident, pagerDutyService } from './pagerduty.ts';
import type { Reply } from './reply.ts';
import { secretHere } from './secrets.ts';
import { receiveBySlack } from './slack.ts';
import { webhookReceiver } from './webhook.ts';

/** A message as it arrived, secrets in it included: they open nothing but these receivers. */
export interface Received {
  readonly at: number;
  readonly channel: string;
  readonly status: number;
  readonly message: unknown;
}

type Receive = (headers: IncomingHttpHeaders, raw: Buffer) => Reply;

/** The other ends of all channels on one machine, each with the rules of the service that it stands for. */
export function receivers(now: () => number, tell: (channel: string, subject: string) => void) {
  const received: Received[] = [];
  const pagers = new Map<string, ReturnType<typeof pagerDutyService>>();
  const byName = new Map<string, Receive>();

  function receiverOf(channel: Channel): Receive | null {
    switch (channel.kind) {
      case 'slack':
        return (_headers, raw) => receiveBySlack(jsonOf(raw));
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
    receive(channel: string, headers: IncomingHttpHeaders, raw: Buffer): Reply | null {
      const reply = byName.get(channel)?.(headers, raw) ?? null;
      if (reply === null) return null;
      received.push({ at: now(), channel, status: reply.status, message: jsonOf(raw) });
      if (received.length > receivedMax) received.shift();
      if (reply.subject !== null) tell(channel, reply.subject);
      return reply;
    },
    /** The latest messages, oldest first, and what PagerDuty made of them. */
    state: (): {
      readonly received: readonly Received[];
      readonly incidents: Readonly<Record<string, readonly Incident[]>>;
    } => ({
      received,
      incidents: Object.fromEntries([...pagers].map(([name, pager]) => [name, pager.incidents()])),
    }),
  };
}

const receivedMax = 1_000;
