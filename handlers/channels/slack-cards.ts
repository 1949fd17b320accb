import { drawingOf } from '../../core/card.ts';
import type { Cards, Clock, KeptCard, Ledger } from '../ports.ts';
import { slackText } from './slack-blocks.ts';
import { slackCard } from './slack-card.ts';
import type { SlackWeb } from './slack-web.ts';

export interface SlackCardsOptions {
  /** Of the channel in Slack. */
  readonly channelId: string;
  readonly answers: boolean;
  readonly web: Pick<SlackWeb, 'post' | 'update'>;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly cards: Cards;
  readonly clock: Clock;
}

/**
 * Cards as they stand in Slack. Updates overtake one another, on the way and between functions: those of one function wait for each other,
 * and after each the ledger is read again, until what was drawn is what is so.
 */
export function slackCards({ channelId, answers, web, ledger, cards: kept, clock }: SlackCardsOptions) {
  const chains = new Map<string, Promise<void>>();

  async function drawn(card: KeptCard) {
    const record = await ledger.read(card.service);
    const drawing = drawingOf(card, record, clock.now());
    return { text: slackText(drawing.head), blocks: slackCard(drawing, answers), asks: drawing.asks };
  }

  /** People have read it: that the ledger does not hear of it is no reason to tell them again. */
  async function noted({ service, channel, thread }: KeptCard, posted: string): Promise<KeptCard | null> {
    for (let attempt = 0; attempt < looksMax; attempt++) {
      const before = await kept.find(service, channel, thread);
      if (before === null || before.posted !== null) return null;
      const after = await kept.keep({ ...before, posted }, before);
      if (after !== null) return after;
    }
    return null;
  }

  async function redraw({ service, channel, thread }: KeptCard, ts: string, first: string): Promise<void> {
    let shown = first;
    for (let look = 0; look < looksMax; look++) {
      const card = await kept.find(service, channel, thread);
      if (card === null) return;
      const { text, blocks } = await drawn(card);
      const now = JSON.stringify(blocks);
      if (now === shown) return;
      await web.update({ channel: channelId, ts, text, blocks });
      shown = now;
    }
  }

  return {
    /** With what it shows now. Null where it stands there, and the ledger knows of another one, or of none. */
    async post(card: KeptCard): Promise<Posted | null> {
      const { text, blocks } = await drawn(card);
      const posted = await web.post({ channel: channelId, text, blocks });
      const after = await noted(card, posted).catch(() => null);
      return after === null ? null : { card: after, shown: JSON.stringify(blocks) };
    },
    /** `ts`: of another message than the ledger knows of, which shows the same. `shown`: what it shows already, for whoever wrote it just now. */
    redraw(card: KeptCard, ts: string | null = card.posted, shown = ''): Promise<void> {
      if (ts === null) return Promise.resolve();
      const before = chains.get(ts) ?? Promise.resolve();
      const next = before.catch(() => {}).then(() => redraw(card, ts, shown));
      chains.set(ts, next);
      void next
        .catch(() => {})
        .finally(() => {
          if (chains.get(ts) === next) chains.delete(ts);
        });
      return next;
    },
  };
}

interface Posted {
  readonly card: KeptCard;
  readonly shown: string;
}

const looksMax = 4;
