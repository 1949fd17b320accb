/*
 * What can go wrong between a step and the world. The names are part of the interface: a Lambda function reports them as
 * `errorType`, and the state machine's Retry and Catch match on them. Each keeps its `cause`.
 */

/** The ledger cannot be reached, or keeps changing under us: nothing is known about the last attempt. Worth a retry. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** The ledger holds something that is not ours. A retry reads the same again; a person has to look. */
export class LedgerMalformed extends Error {
  override readonly name = 'LedgerMalformed';
}

/** The lever did not say whether it moved. Worth a retry: a lever's write is idempotent. */
export class LeverUnavailable extends Error {
  override readonly name = 'LeverUnavailable';
  /** Every write was answered, and with a no: what stands at the lever later is not of this attempt. */
  readonly wroteNothing: boolean;

  constructor(message: string, { wroteNothing = false, ...options }: ErrorOptions & { wroteNothing?: boolean } = {}) {
    super(message, options);
    this.wroteNothing = wroteNothing;
  }
}

/** An observer could not be asked, or did not answer: it abstains. */
export class ObserverUnavailable extends Error {
  override readonly name = 'ObserverUnavailable';
}

/** People were not told over this channel. The message never holds an address or a secret. */
export class NotificationFailed extends Error {
  override readonly name = 'NotificationFailed';
  /** The same message would be refused again. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false, ...options }: ErrorOptions & { isFinal?: boolean } = {}) {
    super(message, options);
    this.isFinal = isFinal;
  }
}

/** An execution could not be started. Worth a retry. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
}

/** A permission, a name or a value is wrong: no retry helps, a person has to change something. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** The lever says something else than what was just written. Worth a retry: a replica may lag behind. */
export class ReadBackMismatch extends Error {
  override readonly name = 'ReadBackMismatch';
}

/** A newer run took over, or the lease is somebody else's: this run must not touch anything more. No retry helps. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

/** A run was told that its move is approved, and the ledger knows of fewer people than the policy wants. No retry helps. */
export class NotApproved extends Error {
  override readonly name = 'NotApproved';
}

/** Something did not answer in the time that it was given. */
export class Overdue extends Error {
  override readonly name = 'Overdue';
}

/** The state machine and a function disagree about a payload: they are of different versions. No retry helps. */
export class MalformedPayload extends Error {
  override readonly name = 'MalformedPayload';
}
