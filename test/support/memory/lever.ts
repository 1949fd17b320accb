import type { RoutingReading } from '../../../core/evidence.ts';
import type { LeverTraits } from '../../../core/lever.ts';
import { leverTraits } from '../../../core/lever.ts';
import { type Routing, sameWeights, type Weights } from '../../../core/routing.ts';
import type { Lever, LeverIntent, WriteOutcome } from '../../../handlers/ports.ts';

/** One that holds weights and an epoch, as a KeyValueStore does. */
export const weighted: LeverTraits = leverTraits.kvs;

/** One that knows only on and off and no epoch, as routing controls do. */
export const switched: LeverTraits = leverTraits.arc;

export class MemoryLever implements Lever {
  readonly traits: LeverTraits;
  routing: Routing;
  /** Every routing that was written, in order. */
  readonly written: Routing[] = [];

  constructor(weights: Weights, traits: LeverTraits = weighted) {
    this.traits = traits;
    this.routing = { epoch: null, weights };
  }

  async read(): Promise<RoutingReading> {
    return { kind: 'read', routing: this.routing };
  }

  async write({ epoch, weights, expected }: LeverIntent): Promise<WriteOutcome> {
    const { routing } = this;
    if (routing.epoch !== null && routing.epoch > epoch) return { kind: 'fenced', epoch: routing.epoch };
    const stands = sameWeights(routing.weights, weights);
    if (stands && (routing.epoch === epoch || !this.traits.compareAndSet)) return { kind: 'unchanged', routing };
    // Weights that stand already, under an older epoch, are written all the same: the epoch is what fences.
    if (!stands && !sameWeights(routing.weights, expected)) return { kind: 'moved-meanwhile', routing };
    this.move(weights, this.traits.compareAndSet ? epoch : null);
    return { kind: 'accepted', routing: this.routing };
  }

  /** Somebody writes, asking nobody. */
  move(weights: Weights, epoch: Routing['epoch']): void {
    this.routing = { epoch, weights };
    this.written.push(this.routing);
  }
}
