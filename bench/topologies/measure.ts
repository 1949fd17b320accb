import { setTimeout as delay } from 'node:timers/promises';
import { loadFailover } from '../../config/load.ts';
import { topologyConfiguration } from '../../config/topology-names.ts';
import { type CallerKindName, callerKinds } from '../../core/caller-kinds.ts';
import type { Service } from '../../core/service.ts';
import { homeRegion, regionNames } from '../../core/service.ts';
import { recoveredAt, type Sample } from '../../core/traffic.ts';
import { canaryName } from '../../deployment/names.ts';
import { wallClock } from '../../loopback/clock.ts';
import type { Fault } from '../../sandbox/regions/fault.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { callersOf } from '../../sandbox/viewers/callers.ts';
import { startViewers, type Viewers, type ViewersOptions } from '../../sandbox/viewers/viewers.ts';
import { documented } from './documented.ts';

/** From the fault to 99 % of requests served, at the pace of AWS; null where that was not seen in the time watched. */
export interface Served {
  readonly readsMs: number | null;
  readonly writesMs: number | null;
}

export interface Measurement {
  readonly topology: string;
  readonly fault: Fault;
  readonly tempo: number;
  /** At the pace of AWS. */
  readonly watchedMs: number;
  readonly understudy: ServedByKind;
  readonly documented: ServedByKind;
}

/** For each kind of caller, all of them at once. */
export type ServedByKind = Readonly<Record<CallerKindName, Served>>;

/**
 * Both at once: the same sandbox, regions and fault, two fronts, each with callers of its own. Whoever serves counts: an
 * origin group serves reads from the standby at once, and writes wait for the move.
 */
export async function measure(topology: string, fault: Fault, tempo: number, watchedMs: number): Promise<Measurement> {
  const failover = await loadFailover(topologyConfiguration(topology));
  const [service] = failover.services;
  if (service === undefined) throw new Error(`${topology} has no service`);
  const sandbox = await startSandbox({ failover, tempo, topology });
  const other = await documented[topology]?.(sandbox, tempo);
  if (other === undefined) throw new Error(`nobody says how ${topology} was before`);
  const callers = callersOf(sandbox, service);
  const running: Viewers[] = [];
  try {
    const green = allGreen(sandbox, service);
    await sandbox.warm();
    await green;
    running.push(viewers({ ...callers, tempo }), viewers({ ...callers, tempo, ...other, target: other.front }));
    await delay(2_000);
    await sandbox.setFault(homeRegion(service), fault);
    const faultAt = Date.now();
    await delay(watchedMs / tempo);
    await Promise.all(running.map((each) => each.stop()));
    const [ours = [], theirs = []] = running.map((each) => each.samples());
    const served = (samples: readonly Sample[]) => byKind(samples, service, faultAt, tempo);
    return { topology, fault, tempo, watchedMs, understudy: served(ours), documented: served(theirs) };
  } finally {
    await Promise.all(running.map((each) => each.stop()));
    await other.close();
    await sandbox.close();
  }
}

function viewers(callers: Pick<ViewersOptions, 'target' | 'healthy' | 'asks' | 'headers' | 'tempo'>): Viewers {
  return startViewers({
    ratePerSecond: 75,
    viewers: 100,
    callers: Object.fromEntries(kindNames.map((kind) => [kind, 1])),
    methodMix: { get: 1, post: 1 },
    timeoutMs: 5_000,
    clock: wallClock,
    random: Math.random,
    ...callers,
  });
}

function byKind(samples: readonly Sample[], service: Service, since: number, tempo: number): ServedByKind {
  const entries = kindNames.map((kind) => {
    const theirs = samples.filter((sample) => sample.kind === kind);
    return [kind, servedSince(theirs, service, since, tempo)] as const;
  });
  return Object.fromEntries(entries) as ServedByKind;
}

const kindNames = Object.keys(callerKinds) as CallerKindName[];

/** Callers are content with any region that gives a right answer. */
function servedSince(samples: readonly Sample[], service: Service, since: number, tempo: number): Served {
  const ofMethod = (method: Sample['method']): number | null => {
    const by = homeRegion(service);
    const any = samples
      .filter((sample) => sample.method === method)
      .map((sample) => (sample.error === null ? { ...sample, servedBy: by } : sample));
    const at = recoveredAt(any, { since, by, windowMs: 1_000 });
    return at === null ? null : Math.round((at - since) * tempo);
  };
  return { readsMs: ofMethod('GET'), writesMs: ofMethod('POST') };
}

/** Resolves when every canary of every region has passed. */
function allGreen(sandbox: Sandbox, service: Service): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const waitedFor = new Set(
    sandbox.failover.observers.flatMap((observer) =>
      regionNames(service).map((region) => `${observer} ${canaryName(sandbox.failover, service.name, region)}`),
    ),
  );
  const stop = sandbox.watch((event) => {
    if (event.kind !== 'canary' || !event.passed) return;
    waitedFor.delete(`${event.observer} ${event.canary}`);
    if (waitedFor.size > 0) return;
    stop();
    resolve();
  });
  return promise;
}
