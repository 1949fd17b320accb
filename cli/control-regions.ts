import type { Region } from '../core/brand.ts';

/**
 * The regions that a command may work through. One that did not answer is asked last from then on, by whatever asks next: a
 * command that starts a run, watches it and reads the ledger waits once for a region that is lost.
 */
export class ControlRegions {
  readonly #all: readonly [Region, ...Region[]];
  readonly #skipped = new Map<Region, number>();
  readonly #say: (text: string) => void;

  /** In the order of the configuration, or the one that a person has chosen. `say` hears of a region that is skipped. */
  constructor(all: readonly [Region, ...Region[]], say: (text: string) => void = () => {}) {
    this.#all = all;
    this.#say = say;
  }

  /** Those that answered so far first, and those that were skipped last. */
  inOrder(): readonly Region[] {
    return this.#all.toSorted((a, b) => (this.#skipped.get(a) ?? 0) - (this.#skipped.get(b) ?? 0));
  }

  skip(region: Region, because: string): void {
    if (!this.#skipped.has(region)) this.#say(`understudy: skipped ${region}: ${because}`);
    this.#skipped.set(region, this.#skipped.size + 1);
  }
}
