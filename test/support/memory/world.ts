import type { Instant } from '../../../core/brand.ts';
import { leverTraits } from '../../../core/lever.ts';
import { type BadReason, isWrite, type Outcome } from '../../../core/observation.ts';
import { homeWeights } from '../../../core/plan.ts';
import { activeRegion, type Routing } from '../../../core/routing.ts';
import { type Failover, regionNames, type Service } from '../../../core/service.ts';
import type { Ports } from '../../../handlers/ports.ts';
import { MemoryAlarms } from './alarms.ts';
import { MemoryArrivals } from './arrivals.ts';
import { ManualClock } from './clock.ts';
import { MemoryDrillAlarms } from './drill-alarms.ts';
import { MemoryExecutions } from './executions.ts';
import { ScriptedHooks } from './hooks.ts';
import { MemoryLedger } from './ledger.ts';
import { MemoryLever } from './lever.ts';
import { MemoryLog } from './log.ts';
import { MemoryMetrics } from './metrics.ts';
import { RecordingNotifier } from './notifier.ts';
import { MemoryStarter } from './starter.ts';
import { MemoryUsers } from './users.ts';
import { type Probe, ScriptedVantages } from './vantages.ts';

/** Every port in memory, bound to one clock: regions that can be broken, and a front door that follows the lever. */
export class MemoryWorld implements Ports {
  readonly clock: ManualClock;
  readonly wait: Ports['wait'];
  readonly log = new MemoryLog();
  readonly ledger: MemoryLedger;
  readonly alarms = new MemoryAlarms();
  readonly arrivals = new MemoryArrivals();
  readonly users = new MemoryUsers();
  readonly drillAlarms = new MemoryDrillAlarms();
  readonly hooks = new ScriptedHooks();
  readonly chat = new RecordingNotifier('chat');
  readonly mail = new RecordingNotifier('mail');
  readonly notifiers: readonly RecordingNotifier[] = [this.chat, this.mail];
  readonly metrics = new MemoryMetrics();
  readonly starter = new MemoryStarter();
  readonly executions = new MemoryExecutions();
  readonly vantages: ScriptedVantages;
  /** What is wrong with a region, the front door or the control target; `front-door` and `control` beside region names, `edge`, and `writes to <region>`. */
  readonly broken = new Map<string, BadReason>();
  /** Edges, by the observer that asks them, to which what was written has not come: what they have instead. */
  readonly atEdge = new Map<string, Routing>();
  /** Observers that cannot be asked. */
  readonly silent = new Set<string>();
  readonly #levers: ReadonlyMap<string, MemoryLever>;

  constructor(failover: Failover, now: Instant) {
    this.clock = new ManualClock(now);
    this.wait = this.clock.wait;
    this.ledger = new MemoryLedger(this.clock);
    this.vantages = new ScriptedVantages((probe) => this.#seen(probe, failover), this.clock, this.wait);
    this.#levers = new Map(
      failover.services.map((service) => {
        return [service.name, new MemoryLever(homeWeights(service), leverTraits[service.lever.kind])];
      }),
    );
  }

  readonly levers = ({ name }: { readonly name: string }): MemoryLever => {
    const lever = this.#levers.get(name);
    if (lever === undefined) throw new Error(`no service ${name} in this world`);
    return lever;
  };

  #seen({ observer, aim: { target, url } }: Probe, failover: Failover): Outcome {
    if (this.silent.has(observer)) throw new Error(`${observer} cannot be asked`);
    switch (target.kind) {
      case 'control':
        return this.#answer('control', null);
      case 'regional':
        return this.#answer(isWrite(target) ? writesTo(target.region) : target.region, target.region);
      case 'edge': {
        const service = serviceAt(url, failover);
        // Whoever does not come through the front door does not come to an edge.
        const closed = ['edge', 'front-door'].find((name) => this.broken.has(name));
        if (closed !== undefined || service === undefined) return this.#answer(closed ?? 'edge', null);
        const { epoch, weights } = this.atEdge.get(observer) ?? this.levers(service).routing;
        const belief = {
          override: 0,
          routing: epoch ?? 0,
          weights: regionNames(service).map((name) => weights[name] ?? 0),
        };
        return { kind: 'good', servedBy: activeRegion(weights), belief };
      }
      case 'front-door': {
        if (this.broken.has('front-door')) return this.#answer('front-door', null);
        const service = serviceAt(url, failover);
        if (service === undefined) return noneServes;
        const { weights } = this.atEdge.get(observer) ?? this.levers(service).routing;
        const serving = activeRegion(weights);
        if (serving === null) return noneServes;
        if (isWrite(target)) return this.#answer(writesTo(serving), serving);
        const fallback = regionNames(service).find((name) => name !== serving && (weights[name] ?? 0) >= 0);
        // As an origin group does, for reads alone.
        const isOver = service.lever.kind === 'kvs' && fallback !== undefined && this.broken.has(serving);
        return isOver ? this.#answer(fallback, fallback) : this.#answer(serving, serving);
      }
    }
  }

  #answer(what: string, servedBy: Extract<Outcome, { kind: 'good' }>['servedBy']): Outcome {
    // A region that does not answer takes no writes either.
    const because = this.broken.get(what) ?? this.broken.get(what.replace(/^writes to /, ''));
    return because === undefined ? { kind: 'good', servedBy } : { kind: 'bad', because, detail: `${what} is broken` };
  }
}

/** As a key of `broken`. */
const writesTo = (region: string) => `writes to ${region}`;

const serviceAt = (url: string, { services }: Failover): Service | undefined =>
  services.find(({ frontDoor }) => url.startsWith(frontDoor.url));

const noneServes: Outcome = { kind: 'bad', because: 'status', detail: 'status 503, not 200' };
