import type { FunctionRole } from '../config/names.ts';
import { functionTimeoutSeconds } from './steps.ts';

export interface FunctionSettings {
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** At most so many at a time, and always room for them. None: what the account has left. */
  readonly reservedConcurrency?: number;
}

/**
 * A storm of events must not become a storm of containers, and a storm elsewhere in the account must not starve the
 * functions that move traffic. What is over this is throttled, and Step Functions tries again.
 */
const reservedConcurrency = 4;

const control = { memoryMb: 512, reservedConcurrency };

/** How every function is deployed, on AWS and in the sandbox. */
export const functionSettings: Readonly<Record<FunctionRole, FunctionSettings>> = {
  admit: { timeoutSeconds: functionTimeoutSeconds.admit, ...control },
  assess: { timeoutSeconds: functionTimeoutSeconds.assess, ...control },
  decide: { timeoutSeconds: functionTimeoutSeconds.decide, ...control },
  approve: { timeoutSeconds: functionTimeoutSeconds.approve, ...control },
  announce: { timeoutSeconds: functionTimeoutSeconds.announce, ...control },
  prepare: { timeoutSeconds: functionTimeoutSeconds.prepare, ...control },
  shift: { timeoutSeconds: functionTimeoutSeconds.shift, ...control },
  verify: { timeoutSeconds: functionTimeoutSeconds.verify, ...control },
  rollback: { timeoutSeconds: functionTimeoutSeconds.rollback, ...control },
  conclude: { timeoutSeconds: functionTimeoutSeconds.conclude, ...control },
  reconcile: { timeoutSeconds: 30, ...control },
  // Loops for a minute; the last round may take a little longer. Two at a time, for a schedule may be early.
  'fast-probe': { timeoutSeconds: 90, memoryMb: 256, reservedConcurrency: 2 },
  vantage: { timeoutSeconds: 30, memoryMb: 256 },
};
