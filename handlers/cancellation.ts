/**
 * Ends a wait that nobody needs any more. Every call of a step has a bound, and an AbortController for each would cost more than the
 * wait: it makes an event, and the wait an error, at which nobody looks.
 */
export class Cancellation {
  #isCancelled = false;
  #onCancel: (() => void) | null = null;

  /** Calls it once: when this is cancelled, or now where it was. One wait has it at a time. */
  onCancel(stop: () => void): void {
    if (this.#isCancelled) stop();
    else this.#onCancel = stop;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#onCancel?.();
    this.#onCancel = null;
  }
}
