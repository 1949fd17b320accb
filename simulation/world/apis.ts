import type { Region } from '../../core/brand.ts';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import type { Answer } from '../../core/observation.ts';
import { type HealthyAnswer, regionNames, type Service, type Statuses, statusesOf } from '../../core/service.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { LeverState } from './happening.ts';
import type { Network } from './network.ts';

/** How the service answers: each region by itself, and the front door, which leads to one of them. */
export class Apis {
  readonly #service: Service;
  readonly #time: VirtualTime;
  readonly #network: Network;
  readonly #faults: ActiveFaults;
  readonly #random: Random;
  /** What the edge, or DNS, knows of the lever. */
  readonly #atEdge: (asker: Region) => LeverState;
  readonly #goodBodies: ReadonlyMap<Region, string>;
  readonly #goodWriteBodies: ReadonlyMap<Region, string>;

  constructor(
    service: Service,
    atEdge: (asker: Region) => LeverState,
    around: { time: VirtualTime; network: Network; faults: ActiveFaults; random: Random },
  ) {
    this.#service = service;
    this.#atEdge = atEdge;
    this.#time = around.time;
    this.#network = around.network;
    this.#faults = around.faults;
    this.#random = around.random;
    const { healthy, writeProbe } = service;
    const bodiesOf = ({ body }: Pick<HealthyAnswer, 'body'>) =>
      new Map(regionNames(service).map((region) => [region, goodBody(body, healthy, region)]));
    this.#goodBodies = bodiesOf(healthy);
    this.#goodWriteBodies = bodiesOf(writeProbe ?? healthy);
  }

  /** What `from` gets from a region's own endpoint. */
  regional(from: Region, region: Region, isWrite = false): Answer {
    const { timeoutMs, slowMs } = this.#service.healthy;
    const is = (of: { region: Region }) => of.region === region;
    const faults = this.#faults;
    if (!faults.none) {
      if (this.#isDark(from, region)) return failed('timeout', timeoutMs);
      if (faults.bite('api-refuses', is)) return failed('refused', 3);
      if (faults.bite('api-errors', is)) return this.#answered(503, jsonType, '{"status":"unavailable"}');
      if (faults.bite('api-wrong-body', is)) return this.#answered(200, 'text/html', '<html>Service</html>');
      if (isWrite && faults.bite('api-writes-fail', is)) return this.#answered(500, jsonType, '{"error":"read only"}');
      if (faults.bite('api-slow', is)) return { ...this.#good(region, isWrite), latencyMs: slowMs + 200 };
    }
    return this.#good(region, isWrite);
  }

  /** What the edge says that answers `from`: no region is asked. */
  edge(from: Region, request: number): Answer {
    const down = this.#noFrontDoor(from);
    if (down !== null) return down;
    const { epoch, weights } = this.#atEdge(from);
    const { regions, effective, ranked } = this.#choiceOf(weights, `${from}/${request}`);
    const belief = {
      service: this.#service.name,
      region: regions[ranked[0] ?? 0],
      override: 0,
      routing: epoch ?? 0,
      weights: effective,
    };
    return this.#answered(200, jsonType, JSON.stringify(belief));
  }

  /** The region answers nobody well, whatever the dice of its faults. */
  isDown(region: Region): boolean {
    const is = (of: { region: Region }) => of.region === region;
    const faults = this.#faults;
    return (
      faults.find('api-dark', is) !== undefined ||
      faults.find('api-refuses', is) !== undefined ||
      faults.find('api-wrong-body', is) !== undefined ||
      faults.find('region-lost', is) !== undefined ||
      faults.find('api-errors', (of) => is(of) && of.percent === 100) !== undefined ||
      faults.find('all-apis-dark') !== undefined ||
      faults.find('everything-dark') !== undefined
    );
  }

  /** What `from` gets through the front door. */
  frontDoor(from: Region, request: number, isWrite = false): Answer {
    const down = this.#noFrontDoor(from);
    if (down !== null) return down;
    const { regions, ranked } = this.#choiceOf(this.#atEdge(from).weights, `${from}/${request}`);
    const [first, second] = ranked;
    // Callers reach the edge, and the edge reaches the regions: a cut between an observer and a region is no cut here.
    const answer = this.regional('edge' as Region, regions[first ?? 0] as Region, isWrite);
    // As CloudFront has it: an origin group is for reads.
    const failsOver = this.#service.lever.kind === 'kvs' && second !== undefined && !isWrite;
    return failsOver && (answer.kind === 'failed' || answer.status >= 500)
      ? this.regional('edge' as Region, regions[second] as Region)
      : answer;
  }

  #noFrontDoor(from: Region): Answer | null {
    if (this.#faults.bite('front-door-down')) return this.#answered(502, 'text/html', '<html>Bad gateway</html>');
    return this.#faults.none || this.#network.reaches(from, 'front-door')
      ? null
      : failed('timeout', this.#service.healthy.timeoutMs);
  }

  #choiceOf(weights: LeverState['weights'], viewer: string) {
    const regions = regionNames(this.#service);
    const effective = effectiveWeights(regions, { e: 0, w: Object.entries(weights) }, { e: 0 });
    return { regions, effective, ranked: rankRegions(regions, effective, viewer) };
  }

  control(from: Region): Answer {
    const { timeoutMs } = this.#service.healthy;
    if (this.#faults.bite('everything-dark')) return failed('timeout', timeoutMs);
    return this.#network.reaches(from, 'control-target')
      ? this.#answered(200, 'text/plain', '')
      : failed('timeout', timeoutMs);
  }

  #isDark(from: Region, region: Region): boolean {
    const is = (of: { region: Region }) => of.region === region;
    const faults = this.#faults;
    if (faults.bite('api-dark', is) || faults.bite('region-lost', is)) return true;
    if (faults.bite('all-apis-dark') || faults.bite('everything-dark')) return true;
    const flaps = faults.find('api-flaps', is);
    if (flaps !== undefined && this.#time.now() % (flaps.down + flaps.up) < flaps.down) {
      faults.hit(flaps);
      return true;
    }
    return !this.#network.reaches(from, `api:${region}`);
  }

  #good(region: Region, isWrite: boolean): Answer {
    const { healthy, writeProbe = healthy } = this.#service;
    const { status, contentType } = isWrite ? writeProbe : healthy;
    return this.#answered(status, contentType, (isWrite ? this.#goodWriteBodies : this.#goodBodies).get(region) ?? '');
  }

  #answered(status: Statuses, contentType: string | null, body: string): Extract<Answer, { kind: 'answered' }> {
    return {
      kind: 'answered',
      status: statusesOf(status)[0] ?? 200,
      headers: contentType === null ? {} : { 'content-type': contentType },
      body,
      latencyMs: this.#random.between(5, 90),
    };
  }
}

const jsonType = 'application/json';

const failed = (because: 'timeout' | 'refused', latencyMs: number): Answer => ({
  kind: 'failed',
  because,
  detail: because,
  latencyMs,
});

/** What the configuration calls healthy, said by this region. */
function goodBody(members: HealthyAnswer['body'], healthy: HealthyAnswer, region: Region): string {
  const body: Record<string, unknown> = {};
  const put = (path: string, value: unknown): void => {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let at = body;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  };
  for (const [path, value] of Object.entries(members)) put(path, value);
  if (!('field' in healthy.servedBy)) throw new Error('the simulation names regions in the body');
  put(healthy.servedBy.field, region);
  return JSON.stringify(body);
}
