import type { Random } from '../engine/random.ts';
import type { Fault, FaultKind, FaultOf } from './catalogue.ts';

/** What is wrong at the moment, and how often each thing that was wrong did harm. */
export class ActiveFaults {
  readonly hits = new Map<FaultKind, number>();
  readonly #active = new Map<FaultKind, Fault[]>();
  readonly #random: Random;
  readonly #onHit: (fault: Fault) => void;

  constructor(random: Random, onHit: (fault: Fault) => void) {
    this.#random = random;
    this.#onHit = onHit;
  }

  begin(fault: Fault): void {
    const others = this.#active.get(fault.fault);
    if (others === undefined) this.#active.set(fault.fault, [fault]);
    else others.push(fault);
  }

  end(fault: Fault): void {
    const left = (this.#active.get(fault.fault) ?? []).filter((other) => other !== fault);
    if (left.length === 0) this.#active.delete(fault.fault);
    else this.#active.set(fault.fault, left);
  }

  /** Nothing is wrong. */
  get none(): boolean {
    return this.#active.size === 0;
  }

  /** Without doing harm. */
  find<K extends FaultKind>(kind: K, match: (fault: FaultOf<K>) => boolean = () => true): FaultOf<K> | undefined {
    return (this.#active.get(kind) as FaultOf<K>[] | undefined)?.find(match);
  }

  /** The fault that does harm here and now, if there is one and its dice say so. */
  bite<K extends FaultKind>(kind: K, match: (fault: FaultOf<K>) => boolean = () => true): FaultOf<K> | undefined {
    const fault = this.find(kind, match);
    if (fault === undefined) return undefined;
    const percent = 'percent' in fault ? (fault.percent as number) : 100;
    if (percent < 100 && !this.#random.percent(percent)) return undefined;
    this.hit(fault as Fault);
    return fault;
  }

  /** A fault that does harm once, and then never again. */
  once<K extends FaultKind>(kind: K, match: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined {
    const fault = this.bite(kind, match);
    if (fault !== undefined) this.end(fault as Fault);
    return fault;
  }

  hit(fault: Fault): void {
    this.hits.set(fault.fault, (this.hits.get(fault.fault) ?? 0) + 1);
    this.#onHit(fault);
  }
}
