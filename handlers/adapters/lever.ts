import { setTimeout as wait } from 'node:timers/promises';
import type { Region } from '../../core/brand.ts';
import { unreachable } from '../../core/brand.ts';
import { beaconRegions, knownStore } from '../../core/lever.ts';
import { type ArcLeverConfig, regionNames, type Service } from '../../core/service.ts';
import type { Clock, Lever, Log } from '../ports.ts';
import { type ArcCluster, arcClient, arcCluster } from './arc-cluster.ts';
import { credentialsOf } from './assumed-role.ts';
import { beaconClient, cloudWatchBeacon } from './beacon-metric.ts';
import { systemClock } from './clock.ts';
import { kvsClient, kvsStore } from './kvs-store.ts';
import { arcLever } from './lever.arc.ts';
import { beaconLever } from './lever.beacon.ts';
import { kvsLever } from './lever.kvs.ts';

export interface LeverSurroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly log?: Log | undefined;
  /** ARC's safety rules' wait period, where it is not the 5 s that ARC has by default. */
  readonly safetyRuleWaitMs?: number;
  /** Of services whose levers are used at the same time: those of one cluster share its calls, and its pace. */
  readonly clusterOf?: (lever: Pick<ArcLeverConfig, 'endpoints' | 'assume'>) => ArcCluster;
}

/** One ARC cluster for all services that name its endpoints, and reach them by the same role, for a caller in `region`. */
export function arcClusters(
  region: Region,
  surroundings: Partial<LeverSurroundings> = {},
): NonNullable<LeverSurroundings['clusterOf']> {
  const made = new Map<string, ArcCluster>();
  return ({ endpoints, assume }) => {
    const key = JSON.stringify([endpoints.map(({ region: at, url }) => [at, url]), assume?.roleArn]);
    const credentials = credentialsOf(assume, region);
    const clientOf = (endpoint: ArcLeverConfig['endpoints'][number]) => arcClient(endpoint, { credentials });
    const known = made.get(key) ?? arcCluster({ endpoints, clientOf, ...outside, ...surroundings });
    made.set(key, known);
    return known;
  };
}

/** The lever that the service's configuration names, with AWS's clients, for a caller in `region`. */
export function leverOf(service: Service, region: Region, surroundings: Partial<LeverSurroundings> = {}): Lever {
  const around = { ...outside, ...surroundings };
  const { lever } = service;
  switch (lever.kind) {
    case 'kvs': {
      const store = kvsStore(
        kvsClient(region, { endpoint: lever.endpoint, credentials: credentialsOf(lever.assume, region) }),
        knownStore(lever),
      );
      return kvsLever({ store, service, ...around });
    }
    case 'arc': {
      const { clusterOf = arcClusters(region, around) } = around;
      const cluster = clusterOf(lever);
      return arcLever({ cluster, service, controls: lever.controls, ...around });
    }
    case 'beacon': {
      const { standby } = beaconRegions(regionNames(service));
      const metric = cloudWatchBeacon(beaconClient(standby, { endpoint: lever.endpoint }), lever, service.name);
      return beaconLever({ metric, service, periodMs: lever.periodMs, ...around });
    }
    default:
      return unreachable(lever);
  }
}

const outside: LeverSurroundings = { clock: systemClock, random: Math.random, wait };
