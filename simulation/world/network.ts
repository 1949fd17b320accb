/** An address in the simulated network: a region, an API in it, the control target, an endpoint of a service. */
export type Place = string;

/** Who reaches whom. Cuts have two directions only where both are cut. */
export class Network {
  /** Counted, for two faults may cut the same. */
  readonly #cuts = new Map<string, number>();

  reaches(from: Place, to: Place): boolean {
    if (this.#cuts.size === 0 || from === to) return true;
    return !(this.#cuts.has(`${from}>${to}`) || this.#cuts.has(`${from}>*`) || this.#cuts.has(`*>${to}`));
  }

  /** `*` is everybody else. Answers how to heal it. */
  cut(from: Place, to: Place): () => void {
    const key = `${from}>${to}`;
    this.#cuts.set(key, (this.#cuts.get(key) ?? 0) + 1);
    return () => {
      const left = (this.#cuts.get(key) ?? 1) - 1;
      if (left === 0) this.#cuts.delete(key);
      else this.#cuts.set(key, left);
    };
  }
}
