import { nextTick } from 'node:process';
import type { Instant } from '../../core/brand.ts';
import type { Wait } from '../../handlers/ports.ts';

interface Timer {
  readonly at: Instant;
  /** Of two timers for the same moment the one that was set first goes first. */
  readonly order: number;
  fire: (() => void) | null;
}

/**
 * Time that passes only from one timer to the next. Between two moments everything that was set off is done first, so the
 * order of events depends on nothing but the timers.
 */
export class VirtualTime {
  #now: Instant;
  #set = 0;
  /** A binary heap, earliest first. */
  readonly #timers: Timer[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  readonly now = (): Instant => this.#now;

  /** Resolves after `ms`; rejects with the signal's reason when that aborts first. */
  readonly wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const cancel = this.after(ms, resolve);
      signal?.addEventListener(
        'abort',
        () => {
          cancel();
          reject(signal.reason);
        },
        { once: true },
      );
    });

  /** As the steps' port has it. */
  readonly pause: Wait = (ms, cancellation) =>
    new Promise<void>((resolve) => {
      const cancel = this.after(ms, resolve);
      cancellation?.onCancel(cancel);
    });

  /** Answers how to take it back. */
  after(ms: number, fire: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#set++, fire };
    this.#push(timer);
    return () => {
      timer.fire = null;
    };
  }

  /**
   * Goes on until `until`, until `over` says that nothing more is of interest, or until no timer is left.
   * Timers of one moment fire together, in the order in which they were set.
   */
  async run(until: Instant, over: () => boolean = () => false): Promise<void> {
    await settled();
    while (!over()) {
      const next = this.#peek();
      if (next === undefined || next.at > until) break;
      this.#now = Math.max(this.#now, next.at);
      for (let due = this.#peek(); due !== undefined && due.at <= this.#now; due = this.#peek()) {
        this.#pop();
        due.fire?.();
        due.fire = null;
      }
      await settled();
    }
  }

  /** The earliest that was not taken back. */
  #peek(): Timer | undefined {
    while (this.#timers[0]?.fire === null) this.#pop();
    return this.#timers[0];
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (goesBefore(heap[parent] as Timer, timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && goesBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (goesBefore(last, heap[child] as Timer)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }
}

const goesBefore = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/**
 * Resolves when every promise that can settle without time passing has settled: Node runs what is due next only after the
 * queue of microtasks is empty. https://nodejs.org/api/process.html#when-to-use-queuemicrotask-vs-processnexttick
 */
function settled(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}
