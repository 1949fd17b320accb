import type { FunctionRole } from './names.ts';
import { functionTimeoutSeconds } from './steps.ts';

export interface FunctionSettings {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** At most so many at a time, and always room for them. None: what the account has left. */
  readonly reservedConcurrency?: number;
}

/** Signals of one service that may arrive at once: from every observer, an alarm and a canary's own event. */
const signalsPerService = 6;

/**
 * Runs that hold a lease, one a service, and one that takes over. What only they reach needs no more; Admit and Conclude meet
 * every signal, refused ones too.
 */
const perService = (services: number, each: number) => ({ memoryMb: 512, reservedConcurrency: 2 + each * services });

/**
 * How every function is deployed, on AWS and in the sandbox. Concurrency is reserved so that a storm elsewhere in the account
 * does not starve the functions that move traffic, and bounded so that a storm of events does not become one of containers:
 * by what all services at once need, for a region is lost to all of them at once. What is over it is throttled, and Step
 * Functions tries again.
 */
export function functionSettings(role: FunctionRole, services: number): FunctionSettings {
  switch (role) {
    case 'admit':
    case 'conclude':
      return { timeoutSeconds: functionTimeoutSeconds[role], ...perService(services, signalsPerService) };
    case 'reconcile':
      // Ledger, alarms, lever and start, one after the other, when all of them dawdle; the next turn comes after a minute.
      return { timeoutSeconds: 45, ...perService(1, 1) };
    case 'fast-probe':
      // Loops for a minute; the last round may take a little longer. Two at a time, for a schedule may be early.
      return { timeoutSeconds: 90, memoryMb: 256, reservedConcurrency: 2 };
    case 'vantage':
      return { timeoutSeconds: 30, memoryMb: 256 };
    default:
      return { timeoutSeconds: functionTimeoutSeconds[role], ...perService(services, 1) };
  }
}
