import type { Aws } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import { unreachable } from '../unreachable.ts';
import { deliverByHttp } from './http-delivery.ts';
import { type LinkActions, type LinksServer, startLinksServer } from './links-server.ts';
import { confirmationPost, lambdaEvent, notificationPost } from './notification.ts';
import type { PublishedMessage, Subscription } from './topic.ts';

/** What is under way to subscribers. */
export interface Deliveries {
  send(subscription: Subscription, message: PublishedMessage): void;
  /** Asks the endpoint whether it wants the subscription. */
  askForConfirmation(subscription: Subscription): void;
  /** Those that were given up, confirmations too, oldest first. */
  failed(): readonly FailedDelivery[];
  /** Resolves when none is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface FailedDelivery {
  readonly at: number;
  readonly subscriptionArn: string;
  readonly endpoint: string;
  readonly messageId: string;
  readonly because: string;
}

export interface DeliveriesOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
  readonly aws: () => Aws;
  readonly newId: () => string;
  /** Where the links in a message lead. */
  readonly links: LinkActions;
}

export function deliveries({ clock, random, tempo, aws, newId, links: actions }: DeliveriesOptions): Deliveries {
  const failed: FailedDelivery[] = [];
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();
  let links: Promise<LinksServer> | undefined;

  return {
    send: (subscription, message) => track(send(subscription, message)),
    askForConfirmation: (subscription) => track(askForConfirmation(subscription)),
    failed: () => [...failed],
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
      const opened = links;
      links = undefined;
      await (await opened)?.close();
    },
  };

  async function send(subscription: Subscription, message: PublishedMessage): Promise<void> {
    const base = { base: (await linksServer()).url };
    switch (subscription.protocol) {
      case 'http':
      case 'https':
        await post(subscription, message.messageId, notificationPost(subscription, message, base));
        return;
      case 'lambda':
        await invoke(subscription, message, lambdaEvent(subscription, message, base));
        return;
      default:
        unreachable(subscription.protocol);
    }
  }

  async function askForConfirmation(subscription: Subscription): Promise<void> {
    const messageId = newId();
    const base = { base: (await linksServer()).url };
    await post(subscription, messageId, confirmationPost(subscription, { messageId, at: clock.now() }, base));
  }

  async function post(
    { arn, endpoint }: Subscription,
    messageId: string,
    content: Parameters<typeof deliverByHttp>[1],
  ): Promise<void> {
    const options = { clock, random, tempo, signal: closing.signal };
    const because = await deliverByHttp(endpoint, content, options);
    if (because !== null) failed.push({ at: clock.now(), subscriptionArn: arn, endpoint, messageId, because });
  }

  /** Retries of asynchronous invocations are Lambda's business; that Lambda took it over is enough here. */
  async function invoke(
    { arn, endpoint }: Subscription,
    { messageId }: PublishedMessage,
    event: object,
  ): Promise<void> {
    const region = endpoint.split(':')[3] ?? '';
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    // A subscription's ARN is its topic's with one part more.
    const sourceArn = arn.slice(0, arn.lastIndexOf(':'));
    const caller = { kind: 'service', service: 'sns.amazonaws.com', sourceArn } as const;
    try {
      await aws().call(
        'lambda',
        'Invoke',
        { FunctionName: endpoint, InvocationType: 'Event', Payload },
        { region, caller },
      );
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error);
      failed.push({ at: clock.now(), subscriptionArn: arn, endpoint, messageId, because });
    }
  }

  async function linksServer(): Promise<LinksServer> {
    closing.signal.throwIfAborted();
    links ??= startLinksServer(actions);
    return links;
  }

  /** Work that ends with an abort when the service is closed. */
  function track(work: Promise<void>): void {
    const ended = work.catch((error: unknown) => {
      if (!closing.signal.aborted) throw error;
    });
    underWay.add(ended);
    ended.finally(() => underWay.delete(ended));
  }
}
