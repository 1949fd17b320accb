import type { Region } from '../../core/brand.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { FaultOf } from '../faults/catalogue.ts';
import type { Writer } from './happening.ts';
import { drawn, type Latencies } from './latencies.ts';
import type { Network, Place } from './network.ts';

/** What every caller shares. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly network: Network;
  readonly faults: ActiveFaults;
  readonly latencies: Latencies;
  /** Of latencies. */
  readonly random: Random;
  /** Every operation that was ever called, for whoever wants to know what was called. */
  readonly operations: Set<string>;
}

/** Where a call goes, and how long its client waits for an answer. */
export interface Way {
  readonly to: Place;
  /** As `dynamodb:PutItem`. */
  readonly operation: string;
  readonly timeoutMs: number;
}

/**
 * One invocation of a function, as the outside meets it: every effect passes through here. So it can be killed or halted
 * between any two effects, its requests can be late, and a dead one changes nothing more; but what it had sent already arrives.
 */
export class Caller {
  readonly region: Region;
  readonly writer: Writer;
  /** How many times its step was invoked in the whole story, this one included. */
  readonly nth: number;
  onDeath: () => void = () => {};
  /** When its last request left. */
  sentAt = Number.NEGATIVE_INFINITY;
  readonly #around: Surroundings;
  #alive = true;
  #effects = 0;

  constructor(region: Region, writer: Writer, nth: number, around: Surroundings) {
    this.region = region;
    this.writer = writer;
    this.nth = nth;
    this.#around = around;
  }

  get alive(): boolean {
    return this.#alive;
  }

  readonly clock = {
    now: (): number => {
      const { time, faults } = this.#around;
      const skew = faults.bite('control-skew', ({ region }) => region === this.region);
      return time.now() + (skew?.by ?? 0);
    },
  };

  /** Nobody hears of it any more. */
  stop(): void {
    this.#alive = false;
  }

  async call<T>(way: Way, apply: () => T | Promise<T>): Promise<T> {
    const { time, network, faults, latencies, random, operations } = this.#around;
    if (!this.#alive) return never();
    operations.add(way.operation);
    const effect = ++this.#effects;
    const mine = (at: { step: string; nth: number; effect: number }) =>
      at.step === this.writer.step && at.nth === this.nth && at.effect === effect;
    const kill = faults.none ? undefined : faults.once('kill', mine);
    if (kill?.side === 'before') return this.#die();
    const pause = faults.none ? undefined : faults.once('pause', mine);
    if (pause !== undefined) {
      await time.wait(pause.by);
      if (!this.#alive) return never();
    }
    this.sentAt = time.now();
    const late = faults.none ? undefined : faults.once('request-late', mine);
    if (late !== undefined) return this.#late(late, way, apply);

    await time.wait(drawn(way.to === this.region ? latencies.callNear : latencies.callFar, random));
    // From here on it is under way, and arrives whatever becomes of its sender.
    if (!network.reaches(this.region, way.to)) return this.#unanswered(way);
    const answer = await apply();
    if (kill !== undefined) return this.#die();
    return this.#alive ? answer : never();
  }

  /** No answer came: the client gives up. */
  async unanswered(way: Way): Promise<never> {
    return this.#unanswered(way);
  }

  async #unanswered({ operation, timeoutMs }: Way): Promise<never> {
    await this.#around.time.wait(timeoutMs);
    if (!this.#alive) return never();
    throw new TimeoutError(`${operation} was not answered within ${timeoutMs} ms`);
  }

  #late<T>({ by }: FaultOf<'request-late'>, way: Way, apply: () => T | Promise<T>): Promise<never> {
    // Nobody waits for what comes of it.
    this.#around.time.after(
      by,
      () =>
        void Promise.resolve()
          .then(apply)
          .catch(() => {}),
    );
    return this.#unanswered(way);
  }

  #die(): Promise<never> {
    this.#alive = false;
    this.onDeath();
    return never();
  }
}

/** What the SDK's clients throw: https://github.com/smithy-lang/smithy-typescript/tree/main/packages/node-http-handler */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

const never = (): Promise<never> => new Promise(() => {});
