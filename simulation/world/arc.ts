import {
  GetRoutingControlStateCommand,
  type Route53RecoveryClusterClient,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import { fullWeight } from '../../core/plan.ts';
import type { ArcLeverConfig, Service } from '../../core/service.ts';
import { homeRegion } from '../../core/service.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller, Surroundings, Way } from './caller.ts';
import type { Happening, LeverState } from './happening.ts';
import { drawn, type Latencies } from './latencies.ts';

type States = Readonly<Record<string, string>>;

/** An ARC cluster: five endpoints that agree at once, transactions, two safety rules with a wait period, and no epochs. */
export class SimulatedArc {
  readonly #config: ArcLeverConfig;
  readonly #time: VirtualTime;
  readonly #faults: ActiveFaults;
  readonly #latencies: Latencies;
  readonly #random: Random;
  readonly #tell: (happening: Happening) => void;
  #states: States;
  #changedAt = Number.NEGATIVE_INFINITY;
  #history: { readonly states: States; readonly atEdgeFrom: number }[] = [];

  constructor(service: Service, config: ArcLeverConfig, around: Surroundings, tell: (happening: Happening) => void) {
    this.#config = config;
    this.#time = around.time;
    this.#faults = around.faults;
    this.#latencies = around.latencies;
    this.#random = around.random;
    this.#tell = tell;
    const home = homeRegion(service);
    this.#states = Object.fromEntries(
      Object.entries(config.controls).map(([name, arn]) => [arn, name === home ? 'On' : 'Off']),
    );
  }

  /** The SDK's client for one endpoint, as one invocation reaches it. Only `send` is there. */
  clientFor(caller: Caller, { region }: ArcLeverConfig['endpoints'][number]): Route53RecoveryClusterClient {
    const index = this.#config.endpoints.findIndex((endpoint) => endpoint.region === region);
    const send = (command: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown> => {
      if (command instanceof GetRoutingControlStateCommand) {
        const arn = command.input.RoutingControlArn ?? '';
        return this.#call(caller, index, 'GetRoutingControlState', options, () => ({
          RoutingControlArn: arn,
          RoutingControlState: this.#states[arn],
        }));
      }
      if (command instanceof UpdateRoutingControlStatesCommand) {
        const entries = command.input.UpdateRoutingControlStateEntries ?? [];
        const wanted = Object.fromEntries(
          entries.map(({ RoutingControlArn = '', RoutingControlState = '' }) => [
            RoutingControlArn,
            RoutingControlState,
          ]),
        );
        return this.#call(caller, index, 'UpdateRoutingControlStates', options, () => this.#update(wanted, caller));
      }
      throw new Error('ARC was asked for something that its data plane does not have');
    };
    return { send } as unknown as Route53RecoveryClusterClient;
  }

  /** Somebody who asks nobody. */
  overwrite(region: string): void {
    this.#write(
      Object.fromEntries(
        Object.entries(this.#config.controls).map(([name, arn]) => [arn, name === region ? 'On' : 'Off']),
      ),
      null,
    );
  }

  state(): LeverState {
    return this.#stateOf(this.#states);
  }

  /** What callers' resolvers say now. */
  atEdge(_asker?: string): LeverState {
    const now = this.#time.now();
    const seen = this.#history.findLast(({ atEdgeFrom }) => atEdgeFrom <= now);
    return this.#stateOf(seen?.states ?? this.#history[0]?.states ?? this.#states);
  }

  async #call<T>(
    caller: Caller,
    index: number,
    operation: string,
    options: { abortSignal?: AbortSignal } | undefined,
    apply: () => T | Promise<T>,
  ): Promise<T> {
    const where: Way = { to: `arc:${index}`, operation: `arc:${operation}`, timeoutMs: 10_000 };
    return abortable(
      caller.call(where, () => {
        const down = this.#faults.bite('arc-endpoints-down', ({ count }) => index < count);
        if (down !== undefined) return caller.unanswered(where);
        if (this.#faults.bite('arc-throttled') !== undefined) throw named('ThrottlingException', 'Rate exceeded');
        return apply();
      }),
      options?.abortSignal,
    );
  }

  async #update(wanted: States, caller: Caller): Promise<object> {
    const after = { ...this.#states, ...wanted };
    const on = Object.values(after).filter((state) => state === 'On').length;
    if (on !== 1) throw named('ConflictException', `a safety rule wants one On, not ${on}`);
    const changes = Object.entries(wanted).some(([arn, state]) => this.#states[arn] !== state);
    if (changes && this.#time.now() - this.#changedAt < safetyRuleWaitMs) {
      throw named('ConflictException', 'a safety rule is in its wait period');
    }
    if (this.#faults.bite('arc-conflicts') !== undefined) throw named('ConflictException', 'a safety rule says no');
    this.#write(after, caller);
    const late = this.#faults.bite('arc-answers-late');
    if (late !== undefined) await this.#time.wait(2_000);
    const lost = this.#faults.bite('arc-answers-lost');
    if (lost !== undefined) await new Promise(() => {});
    return {};
  }

  #write(states: States, caller: Caller | null): void {
    const before = this.state();
    if (this.#history.length === 0) this.#history.push({ states: this.#states, atEdgeFrom: Number.NEGATIVE_INFINITY });
    this.#states = states;
    this.#changedAt = this.#time.now();
    if (this.#faults.bite('arc-stuck') === undefined) {
      const atEdgeFrom = this.#time.now() + drawn(this.#latencies.nameServers, this.#random);
      this.#history = [...this.#history.slice(-20), { states, atEdgeFrom }];
    }
    this.#tell({
      kind: 'lever',
      before,
      after: this.state(),
      under: null,
      readableFrom: this.#time.now(),
      by: caller?.writer ?? null,
      sentAt: caller?.sentAt ?? this.#time.now(),
    });
  }

  #stateOf(states: States): LeverState {
    const weights = Object.entries(this.#config.controls).map(([name, arn]) => [
      name,
      states[arn] === 'On' ? fullWeight : 0,
    ]);
    return { epoch: null, weights: Object.fromEntries(weights) };
  }
}

/** A client whose deadline passes stops waiting; what it had sent goes on. */
function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(named('AbortError', 'the deadline passed')), { once: true });
    work.then(resolve, reject);
  });
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

const safetyRuleWaitMs = 5_000;
