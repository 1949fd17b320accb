import { BELIEF_PATH } from '../../core/belief-path.ts';
import type { Region } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import { type Observation, writesOf } from '../../core/observation.ts';
import { burstMs } from '../../core/policy.ts';
import { probeUrl } from '../../core/probe-url.ts';
import type { Failover, Service } from '../../core/service.ts';
import { flagPlace } from '../../deployment/names.ts';
import type { Aim, Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** A region's own endpoint, which that region itself must answer. */
export function aimAtRegion(service: Service, region: Region): Aim | null {
  const at = placeOf(service, region);
  if (at === undefined) return null;
  const { healthy, access } = service;
  return {
    target: { kind: 'regional', region },
    method: healthy.method,
    send: healthy.send,
    access,
    host: at.host,
    url: probeUrl(at.endpoint, at.path ?? healthy.path),
    healthy,
    expectedRegion: region,
    resolvers: [],
  };
}

/** A region's own endpoint, asked to read and, where the service has a write probe, to write. */
export function aimsAtRegion(service: Service, region: Region): readonly Aim[] {
  return withWrites(service, aimAtRegion(service, region), placeOf(service, region)?.endpoint);
}

/** The same, by observers that heed the flag of a detection drill where the configuration has such drills. */
export function heeding(aims: readonly Aim[], service: Service, failover: Failover): readonly Aim[] {
  const flag = flagPlace(failover, service);
  return flag === undefined ? aims : aims.map((aim) => ({ ...aim, flag }));
}

/** Where callers enter, asked in both ways. */
export function aimsAtFrontDoor(service: Service): readonly Aim[] {
  return withWrites(service, aimAtFrontDoor(service), service.frontDoor.url);
}

/** What the edge believes that answers this observer; null where no edge steers. */
export function aimAtEdge({ name, frontDoor, healthy, access, lever }: Service): Aim | null {
  if (lever.kind !== 'kvs') return null;
  return {
    target: { kind: 'edge' },
    access,
    url: probeUrl(frontDoor.url, `${BELIEF_PATH}${name}`),
    healthy: {
      ...healthy,
      status: 200,
      contentType: 'application/json',
      body: { service: name },
      text: undefined,
      servedBy: { field: 'region' },
    },
    expectedRegion: null,
    resolvers: frontDoor.resolvers,
  };
}

function withWrites({ writeProbe, healthy }: Service, read: Aim | null, base: string | undefined): readonly Aim[] {
  if (read === null || base === undefined) return [];
  const target = writesOf(read.target);
  if (writeProbe === undefined || target === null) return [read];
  const { method, path, send, status, contentType, body, text, servedBy = healthy.servedBy } = writeProbe;
  const good = { ...healthy, path, status, contentType, body, text, servedBy };
  return [read, { ...read, target, method, send, url: probeUrl(base, path), healthy: good }];
}

const placeOf = ({ regions }: Service, region: Region) => regions.find((candidate) => candidate.region === region);

/** Where callers enter: any region may answer, and says which it is. */
export function aimAtFrontDoor({ frontDoor, healthy, access }: Service): Aim {
  return {
    target: { kind: 'front-door' },
    method: healthy.method,
    send: healthy.send,
    access,
    url: probeUrl(frontDoor.url, healthy.path),
    healthy,
    expectedRegion: null,
    resolvers: frontDoor.resolvers,
  };
}

/** Nobody's service: it tells a blind observer from a dead region. Only its status is judged. */
export function aimAtControl(
  { controlTarget }: Pick<Failover, 'controlTarget'>,
  { healthy: { timeoutMs } }: Service,
): Aim {
  return {
    target: { kind: 'control' },
    url: controlTarget.url,
    healthy: {
      path: '/',
      status: controlTarget.status,
      contentType: '*/*',
      body: {},
      servedBy: { header: 'x-served-region' },
      slowMs: timeoutMs,
      timeoutMs,
    },
    expectedRegion: null,
    resolvers: [],
  };
}

/** A burst from every observer at once. One that fails or dawdles is silent, and holds up nobody. */
export async function lookFromEverywhere(
  observers: readonly Region[],
  aims: readonly Aim[],
  burst: { readonly count: number; readonly intervalMs: number },
  { vantages, wait }: Pick<Ports, 'vantages' | 'wait'>,
): Promise<Pick<Evidence, 'observations' | 'silent'>> {
  const boundMs = burstMs(burst) + Math.max(...aims.map(({ healthy }) => healthy.timeoutMs)) + graceMs;
  const looks = await Promise.all(
    observers.map(async (observer): Promise<Pick<Evidence, 'observations' | 'silent'>> => {
      try {
        const seen = await within(boundMs, observer, wait, () => vantages.burst(observer, aims, burst));
        return { observations: seen.map((observation) => checked(observation, observer)), silent: [] };
      } catch (error) {
        return { observations: [], silent: [{ observer, because: sentence(error) }] };
      }
    }),
  );
  return {
    observations: looks.flatMap(({ observations }) => observations),
    silent: looks.flatMap(({ silent }) => silent),
  };
}

/** The call itself, a cold start included. */
const graceMs = 5_000;

/** An observer has one vote, its own. */
function checked(observation: Observation, observer: Region): Observation {
  if (observation.observer === observer) return observation;
  throw new Error(`it answered for ${observation.observer}: two regions run the same vantage`);
}
