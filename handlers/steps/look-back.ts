import type { Region } from '../../core/brand.ts';
import { assessTarget, healthRules, isIsolated, observersText } from '../../core/health.ts';
import { isNoAnswer, type Observation, sameTarget, type Target } from '../../core/observation.ts';
import type { Plan } from '../../core/plan.ts';
import { servingRegions } from '../../core/routing.ts';
import type { Failover, Service } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import { aimAtControl, aimsAtRegion, lookFromEverywhere } from './look.ts';

/**
 * Whether undoing a move would lead callers to where nobody answers them: why it must stand, in a sentence, or null. Asked of
 * every observer, now: the region that was left may be well again, and the target may be gone.
 */
export async function whyNotBack(
  service: Service,
  plan: Plan,
  ports: Pick<Ports, 'clock' | 'wait' | 'vantages'>,
  failover: Failover,
): Promise<string | null> {
  const { from, to, prior } = plan;
  if (servingRegions(prior.weights).length === 0) return 'before the move the lever gave no region any traffic';
  const aims = [from, to].flatMap((region) => aimsAtRegion(service, region));
  const { policy } = service;
  const { observations } = await lookFromEverywhere(
    failover.observers,
    [...aims, aimAtControl(failover, service)],
    policy.burst,
    ports,
  );
  const rules = healthRules(service, failover.observers);
  const seen = { observations, alarms: [], earlier: [] };
  const of = (region: Region) => assessTarget(seen, { kind: 'regional', region }, rules, ports.clock.now());
  const [source, target] = [of(from), of(to)];
  const isBlind = source.good.length + source.bad.length + target.good.length + target.bad.length === 0;
  if (isBlind && plan.flees === true) {
    return `no observer could look; ${from} was bad and ${to} was good when that was last seen`;
  }
  if (source.state !== 'bad') return null;
  const answers = answering(observations, { kind: 'regional', region: to });
  if (answers.length === 0) return null;
  // A region that answers right and late serves its callers better than one that answers wrong.
  const isLateAlone = source.reasons.every((reason) => reason === 'slow');
  if (isLateAlone && target.state === 'bad' && !target.reasons.includes('slow')) return null;
  return `${from} is bad from ${observersText(source.bad)} (${source.reasons.join(', ')}), and ${to} answers ${observersText(answers)}`;
}

/** Observers that get an answer of any kind. */
function answering(observations: readonly Observation[], target: Target): readonly Region[] {
  const isAnswer = ({ outcome }: Observation) => outcome.kind === 'good' || !isNoAnswer(outcome.because);
  const observers = [...new Set(observations.map(({ observer }) => observer))];
  return observers.filter((observer) => {
    const mine = observations.filter((seen) => seen.observer === observer);
    return !isIsolated(mine) && mine.some((seen) => sameTarget(seen.target, target) && isAnswer(seen));
  });
}
