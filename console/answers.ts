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

/** What came of one round of requests to a front door. */
export interface Round {
  readonly at: Instant;
  /** Answers by region. */
  readonly byRegion: Readonly<Record<string, number>>;
  /** Requests that no region answered well. */
  readonly failed: number;
}

export interface Answers {
  /** Null before the first answer; keeps the requests going for a while. */
  of(service: string): Answered | null;
  /** Of the last minutes, the oldest first. */
  rounds(service: string): readonly Round[];
  close(): void;
}

/** Who answers is told of the last minute. */
export const windowMs = 60_000;

/** Rounds are kept so long. */
export const roundsForMs = 5 * 60_000;

export function startAnswers({ ask, now, everyMs }: AnswersOptions): Answers {
  const heard = new Map<string, (Answer & { readonly at: Instant })[]>();
  const within = (ms: number, service: string, now: Instant) =>
    (heard.get(service) ?? []).filter(({ at }) => now - at < ms);
  const round = async () => {
    const answers = await ask();
    const at = now();
    for (const [service, given] of Object.entries(answers)) {
      heard.set(service, [...within(roundsForMs, service, at), ...given.map((answer) => ({ ...answer, at }))]);
    }
  };
  const asking = whileAsked(round, everyMs, now);
  return {
    of(service) {
      asking.asked();
      return summary(within(windowMs, service, now()));
    },
    rounds: (service) =>
      [...Map.groupBy(within(roundsForMs, service, now()), ({ at }) => at)].map(([at, given]) => ({
        at,
        ...counted(given),
      })),
    close: () => asking.close(),
  };
}

function summary(answers: readonly (Answer & { readonly at: Instant })[]): Answered | null {
  const [first] = answers;
  if (first === undefined) return null;
  return {
    since: first.at,
    requests: answers.length,
    ...counted(answers),
    latest: [...new Map(answers.map(({ observer, servedBy }) => [observer, { observer, servedBy }])).values()],
  };
}

function counted(answers: readonly Answer[]): Pick<Round, 'byRegion' | 'failed'> {
  const byRegion: Record<string, number> = {};
  for (const { servedBy } of answers) if (servedBy !== null) byRegion[servedBy] = (byRegion[servedBy] ?? 0) + 1;
  return { byRegion, failed: answers.filter(({ servedBy }) => servedBy === null).length };
}
