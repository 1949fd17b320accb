import type { Region } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import { assessTarget, healthRules, observersText } from '../../../core/health.ts';
import type { Observation } from '../../../core/observation.ts';
import { assessEdges } from '../../../core/proof.ts';
import { sameWeights, servingRegions, type Weights, weightsText } from '../../../core/routing.ts';
import { type Failover, regionNames, type Service } from '../../../core/service.ts';
import type { Ports } from '../../ports.ts';
import { aimAtEdge, aimsAtFrontDoor } from '../look.ts';
import { lookAtMany } from '../look-at-many.ts';
import { readRouting } from '../read-routing.ts';

export type ProvePorts = Pick<Ports, 'clock' | 'wait' | 'levers' | 'vantages'>;

/** A service of which edges must know the override, and by which write of it. */
export interface ToProve {
  readonly service: Service;
  /** Null where no edge steers: then it is the controls that say these weights, and the front door that proves them. */
  readonly override: number | null;
  readonly weights?: Weights | undefined;
}

export interface Proof {
  readonly service: Service;
  readonly isProved: boolean;
  readonly because: string;
}

/**
 * Whether callers of each service meet the override: a quorum of observers' edges says its epoch and the weights that follow from it, and
 * real requests through the front door are answered well, by a region that has a share. As many good looks in a row as the policy of the
 * service asks for. Looks on until all are proved or `until` has come.
 */
export async function prove(
  asked: readonly ToProve[],
  until: number,
  ports: ProvePorts,
  failover: Failover,
): Promise<readonly Proof[]> {
  const proofs = new Map<string, Proof>();
  const streaks = new Map<string, number>();
  let pending = asked;
  for (;;) {
    for (const { service, isGood, because } of await lookOnce(pending, ports, failover)) {
      const streak = isGood ? (streaks.get(service.name) ?? 0) + 1 : 0;
      streaks.set(service.name, streak);
      proofs.set(service.name, { service, isProved: streak >= service.policy.verify.consecutive, because });
    }
    pending = pending.filter(({ service }) => proofs.get(service.name)?.isProved !== true);
    const pauseMs = Math.min(...pending.map(({ service }) => service.policy.verify.intervalMs));
    if (pending.length === 0 || ports.clock.now() + pauseMs > until) break;
    await ports.wait(pauseMs);
  }
  return asked.flatMap(({ service }) => proofs.get(service.name) ?? []);
}

async function lookOnce(pending: readonly ToProve[], ports: ProvePorts, failover: Failover) {
  const questions = pending.map(({ service }) => ({
    service,
    aims: [aimAtEdge(service), ...aimsAtFrontDoor(service)].filter((aim) => aim !== null),
  }));
  const [seen, routings] = await Promise.all([lookAtMany(questions, failover, ports), readAll(pending, ports)]);
  const now = ports.clock.now();
  return pending.map(({ service, override, weights: wanted }) => {
    const routing = routings.get(service.name);
    if (routing?.kind !== 'read') {
      return { service, isGood: false, because: `the lever cannot be read: ${routing?.because ?? 'nobody asked'}` };
    }
    const { epoch, weights } = routing.routing;
    if (wanted !== undefined && !sameWeights(weights, wanted)) {
      return { service, isGood: false, because: `the lever says ${weightsText(weights)}` };
    }
    const serving = servingRegions(weights);
    const alone = serving.length === 1 ? (serving[0] ?? null) : null;
    const observations = seen.get(service.name) ?? [];
    const rules = healthRules(service, failover.observers);
    const written = { epoch: epoch ?? 0, override: override ?? 0, weights, regions: regionNames(service), alone };
    const edges = override === null ? null : assessEdges(observations, written, rules, now);
    const through = observations.map((observation) => answeredBy(serving, observation));
    const door = assessTarget({ observations: through, alarms: [], earlier: [] }, { kind: 'front-door' }, rules, now);
    const known = edges === null ? '' : `edges have it from ${observersText(edges.good)}; `;
    const because = `${service.name}: ${known}through the front door ${door.state} from ${observersText(door.state === 'bad' ? door.bad : door.good)}${door.reasons.length === 0 ? '' : ` (${door.reasons.join(', ')})`}`;
    return { service, isGood: (edges === null || edges.state === 'good') && door.state === 'good', because };
  });
}

async function readAll(pending: readonly ToProve[], ports: ProvePorts) {
  const read = new Map<string, Awaited<ReturnType<typeof readRouting>>>();
  for (const some of chunks(pending, readsAtOnce)) {
    const readings = await Promise.all(some.map(({ service }) => readRouting(service, ports)));
    for (const [index, { service }] of some.entries()) {
      const reading = readings[index];
      if (reading !== undefined) read.set(service.name, reading);
    }
  }
  return read;
}

const readsAtOnce = 50;

/** A good answer of a region without a share comes from one that was to be left. */
function answeredBy(serving: readonly Region[], observation: Observation): Observation {
  const { target, outcome } = observation;
  if (target.kind !== 'front-door' || outcome.kind === 'bad') return observation;
  if (outcome.servedBy !== null && serving.includes(outcome.servedBy)) return observation;
  const detail = `served by ${outcome.servedBy ?? 'nobody who says so'}, not ${serving.join(' or ')}`;
  return { ...observation, outcome: { kind: 'bad', because: 'wrong-region', detail } };
}
