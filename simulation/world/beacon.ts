import { type CloudWatchClient, GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { beaconValue, readBeacon } from '../../core/beacon.ts';
import { epoch, type Instant, type Region } from '../../core/brand.ts';
import { aliasTtlMs } from '../../core/caller-kinds.ts';
import { beaconRegions } from '../../core/lever.ts';
import { weightsAt } from '../../core/plan.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { beaconAlarm, beaconInsufficientData } from '../../deployment/beacon.ts';
import { evaluateAlarm, evaluationRange } from '../../loopback/cloudwatch/alarm-evaluation.ts';
import { statusAfter } from '../../loopback/dns/health-check.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller, Way } from './caller.ts';
import type { Happening, LeverState } from './happening.ts';

interface Datum {
  readonly value: number;
  /** As it is stamped, which may be ahead of the moment at which it was put. */
  readonly at: Instant;
  readonly readableFrom: Instant;
  readonly evaluatedFrom: Instant;
}

/**
 * A metric in the standby's region, the alarm on it, the health check behind that and DNS. Data of one minute are summed, none is
 * ever taken back, and each can be read only a while after it was put. Alarm and health check keep what they had in silence.
 */
export class SimulatedBeacon {
  readonly #service: Service;
  readonly #home: Region;
  readonly #standby: Region;
  readonly #time: VirtualTime;
  readonly #faults: ActiveFaults;
  readonly #tell: (happening: Happening) => void;
  /** When in each minute the alarm has its turn. */
  readonly #phaseMs: number;
  readonly #firstReadableMs: number;
  readonly #data: Datum[] = [];
  #isWatched = false;
  /** Of the home region's record. */
  #isHealthy = true;
  #history: { readonly isHealthy: boolean; readonly atEdgeFrom: Instant }[] = [];

  constructor(
    service: Service,
    time: VirtualTime,
    faults: ActiveFaults,
    random: Random,
    tell: (happening: Happening) => void,
  ) {
    this.#service = service;
    const { home, standby } = beaconRegions(regionNames(service));
    this.#home = home;
    this.#standby = standby;
    this.#time = time;
    this.#faults = faults;
    this.#tell = tell;
    this.#phaseMs = random.between(0, periodMs - 1);
    this.#firstReadableMs = random.pick([readableMs, firstReadableMs]);
  }

  /** The SDK's client as one invocation reaches it, with the second attempt that the adapter's makes. Only `send` is there. */
  clientFor(caller: Caller): CloudWatchClient {
    const send = (command: unknown): Promise<unknown> => {
      if (command instanceof GetMetricDataCommand) {
        return this.#call(caller, 'GetMetricData', () => this.#read(command.input));
      }
      if (command instanceof PutMetricDataCommand) {
        const [{ Value = 0, Timestamp } = {}] = command.input.MetricData ?? [];
        return this.#call(caller, 'PutMetricData', () => {
          this.#put(Value, Timestamp?.getTime() ?? this.#time.now(), caller);
          const lost = this.#faults.bite('beacon-answers-lost');
          return lost === undefined ? {} : caller.unanswered(this.#way('PutMetricData'));
        });
      }
      throw new Error('CloudWatch was asked for something that no beacon needs');
    };
    return { send } as unknown as CloudWatchClient;
  }

  /** Somebody who asks nobody, by the lines of the runbook: one more than the greatest number there is, stamped now. */
  overwrite(to: Region): void {
    const next = epoch((this.state().epoch ?? 0) + 1);
    this.#put(beaconValue(to === this.#standby ? 'standby' : 'home', next), this.#time.now(), null);
  }

  /** What the metric says to somebody who sees every datum at once. */
  state(): LeverState {
    const { side, epoch } = readBeacon(periodsOf(this.#data, periodMs));
    return { epoch, weights: this.#weights(side === 'home') };
  }

  /** What callers' resolvers say now. */
  atEdge(_asker?: Region): LeverState {
    const now = this.#time.now();
    const seen = this.#history.findLast(({ atEdgeFrom }) => atEdgeFrom <= now);
    return { epoch: null, weights: this.#weights(seen?.isHealthy ?? true) };
  }

  async #call<T>(caller: Caller, operation: string, apply: () => T | Promise<T>): Promise<T> {
    const way = this.#way(operation);
    const attempt = () =>
      caller.call(way, () => (this.#faults.bite('beacon-down') === undefined ? apply() : caller.unanswered(way)));
    try {
      return await attempt();
    } catch {
      await this.#time.wait(retryDelayMs);
      return attempt();
    }
  }

  /** As the adapter's client is configured: three seconds for an answer. */
  #way(operation: string): Way {
    return { to: this.#standby, operation: `cloudwatch:${operation}`, timeoutMs: 3_000 };
  }

  #read({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommand['input']): object {
    const [from, to] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0];
    const now = this.#time.now();
    const readable = this.#data.filter(({ readableFrom }) => readableFrom <= now);
    const results = MetricDataQueries.map(({ Id, MetricStat }) => {
      const found = periodsOf(readable, (MetricStat?.Period ?? 60) * 1_000).filter(({ at }) => at >= from && at < to);
      const stat = MetricStat?.Stat?.toLowerCase() as 'sum' | 'maximum' | 'minimum';
      return {
        Id,
        Timestamps: found.map(({ at }) => new Date(at)),
        Values: found.map((period) => period[stat]),
      };
    });
    return { MetricDataResults: results };
  }

  #put(value: number, at: Instant, caller: Caller | null): void {
    const now = this.#time.now();
    const before = this.state();
    const slowMs = this.#faults.bite('beacon-slow')?.by;
    const isFirst = this.#data.length === 0;
    const readableFrom = now + (slowMs ?? (isFirst ? this.#firstReadableMs : readableMs));
    this.#data.push({ value, at, readableFrom, evaluatedFrom: now + (slowMs ?? readableMs) });
    this.#watch();
    const after = this.state();
    // A datum that falls into a minute that is past, or says what stands, changes nothing.
    if (sameState(before, after)) return;
    this.#tell({
      kind: 'lever',
      before,
      after,
      under: Math.abs(value),
      readableFrom,
      by: caller?.writer ?? null,
      sentAt: caller?.sentAt ?? now,
    });
  }

  /** The alarm's turns, as long as there is something that it might not have seen. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const now = this.#time.now();
    const turn = this.#phaseMs + Math.ceil((now + 1 - this.#phaseMs) / periodMs) * periodMs;
    this.#time.after(turn - now, () => {
      this.#isWatched = false;
      this.#evaluate();
      const until = Math.max(...this.#data.map(({ at, evaluatedFrom }) => Math.max(at, evaluatedFrom)));
      if (this.#time.now() < until + (rangePeriods + 1) * periodMs) this.#watch();
    });
  }

  /** Whole minutes alone, the newest that has data first. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
  #evaluate(): void {
    if (this.#faults.bite('region-lost', ({ region }) => region === this.#standby) !== undefined) return;
    if (this.#faults.bite('beacon-stuck') !== undefined) return;
    const now = this.#time.now();
    const sums = new Map(
      periodsOf(
        this.#data.filter(({ evaluatedFrom }) => evaluatedFrom <= now),
        periodMs,
      ).map(({ at, sum }) => [at, sum]),
    );
    const end = Math.floor(now / periodMs) * periodMs;
    const range = Array.from({ length: rangePeriods }, (_, index) => {
      const at = end - (rangePeriods - index) * periodMs;
      return { at, value: sums.get(at) ?? null };
    });
    const says = evaluateAlarm(alarmConfig, range, now)?.state ?? 'INSUFFICIENT_DATA';
    const isHealthy = statusAfter(says, metricCheck, this.#isHealthy);
    if (isHealthy === this.#isHealthy) return;
    this.#isHealthy = isHealthy;
    // Every resolver is taken to have asked right before the change.
    this.#history = [...this.#history.slice(-20), { isHealthy, atEdgeFrom: now + healthCheckMs + aliasTtlMs }];
  }

  #weights(homeServes: boolean): LeverState['weights'] {
    return weightsAt(this.#service, homeServes ? this.#home : this.#standby);
  }
}

function periodsOf(data: readonly Datum[], lengthMs: number) {
  const groups = Map.groupBy(data, ({ at }) => Math.floor(at / lengthMs) * lengthMs);
  return [...groups].map(([at, group]) => {
    const values = group.map(({ value }) => value);
    return {
      at,
      sum: values.reduce((sum, value) => sum + value, 0),
      maximum: Math.max(...values),
      minimum: Math.min(...values),
    };
  });
}

const sameState = (a: LeverState, b: LeverState): boolean =>
  a.epoch === b.epoch && Object.entries(a.weights).every(([name, weight]) => b.weights[name] === weight);

const periodMs = beaconAlarm.Period * 1_000;

const alarmConfig = {
  comparison: beaconAlarm.ComparisonOperator,
  threshold: beaconAlarm.Threshold,
  evaluationPeriods: beaconAlarm.EvaluationPeriods,
  datapointsToAlarm: beaconAlarm.DatapointsToAlarm,
  treatMissingData: beaconAlarm.TreatMissingData,
  statistic: beaconAlarm.Statistic,
  period: beaconAlarm.Period,
} as const;

const metricCheck = {
  id: 'home',
  kind: 'CLOUDWATCH_METRIC',
  insufficientData: beaconInsufficientData,
} as const;

const rangePeriods = evaluationRange(beaconAlarm.EvaluationPeriods);

/** From a put to where readers and the alarm see it. An assumption: AWS says "seconds". */
const readableMs = 3_000;

/** Of a new metric, for readers. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html */
const firstReadableMs = 120_000;

/** Between the two attempts of one call: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const retryDelayMs = 100;

/** From the alarm's turn to what name servers answer. An assumption: AWS says no number. */
const healthCheckMs = 10_000;
