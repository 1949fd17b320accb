import { answerChannels } from '../core/channel.ts';
import type { Failover } from '../core/service.ts';
import { type FunctionRole, orchestrators } from './names.ts';
import { evacuateSeconds, functionTimeoutSeconds } from './steps.ts';

export interface FunctionSettings {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** At most so many at a time, and always room for them. None: what the account has left. */
  readonly reservedConcurrency?: number;
}

/** The page for copies, in the folder of all functions. */
export const copyPageFile = 'console-copy.html';

/** Signals of one service that may arrive at once: from every observer, an alarm and a canary's own event. */
const signalsPerService = 6;

/**
 * Runs that hold a lease, one a service, and one that takes over. What only they reach needs no more; Admit and Conclude meet
 * every signal, refused ones too.
 */
const perMove = (moves: number, each: number) => ({ memoryMb: 512, reservedConcurrency: 2 + each * moves });

/** Services that are moved at a time: all of them, for a region is lost to all at once, up to what the configuration says. */
export const movesAtATime = ({ services, concurrentMoves }: Moves): number =>
  Math.min(services.length, concurrentMoves);

type Moves = Pick<Failover, 'services' | 'concurrentMoves'>;

/** What the functions of a control region reserve of an account's concurrency in it. */
export const reservedIn = (failover: Moves & Pick<Failover, 'notify'>): number =>
  [...orchestrators, ...answering(failover)].reduce<number>(
    (sum, role) => sum + (functionSettings(role, failover).reservedConcurrency ?? 0),
    0,
  );

/** What takes answers, where somebody may give them. */
export const answering = ({ notify }: Pick<Failover, 'notify'>): readonly FunctionRole[] =>
  answerChannels(notify.channels).length > 0 ? ['slack-answer'] : [];

/**
 * How every function is deployed, on AWS and in the sandbox. Concurrency is reserved so that a storm elsewhere in the account
 * does not starve the functions that move traffic, and bounded so that a storm of events does not become one of containers:
 * by what the services need that are moved at a time. What is over it is throttled, Step Functions tries again, and the reconciler
 * starts each minute what is not moved yet.
 */
export function functionSettings(role: FunctionRole, failover: Moves): FunctionSettings {
  const moves = movesAtATime(failover);
  switch (role) {
    case 'admit':
    case 'conclude':
      return { timeoutSeconds: functionTimeoutSeconds[role], ...perMove(moves, signalsPerService) };
    case 'reconcile':
      // Ledger, alarms, lever and start, one after the other, when all of them dawdle; the next turn comes after a minute.
      return { timeoutSeconds: 45, ...perMove(1, 1) };
    case 'evacuate':
      // A survey or a look at a thousand services; one evacuation at a time, and whoever keeps it warm.
      return { timeoutSeconds: evacuateSeconds, memoryMb: 512, reservedConcurrency: 2 };
    case 'fast-probe':
      // Loops for a minute; the last round may take a little longer. Two at a time, for a schedule may be early.
      return { timeoutSeconds: 90, memoryMb: 256, reservedConcurrency: 2 };
    case 'hooks':
      // As long as a hook may take; called for a service that moves, and while candidates are asked about.
      return { timeoutSeconds: 890, memoryMb: 256 };
    case 'settle':
      // Nothing waits for it, so nothing is kept free for it.
      return { timeoutSeconds: functionTimeoutSeconds[role], memoryMb: 512 };
    case 'copy':
      // As long as the reconciler, whose reads it does; nothing waits for it, so nothing is kept free for it.
      return { timeoutSeconds: 45, memoryMb: 512 };
    case 'slack-answer':
      // Slack waits for three seconds. A few people at once and whoever keeps it warm: a flood of strangers takes no more than that.
      return { timeoutSeconds: 10, memoryMb: 512, reservedConcurrency: 5 };
    case 'vantage':
      return { timeoutSeconds: 30, memoryMb: 256 };
    default:
      return { timeoutSeconds: functionTimeoutSeconds[role], ...perMove(moves, 1) };
  }
}
