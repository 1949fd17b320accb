import { epoch, type Region, region, unreachable } from '../../core/brand.ts';
import { judge } from '../../core/judge.ts';
import { fullWeight, weightsAt } from '../../core/plan.ts';
import { sameWeights } from '../../core/routing.ts';
import { encodeServiceValue } from '../../core/routing-value.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import type { StepName } from '../../deployment/names.ts';
import { arcCluster } from '../../handlers/adapters/arc-cluster.ts';
import { cloudWatchBeacon } from '../../handlers/adapters/beacon-metric.ts';
import { dynamoLedger } from '../../handlers/adapters/ledger.dynamodb.ts';
import { arcLever } from '../../handlers/adapters/lever.arc.ts';
import { beaconLever } from '../../handlers/adapters/lever.beacon.ts';
import { kvsLever } from '../../handlers/adapters/lever.kvs.ts';
import type { ExecutionStatus, Lever, Metrics, Ports } from '../../handlers/ports.ts';
import type { Json } from '../../loopback/states/json.ts';
import type { Random } from '../engine/random.ts';
import { VirtualTime } from '../engine/time.ts';
import { ActiveFaults } from '../faults/active.ts';
import type { UsersHabit } from '../plan.ts';
import { Apis } from './apis.ts';
import { SimulatedArc } from './arc.ts';
import { SimulatedBeacon } from './beacon.ts';
import { Bus } from './bus.ts';
import type { Caller, Surroundings } from './caller.ts';
import { Canaries } from './canaries.ts';
import { ControlRegion } from './control-region.ts';
import { beginFastProbes } from './fast-probes.ts';
import { type StepFunction, stepFunctions } from './functions.ts';
import type { Happening, LeverState, Onlooker, Seen } from './happening.ts';
import { SimulatedKvs } from './kvs.ts';
import { type Latencies, storyLatencies } from './latencies.ts';
import { Network } from './network.ts';
import { Observers } from './observers.ts';
import { hooksFor, notifiersFor } from './people.ts';
import { SimulatedTable } from './table.ts';
import { Tokens } from './tokens.ts';
import { Users } from './users.ts';

/** The whole simulated world, wired together: the production adapters, steps and machine over simulated services. */
export class World {
  readonly failover: Failover;
  readonly service: Service;
  readonly time: VirtualTime;
  readonly faults: ActiveFaults;
  readonly network = new Network();
  readonly random: Random;
  readonly around: Surroundings;
  readonly tokens = new Tokens();
  readonly table: SimulatedTable;
  readonly lever: SimulatedKvs | SimulatedArc | SimulatedBeacon;
  readonly observers: Observers;
  readonly canaries: Canaries;
  readonly bus: Bus;
  readonly controls: readonly ControlRegion[];
  readonly #apis: Apis;
  #users: Users | null = null;
  readonly #onlookers: Onlooker[] = [];
  readonly #invocations = new Map<StepName, number>();
  #versions = 0;
  #closed = false;

