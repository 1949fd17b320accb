import { claimOf, hasCard, newCard, newsOf, postsCard, withNews } from '../../core/card.ts';
import type { Message } from '../../core/messages.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { NotificationFailed } from '../errors.ts';
import type { Cards, Clock, KeptCard, Ledger, Log, Notifier, Wait } from '../ports.ts';
import { sentence } from '../steps/sentence.ts';
import { within } from '../steps/within.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';
import { slackCards } from './slack-cards.ts';
import type { SlackWeb } from './slack-web.ts';

export interface SlackAppOptions {
  /** As reports name it. */
  readonly channel: string;
  /** Of the channel in Slack. */
  readonly channelId: string;
  /** Whether anybody may answer from Slack. */
  readonly answers: boolean;
  readonly web: SlackWeb;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly cards: Cards;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly log: Log;
  /** For one message: its post, and what is left of it for writing the card anew. */
  readonly timeoutMs?: number;
}

/**
 * One card for each thread, and every further message of it as a reply: a card that is written anew wakes nobody. Where the ledger gives
 * no card, or none soon, people are told without one.
 */
export function slackAppNotifier(options: SlackAppOptions): Notifier {
  const { channel, channelId, web, cards: kept, clock, wait, log, timeoutMs = 2_700 } = options;
  const soon = <T>(work: () => Promise<T>) => within(ledgerMs, 'the ledger', wait, work);
  const cards = slackCards({ ...options, ledger: { read: (service) => soon(() => options.ledger.read(service)) } });

  async function send(message: Message): Promise<void> {
    const until = clock.now() + timeoutMs;
    const card = hasCard(message) ? await remembered(message) : null;
    if (card === null) return void (await web.post(formed(message, channelId)));
    const redrawn = (posted: KeptCard, already?: string) =>
      shown(() => cards.redraw(posted, posted.posted, already), until - clock.now(), { wait, log });
    if (card.posted !== null) {
      const { posted: thread } = card;
      await web.post({ ...formed(message, channelId), thread, broadcast: message.severity === 'critical' });
      return redrawn(card);
    }
    if (!postsCard(card, newsOf(message), clock.now())) return void (await web.post(formed(message, channelId)));
    const posted = await cards.post(card).catch(async (error: unknown) => {
      if (error instanceof NotificationFailed) throw error;
      withoutCard(message, error);
      await web.post(formed(message, channelId));
      return null;
    });
    if (posted !== null) await redrawn(posted.card, posted.shown);
  }

  /** Null where the ledger does not say: then nobody knows which card there is. */
  function remembered(message: Message): Promise<KeptCard | null> {
    return soon(() => remember(message)).catch((error: unknown) => withoutCard(message, error));
  }

  function withoutCard({ thread }: Message, error: unknown): null {
    log.warn('people are told without a card', { channel, thread, because: sentence(error) });
    return null;
  }

  async function remember(message: Message): Promise<KeptCard> {
    const { service, thread } = message;
    const news = newsOf(message);
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const before = await kept.find(service, channel, thread);
      const card = before === null ? newCard(message, channel, news, clock.now()) : withNews(before, news);
      if (before !== null && card === before) return before;
      const posts = before !== null && postsCard(before, news, clock.now());
      const claimed = posts ? { ...card, claim: claimOf(news, clock.now()) } : card;
      const after = await kept.keep(claimed, before);
      if (after !== null) return after;
    }
    throw new Error('somebody else wrote it each time');
  }

  /** In the thread of the trouble, and in that of the incident where it was none. */
  async function refresh({ service, trouble, question }: LedgerRecord): Promise<void> {
    for (const thread of new Set([trouble?.id, question?.incident])) {
      const card = thread === undefined ? null : await kept.find(service, channel, thread);
      if (card !== null) await cards.redraw(card);
    }
  }

  return { channel, takes: ({ audience }) => audience === 'people', send, refresh };
}

const attemptsMax = 5;

/** Half of what one attempt to tell people has, at the least: a ledger that hangs keeps them from hearing no longer. */
const ledgerMs = 1_500;

const formed = (message: Message, channel: string) => ({
  channel,
  text: slackText(message),
  blocks: slackBlocks(message),
});

/** People have been told by now: a card that is late is written anew with the next news. */
async function shown(redraw: () => Promise<void>, leftMs: number, { wait, log }: { wait: Wait; log: Log }) {
  const drawing = redraw().catch((error: unknown) =>
    log.warn('a card was not written anew', { because: sentence(error) }),
  );
  if (leftMs > 0) await Promise.race([drawing, wait(leftMs)]);
}
