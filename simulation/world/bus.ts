import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import type { Json } from '../../loopback/states/json.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { BusEvent } from './canaries.ts';
import { drawn, type Latencies } from './latencies.ts';
import type { Network } from './network.ts';

/** EventBridge: at least once, in any order, and now and then not at all. */
export class Bus {
  readonly #failover: Failover;
  readonly #time: VirtualTime;
  readonly #faults: ActiveFaults;
  readonly #network: Network;
  readonly #latencies: Latencies;
  readonly #random: Random;
  readonly #start: (region: Region, event: Json, because: string) => void;

  constructor(
    failover: Failover,
    around: { time: VirtualTime; faults: ActiveFaults; network: Network; latencies: Latencies; random: Random },
    start: (region: Region, event: Json, because: string) => void,
  ) {
    this.#failover = failover;
    this.#time = around.time;
    this.#faults = around.faults;
    this.#network = around.network;
    this.#latencies = around.latencies;
    this.#random = around.random;
    this.#start = start;
  }

  put({ region, event }: BusEvent): void {
    if (this.#faults.bite('events-lost') !== undefined) return;
    this.#deliver(region, event);
    if (this.#faults.bite('events-duplicated') !== undefined) this.#deliver(region, event);
  }

  /** The machine of the same region; an observer that has none tells the first region that has one. */
  #deliver(region: Region, event: BusEvent['event']): void {
    const { controlRegions } = this.#failover;
    const to = controlRegions.includes(region) ? region : (controlRegions[0] ?? region);
    const late = this.#faults.bite('events-late')?.by ?? 0;
    const reordered = this.#faults.bite('events-reordered');
    const shuffled = reordered === undefined ? 0 : this.#random.between(0, reordered.by);
    this.#time.after(drawn(this.#latencies.event, this.#random) + late + shuffled, () => {
      if (!this.#network.reaches(region, to)) return;
      this.#start(to, event as Json, `${String(event['detail-type'])} in ${region}`);
    });
  }
}