  /** A world has one service: services share nothing but the store's ETag, which a fault moves. */
  constructor(failover: Failover, random: Random, latencies: Latencies = storyLatencies) {
    const [service] = failover.services;
    if (service === undefined || failover.services.length > 1) throw new Error('a simulated world has one service');
    this.failover = failover;
    this.service = service;
    this.random = random.stream('jitter');
    this.time = new VirtualTime(epochStart);
    this.faults = new ActiveFaults(random.stream('faults'), () => {});
    const { time, faults, network } = this;
    this.around = { time, network, faults, latencies, random: random.stream('latency'), operations: new Set() };
    this.table = new SimulatedTable(replicasOf(failover), network, faults, this.tell, time.now);
    this.lever = this.#newLever(random);
    this.#apis = new Apis(service, (asker) => this.lever.atEdge(asker), {
      time,
      network,
      faults,
      random: random.stream('answers'),
    });
    this.observers = new Observers(service, this.#apis, this.around, this.tell);
    this.controls = failover.controlRegions.map((name) => new ControlRegion(name, this));
    this.bus = new Bus(failover, { ...this.around, random: random.stream('bus') }, (to, event, because) =>
      this.control(to).start(event, because),
    );
    this.canaries = new Canaries(failover, service, this.observers, this.around, (event) => this.bus.put(event));
    const schedule = random.stream('schedule');
    this.canaries.begin(schedule, () => this.#closed);
    for (const control of this.controls) control.beginReconciling(schedule.between(1_000, 59_000));
    if (failover.fastProbe) beginFastProbes(this, random.stream('fast probes'));
  }

  watch(onlooker: Onlooker): void {
    this.#onlookers.push(onlooker);
  }

  readonly tell = (happening: Happening): void => {
    const seen = { at: this.time.now(), ...happening } as Seen;
    for (const onlooker of this.#onlookers) onlooker(seen);
  };

  control(name: Region): ControlRegion {
    const found = this.controls.find((control) => control.region === name);
    if (found === undefined) throw new Error(`${name} is no control region`);
    return found;
  }

  get running(): number {
    return this.controls.reduce((sum, { running }) => sum + running, 0);
  }

  /** Takes every event instead of the state machine: for a rule that wants to be compared. */
  intercept: ((event: Json) => void) | null = null;

  /** Whether nothing new begins any more. */
  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
  }

  /** Somebody who asks nobody gives all of the traffic to one region, by the lines of the runbook: under one epoch more. */
  moveByHand(to: Region): void {
    const { lever, service } = this;
    if (!(lever instanceof SimulatedKvs)) {
      lever.overwrite(to);
      return;
    }
    const value = encodeServiceValue({ epoch: epoch((lever.state().epoch ?? 0) + 1), weights: weightsAt(service, to) });
    if (value.kind === 'encoded') lever.overwrite(value.text);
  }

  /** Before anything happens: an alarm a region tells what users see there. */
  beginUsers(habit: UsersHabit): void {
    this.#users = new Users(this.service, this.#apis, habit, this);
  }

  /** Before anything happens: the first two regions have half of the traffic each. */
  beginAtHalf(): void {
    const [first, second] = regionNames(this.service);
    if (!(this.lever instanceof SimulatedKvs) || first === undefined || second === undefined) return;
    const weights = { ...weightsAt(this.service, first), [first]: fullWeight / 2, [second]: fullWeight / 2 };
    const value = encodeServiceValue({ epoch: epoch(0), weights });
    if (value.kind === 'encoded') this.lever.overwrite(value.text);
  }

  /** Somebody edits the value in the console: so much to one region, the rest to the other, under the epoch that stands. */
  editWeights(to: Region, percent: number): boolean {
    const { lever, service } = this;
    const other = regionNames(service).find((name) => name !== to);
    if (!(lever instanceof SimulatedKvs) || other === undefined) return false;
    const weights = { ...weightsAt(service, to), [to]: percent * 10, [other]: (100 - percent) * 10 };
    const before = lever.state();
    const value = encodeServiceValue({ epoch: epoch(before.epoch ?? 0), weights });
    if (value.kind !== 'encoded' || sameWeights(before.weights, weights)) return false;
    lever.overwrite(value.text);
    return true;
  }

  /** The truth: whether the region would answer a caller well. */
  isWell(name: Region): boolean {
    return judge(this.#apis.regional('edge' as Region, name), this.service.healthy, name).kind === 'good';
  }

  /** The truth without dice: nobody gets a good answer there. */
  isDown(name: string): boolean {
    return this.#apis.isDown(name as Region);
  }

  leverState(): LeverState {
    return this.lever.state();
  }

  /** How many times a step was invoked, this time included. */
  countOf(step: StepName): number {
    const count = (this.#invocations.get(step) ?? 0) + 1;
    this.#invocations.set(step, count);
    return count;
  }

  /** Every port of one invocation; replaced where a test wants to see the product broken. */
  portsFor: (caller: Caller) => Ports = (caller) => this.#portsFor(caller);
  /** The steps; replaced for the same reason. */
  functions: Readonly<Record<StepName, StepFunction>> = stepFunctions;

  /** Production's adapters, over clients that lead into this world. */
  #portsFor(caller: Caller): Ports {
    const { time, random } = this;
    const lever = this.#leverFor(caller);
    return {
      clock: caller.clock,
      wait: time.pause,
      log: { warn: () => {} },
      ledger: dynamoLedger({
        client: this.table.clientFor(caller),
        tableName: this.failover.ledger.tableName,
        clock: caller.clock,
        random: random.next,
        wait: time.pause,
        newVersion: () => `${++this.#versions}`,
      }),
      levers: () => lever,
      vantages: this.observers.vantagesFor(caller),
      alarms: this.canaries.alarmsFor(caller),
      // Its services name no metrics of arrivals, which decide nothing.
      arrivals: { count: async () => [] },
      users: this.#users?.alarmsFor(caller) ?? { read: async () => [] },
      hooks: hooksFor(caller, this.faults, this.tell),
      drillAlarms: { read: async () => [] },
      notifiers: notifiersFor(caller, this.faults, this.tell),
      metrics: noMetrics,
      starter: { start: async () => 'already' },
      executions: { statusOf: (arn) => this.#statusOf(arn, caller) },
    };
  }

  /** Asked in the region of its ARN, which may be gone. */
  async #statusOf(arn: string, caller: Caller): Promise<ExecutionStatus> {
    const to = arn.split(':')[3] as Region;
    const way = { to, operation: 'states:DescribeExecution', timeoutMs: 1_500 };
    try {
      return await caller.call(way, () =>
        this.faults.bite('region-lost', ({ region }) => region === to) === undefined
          ? this.control(to).statusOf(arn)
          : caller.unanswered(way),
      );
    } catch {
      return 'unknown';
    }
  }

  #newLever(random: Random): World['lever'] {
    const { service, time, faults, around, tell } = this;
    switch (service.lever.kind) {
      case 'kvs':
        return new SimulatedKvs(service, around, tell);
      case 'arc':
        return new SimulatedArc(service, service.lever, around, tell);
      case 'beacon':
        return new SimulatedBeacon(service, time, faults, random.stream('beacon'), tell);
      default:
        return unreachable(service.lever);
    }
  }

  #leverFor(caller: Caller): Lever {
    const { time, random, service, lever } = this;
    if (lever instanceof SimulatedKvs) {
      return kvsLever({ store: lever.storeFor(caller), service, random: random.next, wait: time.pause });
    }
    if (lever instanceof SimulatedBeacon) {
      if (service.lever.kind !== 'beacon') throw new Error('this service has no beacon');
      const metric = cloudWatchBeacon(lever.clientFor(caller), service.lever, service.name);
      return beaconLever({ metric, service, clock: caller.clock, periodMs: service.lever.periodMs });
    }
    const arc = lever;
    if (service.lever.kind !== 'arc') throw new Error('this service has no routing controls');
    const { endpoints, controls } = service.lever;
    const cluster = arcCluster({
      endpoints,
      clientOf: (endpoint) => arc.clientFor(caller, endpoint),
      clock: caller.clock,
      random: random.next,
      wait: time.pause,
      deadline: (ms) => deadline(ms, time),
    });
    return arcLever({ cluster, service, controls, wait: time.pause });
  }
}

/** Aborts after `ms` of virtual time. */
function deadline(ms: number, time: VirtualTime): AbortSignal {
  const controller = new AbortController();
  time.after(ms, () => controller.abort());
  return controller.signal;
}

/** Three regions of one set; callers speak to the one that the configuration names. */
function replicasOf({ ledger, observers }: Failover): Region[] {
  const others = [...observers, region('us-east-1')].filter((name) => name !== ledger.region);
  return [ledger.region, ...others.slice(0, 2)];
}

const noMetrics: Metrics = { record: () => {}, flush: async () => {} };

/** Every story begins at the same moment. */
export const epochStart = Date.UTC(2026, 10, 20, 3, 0, 0);
