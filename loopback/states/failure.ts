/** How a state failed: what `Retry` and `Catch` match on and what history and callers are told. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  /** The service's word `cause`; `Error.cause` is something else. */
  readonly reason: string | undefined;
  /** Ends the execution whatever `Retry` and `Catch` say, and without a word from the Parallel or Map states around it. */
  readonly terminal: boolean;
  /** The name by which `Retry` and `Catch` may match as well. */
  readonly alias: string | undefined;

  constructor(
    error: string | undefined,
    reason: string | undefined,
    { terminal = false, alias }: { terminal?: boolean; alias?: string } = {},
  ) {
    super(`${error ?? 'failed'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
    this.terminal = terminal;
    this.alias = alias;
  }
}

/** Thrown into what still runs when its Parallel, Map or execution is over. Nobody records it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export const runtimeError = (reason: string): StateFailure =>
  new StateFailure('States.Runtime', reason, { terminal: true });

const tooLarge = (what: string): string =>
  `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;

/** A state's own input or output over the limit: nothing catches it. */
export const stateTooLarge = (state: string): StateFailure =>
  new StateFailure('States.DataLimitExceeded', tooLarge(state), { terminal: true });

/** Variables over their limits. The service documents the limits and one error for sizes; the words are ours. */
export const variablesTooLarge = (state: string): StateFailure =>
  new StateFailure(
    'States.DataLimitExceeded',
    `The state '${state}' assigned variables with a size exceeding the maximum number of bytes service limit.`,
    { terminal: true },
  );

/** A task's result over the limit: fails the task only, and the service lets `States.ALL` catch it. */
export const taskTooLarge = (task: string): StateFailure =>
  new StateFailure('States.DataLimitExceeded', tooLarge(task));

/** `errorEquals` against the failure, wildcards included. https://states-language.net/#errors */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  if (failure.terminal) return false;
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed') return failure.error !== 'States.Timeout';
    return name === failure.error || name === failure.alias;
  });
}
