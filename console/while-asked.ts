/** Does something again and again as long as somebody asks for what comes of it. */
export interface WhileAsked {
  /** Somebody asks: it is done at once where it rested, and goes on for a while. */
  asked(): void;
  close(): void;
}

/** For how long a page is taken to be there after it asked. Milliseconds. */
const idleAfterMs = 15_000;

/** `work` never rejects. `everyMs`: between the end of one round and the beginning of the next. */
export function whileAsked(work: () => Promise<void>, everyMs: number, now: () => number): WhileAsked {
  let askedAt = Number.NEGATIVE_INFINITY;
  let running = false;
  let closed = false;
  let end: (() => void) | null = null;

  async function run(): Promise<void> {
    running = true;
    while (!closed && now() - askedAt < idleAfterMs) {
      await work();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, everyMs);
      end = () => {
        clearTimeout(timer);
        resolve();
      };
      await promise;
    }
    running = false;
  }

  return {
    asked() {
      askedAt = now();
      if (!running && !closed) void run();
    },
    close() {
      closed = true;
      end?.();
    },
  };
}
