import type { Region } from '../../core/brand.ts';
import { homeWeights } from '../../core/plan.ts';
import { decodeServiceValue, serviceKey } from '../../core/routing-value.ts';
import type { Service } from '../../core/service.ts';
import type { KvsStore } from '../../handlers/adapters/kvs-store.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller, Surroundings, Way } from './caller.ts';
import type { Happening, LeverState } from './happening.ts';
import { drawn, type Latencies } from './latencies.ts';

/** One version of the service's value, and from when on the edge reads it. */
interface Version {
  readonly text: string;
  readonly atEdgeFrom: number;
  /** Edges, by the observer that asks them, which read it later. */
  readonly laterAt: ReadonlyMap<Region, number>;
}

/** A KeyValueStore: one ETag for all of it, conditional writes, and an edge that reads what was written a moment ago. */
export class SimulatedKvs {
  readonly #service: Service;
  readonly #time: VirtualTime;
  readonly #faults: ActiveFaults;
  readonly #latencies: Latencies;
  readonly #random: Random;
  readonly #tell: (happening: Happening) => void;
  #version = 1;
  readonly #values = new Map<string, string>();
  #history: Version[] = [];
  #last: { readonly text: string | undefined; readonly state: LeverState } | null = null;

  constructor(service: Service, around: Surroundings, tell: (happening: Happening) => void) {
    this.#service = service;
    this.#time = around.time;
    this.#faults = around.faults;
    this.#latencies = around.latencies;
    this.#random = around.random;
    this.#tell = tell;
  }

  /** The store as one invocation reaches it. */
  storeFor(caller: Caller): KvsStore {
    return {
      etag: () =>
        this.#call(caller, 'DescribeKeyValueStore', () => {
          const etag = `v${this.#version}`;
          // The keys are read after this: whoever writes now makes the ETag stale.
          if (this.#faults.bite('kvs-conflicts') !== undefined) this.#version++;
          return etag;
        }),
      get: (key) => this.#call(caller, 'GetKey', () => this.#values.get(key) ?? null),
      put: (pairs, etag) =>
        this.#call(caller, 'UpdateKeys', () => {
          if (etag !== `v${this.#version}`) return 'conflict' as const;
          this.#write(pairs, caller);
          const lost = this.#faults.bite('kvs-answers-lost');
          return lost === undefined ? ('written' as const) : caller.unanswered(way('UpdateKeys'));
        }),
    };
  }

  /** Somebody who asks nobody. */
  overwrite(text: string): void {
    this.#write({ [serviceKey(this.#service.name)]: text }, null);
  }

  state(): LeverState {
    return this.#stateOf(this.#values.get(serviceKey(this.#service.name)));
  }

  /** What the edge reads now that answers there; that of most callers where nobody is named. */
  atEdge(asker?: Region): LeverState {
    const now = this.#time.now();
    const seen = this.#history.findLast(({ atEdgeFrom, laterAt }) => {
      const late = asker === undefined ? undefined : laterAt.get(asker);
      return (late ?? atEdgeFrom) <= now;
    });
    return this.#stateOf(seen?.text);
  }

  /** Every probe through the front door asks, and nearly all of them for the same. */
  #stateOf(text: string | undefined): LeverState {
    if (this.#last === null || this.#last.text !== text) this.#last = { text, state: stateOf(text, this.#service) };
    return this.#last.state;
  }

  #call<T>(caller: Caller, operation: string, apply: () => T | Promise<T>): Promise<T> {
    return caller.call(way(operation), () =>
      this.#faults.bite('kvs-down') === undefined ? apply() : caller.unanswered(way(operation)),
    );
  }

  #write(pairs: Readonly<Record<string, string>>, caller: Caller | null): void {
    const key = serviceKey(this.#service.name);
    const before = this.state();
    for (const [name, text] of Object.entries(pairs)) this.#values.set(name, text);
    this.#version++;
    const text = pairs[key];
    if (text === undefined) return;
    const slow = this.#faults.bite('kvs-slow');
    const never = this.#faults.bite('kvs-stuck') !== undefined;
    // Edges never go back: a value that was written later is not seen earlier.
    const takesMs = slow?.by ?? drawn(this.#latencies.edge, this.#random);
    const atEdgeFrom = Math.max(this.#time.now() + takesMs, this.#history.at(-1)?.atEdgeFrom ?? 0);
    const behind = this.#faults.bite('edge-behind');
    const laterAt = new Map(behind?.observers.map((name) => [name, atEdgeFrom + behind.by]));
    for (const [name, from] of this.#history.at(-1)?.laterAt ?? []) {
      laterAt.set(name, Math.max(from, laterAt.get(name) ?? atEdgeFrom));
    }
    if (!never) this.#history = [...this.#history.slice(-20), { text, atEdgeFrom, laterAt }];
    this.#tell({
      kind: 'lever',
      before,
      after: this.state(),
      under: this.state().epoch,
      readableFrom: this.#time.now(),
      by: caller?.writer ?? null,
      sentAt: caller?.sentAt ?? this.#time.now(),
    });
  }
}

function stateOf(text: string | undefined, service: Service): LeverState {
  if (text === undefined) return { epoch: null, weights: homeWeights(service) };
  const value = decodeServiceValue(text);
  if (value.kind === 'malformed') throw new Error(`the store holds ${text}: ${value.because}`);
  return { epoch: value.epoch, weights: value.weights };
}

/** As the adapter's client is configured: three seconds for an answer. */
const way = (operation: string): Way => ({ to: 'kvs', operation: `kvs:${operation}`, timeoutMs: 3_000 });
