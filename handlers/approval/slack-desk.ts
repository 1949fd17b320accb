import { withNews } from '../../core/card.ts';
import type { SlackAppConfig } from '../../core/channel.ts';
import { slackCards } from '../channels/slack-cards.ts';
import { serviceOf } from '../channels/slack-question.ts';
import { slackEscaped } from '../channels/slack-text.ts';
import type { SlackWeb } from '../channels/slack-web.ts';
import type { Cards, Clock, KeptCard, Ledger, Log, Wait } from '../ports.ts';
import { sentence } from '../steps/sentence.ts';
import type { AnswerDesk } from './answer-slack.ts';
import type { Press } from './slack-press.ts';

export interface SlackDeskOptions {
  readonly webOf: (channel: SlackAppConfig) => SlackWeb;
  readonly ledger: Pick<Ledger, 'read'>;
  readonly cards: Cards;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly log: Log;
  /** Slack wants its own answer within three seconds of what was pressed, and most of that is gone. */
  readonly timeoutMs?: number;
}

/** Says what became of an answer to whoever gave it, and writes cards anew: that of the ledger, and the one whose button it was. */
export function slackDesk({ webOf, timeoutMs = 1_200, wait, ...around }: SlackDeskOptions): AnswerDesk {
  const { ledger, cards, clock, log } = around;

  async function show(config: SlackAppConfig, press: Press, web: SlackWeb, news: string | null): Promise<void> {
    const service = serviceOf(press.asked);
    const card = await noted(service, config.name, press, news);
    if (card === null) return;
    const standing = slackCards({ channelId: config.channelId, answers: true, web, ledger, cards, clock });
    await Promise.all([...new Set([card.posted ?? press.ts, press.ts])].map((ts) => standing.redraw(card, ts)));
  }

  /** With the answer on it; null where the ledger knows no such card. */
  async function noted(service: string, channel: string, press: Press, news: string | null): Promise<KeptCard | null> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const before = await cards.find(service, channel, press.asked.thread);
      if (before === null || news === null) return before;
      const kept = await cards.keep(withNews(before, answerNews(press, news, clock.now())), before);
      if (kept !== null) return kept;
    }
    return null;
  }

  return {
    async tell(config, press, word, news) {
      const web = webOf(config);
      const failed = (what: string) => (error: unknown) => log.warn(what, { because: sentence(error) });
      const told = web.whisper({ channel: config.channelId, user: press.userId, text: slackEscaped(word) });
      const work = Promise.all([
        told.catch(failed('whoever answered was not told')),
        show(config, press, web, news).catch(failed('a card was not written anew')),
      ]);
      await Promise.race([work, wait(timeoutMs)]);
    },
  };
}

const attemptsMax = 3;

const answerNews = ({ asked: { incident } }: Press, subject: string, at: number) =>
  ({ kind: 'answer', incident, severity: 'info', ending: null, subject, lines: [], facts: [], at }) as const;
