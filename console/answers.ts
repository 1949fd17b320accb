import type { Instant, Region } from '../core/brand.ts';
import { whileAsked } from './while-asked.ts';

/** One real request to the front door of a service. */
export interface Answer {
  readonly observer: Region;
  /** The region that answered well; null where none did. */
  readonly servedBy: Region | null;
}

export interface AnswersOptions {
  /** One request to each front door from each observer that can be asked, by service. Never rejects. */
  readonly ask: () => Promise<Readonly<Record<string, readonly Answer[]>>>;
  readonly now: () => Instant;
  /** Between two rounds. Milliseconds. */
  readonly everyMs: number;
}

/** Who answered at a front door lately. */
export interface Answered {
  /** When the first of them was. */
  readonly since: Instant;
  readonly requests: number;
  /** Answers by region. */
  readonly byRegion: Readonly<Record<string, number>>;
  /** Requests that no region answered well. */
  readonly failed: number;
  /** The last of each observer: what holds now, where the rest may be from before a move. */
  readonly latest: readonly Answer[];
}

export interface Answers {
  /** Null before the first answer; keeps the requests going for a while. */
  of(service: string): Answered | null;
  close(): void;
}

/** What is shown is of the last minute. */
export const windowMs = 60_000;

export function startAnswers({ ask, now, everyMs }: AnswersOptions): Answers {
  const heard = new Map<string, (Answer & { readonly at: Instant })[]>();
  const lately = (service: string, now: Instant) => (heard.get(service) ?? []).filter(({ at }) => now - at < windowMs);
  const round = async () => {
    const answers = await ask();
    const at = now();
    for (const [service, given] of Object.entries(answers)) {
      heard.set(service, [...lately(service, at), ...given.map((answer) => ({ ...answer, at }))]);
    }
  };
  const asking = whileAsked(round, everyMs, now);
  return {
    of(service) {
      asking.asked();
      return summary(lately(service, now()));
    },
    close: () => asking.close(),
  };
}

function summary(answers: readonly (Answer & { readonly at: Instant })[]): Answered | null {
  const [first] = answers;
  if (first === undefined) return null;
  const byRegion: Record<string, number> = {};
  for (const { servedBy } of answers) if (servedBy !== null) byRegion[servedBy] = (byRegion[servedBy] ?? 0) + 1;
  return {
    since: first.at,
    requests: answers.length,
    byRegion,
    failed: answers.filter(({ servedBy }) => servedBy === null).length,
    latest: [...new Map(answers.map(({ observer, servedBy }) => [observer, { observer, servedBy }])).values()],
  };
}
