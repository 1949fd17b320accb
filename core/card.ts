import type { Instant } from './brand.ts';
import { consentText } from './consent.ts';
import type { Message } from './messages.ts';
import { askedQuestion, type LedgerRecord, type Question } from './record.ts';

/**
 * What a channel shows of one thread: one message that is written anew whenever there is news. Kept in the ledger, because whoever writes
 * it anew is another function each time, and because a channel that posts twice does not say so.
 */
export interface Card {
  readonly service: string;
  /** Name of the channel in the configuration. */
  readonly channel: string;
  /** As messages have it. */
  readonly thread: string;
  /** The message's own name in the channel; null until it is known to stand there. */
  readonly posted: string | null;
  /** Which news posts it, and since when: two that come at once make one card. */
  readonly claim: { readonly by: string; readonly at: Instant };
  /** The oldest first. */
  readonly news: readonly News[];
}

/** A message, or what a person answered in the channel itself. */
export interface News extends Pick<Message, 'incident' | 'severity' | 'ending' | 'subject' | 'lines' | 'facts' | 'at'> {
  readonly kind: Message['kind'] | 'answer';
}

/** A card as people see it now. */
export interface Drawing {
  readonly service: string;
  readonly thread: string;
  /** In full. */
  readonly head: News;
  /** What waits for an answer now, and how many have given theirs; null where nothing does. */
  readonly asks: { readonly question: Question; readonly consent: string | null } | null;
  /** Everything else, the oldest first. */
  readonly log: readonly { readonly at: Instant; readonly text: string }[];
}

/** The same each time that the same news is sent. */
export const newsKey = ({ kind, at, subject }: Pick<News, 'kind' | 'at' | 'subject'>): string =>
  `${kind} ${at} ${subject}`;

export const newsOf = ({ kind, incident, severity, ending, subject, lines, facts, at }: Message): News => ({
  kind,
  incident,
  severity,
  ending,
  subject,
  lines,
  facts,
  at,
});

/** With one more; the same card where it has that already. What is oldest goes first, and a question last. */
export function withNews(card: Card, news: News): Card {
  if (card.news.some((known) => newsKey(known) === newsKey(news))) return card;
  const all = [...card.news, news].sort((a, b) => a.at - b.at);
  const question = all.findLast(({ kind }) => kind === 'question');
  const kept = all.slice(-newsMax);
  const isKept = question === undefined || kept.includes(question);
  return { ...card, news: isKept ? kept : [question, ...kept.slice(1)] };
}

const newsMax = 12;

export const newCard = (
  { service, thread }: Pick<Message, 'service' | 'thread'>,
  channel: string,
  news: News,
  now: Instant,
): Card => ({ service, channel, thread, posted: null, claim: claimOf(news, now), news: [news] });

export const claimOf = (news: News, now: Instant): Card['claim'] => ({ by: newsKey(news), at: now });

/** Messages about no incident stand by themselves: nothing comes after them. */
export const hasCard = ({ incident, trouble }: Pick<Message, 'incident' | 'trouble'>): boolean =>
  incident !== null || trouble !== null;

/**
 * Whether this news is to post the card: the one that came first, again after a lost answer, because people must hear even where
 * that makes two of it; and another one where the first came to nothing.
 */
export const postsCard = ({ posted, claim }: Card, news: News, now: Instant): boolean =>
  posted === null && (claim.by === newsKey(news) || now - claim.at > claimMs);

/** Longer than a function tries to post one message. */
const claimMs = 15_000;

/** From the ledger alone: whoever draws it last shows what is so. */
export function drawingOf(
  { service, thread, news }: Card,
  record: Pick<LedgerRecord, 'service' | 'epoch' | 'lease' | 'question' | 'consents'>,
  now: Instant,
): Drawing {
  const asked = askedQuestion(record as LedgerRecord, now);
  const isOpen = asked !== null && now < asked.deadline;
  const question = news.findLast(({ kind, incident }) => kind === 'question' && incident === asked?.incident);
  const asks = isOpen && question !== undefined ? { question: asked, consent: consentText(record, asked) } : null;
  const head = (asks === null ? undefined : question) ?? news.findLast(({ kind }) => kind !== 'answer') ?? news[0];
  if (head === undefined) throw new Error(`the card of ${thread} has no news`);
  const log = news.filter((one) => one !== head).map(({ at, subject }) => ({ at, text: subject }));
  return { service, thread, head, asks, log };
}
