import type { CallerKindName } from '../../core/caller-kinds.ts';
import { type Failover, homeRegion, type Service } from '../../core/service.ts';
import { following } from './callers.ts';
import { namedLatencies } from './latencies.ts';
import { type Moments, type OutageName, outages, playOutage } from './outage.ts';
import { ownWorld } from './own-world.ts';
import { type Percentiles, percentiles } from './percentiles.ts';

/** From a fault of the home region to each moment. Milliseconds; infinite where it never came. */
export interface Rto {
  readonly service: string;
  readonly lever: Service['lever']['kind'];
  readonly home: string;
  readonly outage: OutageName;
  readonly incidents: number;
  readonly detected: Percentiles;
  readonly decided: Percentiles;
  readonly written: Percentiles;
  /** Edges or name servers answer by the write. */
  readonly followed: Percentiles;
  /** 99 % of the callers of a kind are served again. */
  readonly callers: Readonly<Record<CallerKindName, Percentiles>>;
  readonly targetMs: number;
  /** Share of the incidents in which 99 % of callers who make a connection for each request were served within the target, from 0 to 1. */
  readonly withinTarget: number;
}

export interface RtoOptions {
  readonly outage: OutageName;
  readonly incidents: number;
  /** Of the records that callers look up. Milliseconds. */
  readonly ttlMs: number;
  readonly signal?: AbortSignal;
}

/** Plays so many outages of a service's home region. The same configuration gives the same numbers. */
export async function rtoOf(
  failover: Failover,
  service: Service,
  { outage, incidents, ttlMs, signal }: RtoOptions,
): Promise<Rto> {
  const world = ownWorld(failover, service);
  const moments: Moments[] = [];
  for (let seed = 1; seed <= incidents && signal?.aborted !== true; seed++) {
    moments.push(await playOutage(world, outage, { seed, latencies: namedLatencies }));
    // Virtual time never lets the event loop turn: signals have their say between outages.
    await new Promise(setImmediate);
  }
  const of = (moment: keyof Moments, moreMs: number | null = 0) =>
    percentiles(moments.map((each) => (moreMs === null ? Infinity : (each[moment] ?? Infinity) + moreMs)));
  const kinds = Object.entries(following(service.lever.kind, ttlMs, outages[outage].answers));
  const fresh = following(service.lever.kind, ttlMs, outages[outage].answers).fresh ?? Infinity;
  const targetMs = service.policy.rtoTargetMs;
  const within = moments.filter(({ followedMs }) => (followedMs ?? Infinity) + fresh <= targetMs).length;
  return {
    service: service.name,
    lever: service.lever.kind,
    home: homeRegion(service),
    outage,
    incidents: moments.length,
    detected: of('detectedMs'),
    decided: of('decidedMs'),
    written: of('writtenMs'),
    followed: of('followedMs'),
    callers: Object.fromEntries(kinds.map(([kind, moreMs]) => [kind, of('followedMs', moreMs)])) as Rto['callers'],
    targetMs,
    withinTarget: within / Math.max(1, moments.length),
  };
}
