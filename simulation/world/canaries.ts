import type { Instant, Region } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { judge } from '../../core/judge.ts';
import type { Failover, Service } from '../../core/service.ts';
import { regionNames } from '../../core/service.ts';
import { alarmName, canaryName } from '../../deployment/names.ts';
import type { Alarms } from '../../handlers/ports.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller, Surroundings, Way } from './caller.ts';
import { drawn, type Latencies, type Latency } from './latencies.ts';
import type { Network } from './network.ts';
import type { Observers } from './observers.ts';

type AlarmState = AlarmReading['state'];

interface Watch {
  readonly observer: Region;
  readonly region: Region | null;
  state: AlarmState;
  since: Instant;
}

/** An event of AWS on an observer's bus. */
export interface BusEvent {
  readonly region: Region;
  readonly event: Readonly<Record<string, unknown>>;
}

/** A canary a minute in every observer for every region and the front door, and an alarm behind each. */
export class Canaries {
  readonly #failover: Failover;
  readonly #service: Service;
  readonly #observers: Observers;
  readonly #time: VirtualTime;
  readonly #faults: ActiveFaults;
  readonly #network: Network;
  readonly #latencies: Latencies;
  readonly #random: Random;
  readonly #emit: (event: BusEvent) => void;
  readonly #watches: readonly Watch[];
  #events = 0;

  constructor(
    failover: Failover,
    service: Service,
    observers: Observers,
    around: Surroundings,
    emit: (event: BusEvent) => void,
  ) {
    this.#failover = failover;
    this.#service = service;
    this.#observers = observers;
    this.#time = around.time;
    this.#faults = around.faults;
    this.#network = around.network;
    this.#latencies = around.latencies;
    this.#random = around.random;
    this.#emit = emit;
    this.#watches = failover.observers.flatMap((observer) =>
      [...regionNames(service), null].map((region) => ({
        observer,
        region,
        state: 'OK' as const,
        since: around.time.now() - 3_600_000,
      })),
    );
  }

  /** Each observer begins at a moment of its own within the minute. */
  begin(random: Random, isOver: () => boolean): void {
    const periodMs = this.#service.canaries.everyMinutes * canaryPeriodMs;
    for (const observer of this.#failover.observers) {
      const mine = this.#watches.filter((watch) => watch.observer === observer);
      const turn = () => {
        if (isOver()) return;
        this.#time.after(periodMs, turn);
        for (const watch of mine) this.#soon(this.#latencies.canaryBoot, () => this.#run(watch));
      };
      this.#time.after(random.between(1_000, periodMs - 1_000), turn);
    }
  }

  /** As one invocation reads them. */
  alarmsFor(caller: Caller): Alarms {
    return {
      read: async () => {
        const { observers } = this.#failover;
        const readings = await Promise.all(
          observers.map(async (observer) => {
            const way: Way = { to: observer, operation: 'cloudwatch:DescribeAlarms', timeoutMs: 3_000 };
            const mine = () => this.#watches.filter((watch) => watch.observer === observer);
            const read = () => mine().flatMap((watch) => this.#reading(watch));
            // An observer that cannot be asked is left out, as the adapter does.
            return caller.call(way, read).catch(() => []);
          }),
        );
        return readings.flat();
      },
    };
  }

  #run(watch: Watch): void {
    const { observer, region } = watch;
    const isSilent = this.#faults.bite('observers-silent', ({ observers }) => observers.includes(observer));
    const isLost = this.#faults.bite('region-lost', (of) => of.region === observer);
    if (isSilent || isLost) {
      this.#turn(watch, 'INSUFFICIENT_DATA');
      return;
    }
    const stuck =
      region === null
        ? undefined
        : this.#faults.bite('alarms-stuck', (of) => of.region === region && of.observers.includes(observer));
    const target = region === null ? ({ kind: 'front-door' } as const) : ({ kind: 'regional', region } as const);
    const answer = this.#observers.answer(observer, target);
    const { kind } = judge(answer, this.#service.healthy, region);
    const lastedMs = answer.kind === 'failed' ? answer.latencyMs : 0;
    this.#soon(this.#latencies.canaryVerdict, () => this.#conclude(watch, kind, stuck?.state), lastedMs);
  }

  /** At once where that is said to take no time. */
  #soon(latency: Latency, work: () => void, moreMs = 0): void {
    if (latency.mostMs === 0) work();
    else this.#time.after(drawn(latency, this.#random) + moreMs, work);
  }

  #conclude(watch: Watch, kind: 'good' | 'bad', stuck: 'red' | 'green' | undefined): void {
    const { observer, region } = watch;
    // A canary that is broken itself fails each time that it runs; an alarm that looks elsewhere stays as it is.
    if (kind === 'bad' || stuck === 'red') this.#sendFailure(observer, region);
    const isRed = stuck === undefined ? kind === 'bad' : stuck === 'red';
    this.#turn(watch, isRed ? 'ALARM' : 'OK');
  }

  /** The rule for canary runs knows regions only. */
  #sendFailure(observer: Region, region: Region | null): void {
    if (region === null) return;
    const name = canaryName(this.#failover, this.#service.name, region);
    this.#send(observer, 'aws.synthetics', 'Synthetics Canary TestRun Failure', { 'canary-name': name });
  }

  #reading(watch: Watch): AlarmReading[] {
    const { observer, region, state, since } = watch;
    if (region === null) return [];
    const fault = this.#unevaluated(watch);
    if (fault === undefined) return [{ observer, region, state, since }];
    this.#faults.hit(fault);
    return [{ observer, region, state, since, evaluation: 'EVALUATION_ERROR' }];
  }

  #unevaluated({ observer, region }: Watch) {
    return this.#faults.find('alarms-unevaluated', (of) => of.region === region && of.observers.includes(observer));
  }

  /** The alarm follows its metric after the minute is over and the metric has arrived. */
  #turn(watch: Watch, state: AlarmState): void {
    if (state === watch.state || this.#unevaluated(watch) !== undefined) return;
    this.#time.after(drawn(this.#latencies.alarm, this.#random), () => {
      if (state === watch.state) return;
      watch.state = state;
      watch.since = this.#observers.now(watch.observer);
      if (state !== 'ALARM') return;
      this.#send(watch.observer, 'aws.cloudwatch', 'CloudWatch Alarm State Change', {
        alarmName: alarmName(this.#failover, this.#service.name, watch.region),
        state: { value: 'ALARM', reason: 'a run failed', timestamp: new Date(watch.since).toISOString() },
      });
    });
  }

  #send(observer: Region, source: string, type: string, detail: object): void {
    if (!this.#network.reaches(observer, 'bus')) return;
    this.#events++;
    this.#emit({
      region: observer,
      event: awsEvent(
        this.#failover,
        observer,
        source,
        type,
        detail,
        `e-${this.#events}`,
        this.#observers.now(observer),
      ),
    });
  }
}

export function awsEvent(
  { account }: Failover,
  region: Region,
  source: string,
  type: string,
  detail: object,
  id: string,
  at: Instant,
): Readonly<Record<string, unknown>> {
  // An envelope's time has seconds.
  const time = new Date(Math.floor(at / 1000) * 1000).toISOString();
  return { version: '0', id, source, 'detail-type': type, account, region, time, resources: [], detail };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries.html: no shorter than a minute. */
export const canaryPeriodMs = 60_000;
