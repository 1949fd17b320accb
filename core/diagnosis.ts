import type { Instant, Region } from './brand.ts';
import type { Evidence } from './evidence.ts';
import { assessTarget, type HealthRules, type TargetHealth } from './health.ts';
import { isNoAnswer } from './observation.ts';

/** What is wrong, by name, before anyone chooses what to do. */
export const diagnosisNames = [
  /** Nothing: the source answers well. */
  'healthy',
  /** A quorum cannot get an answer from the source. */
  'region-down',
  /** A quorum gets answers from the source, and they are wrong. */
  'region-degraded',
  /** Some observers reach the source, some do not, and neither side has its way. */
  'path-broken',
  /** Too few observers can see anything: silent, isolated, unsteady or stale. */
  'observers-blind',
  /** Every region of the service is bad while the control target is not. */
  'all-regions-down',
  /** Nothing at all answers, the control target included: suspect ourselves. */
  'everything-down',
  /** The regions are well and the front door is not: moving would not help. */
  'front-door-down',
  /** Probes find the source well, and an alarm on what users see does not. */
  'users-disagree',
] as const;

export type DiagnosisName = (typeof diagnosisNames)[number];

export interface Diagnosis {
  readonly name: DiagnosisName;
  readonly source: TargetHealth;
  readonly candidates: readonly { readonly region: Region; readonly health: TargetHealth }[];
  readonly frontDoor: TargetHealth;
  readonly control: TargetHealth;
}

export function diagnose(
  evidence: Evidence,
  source: Region,
  candidates: readonly Region[],
  rules: HealthRules,
  now: Instant,
): Diagnosis {
  const regional = (region: Region) => assessTarget(evidence, { kind: 'regional', region }, rules, now);
  const health = {
    source: regional(source),
    candidates: candidates.map((region) => ({ region, health: regional(region) })),
    frontDoor: assessTarget(evidence, { kind: 'front-door' }, rules, now),
    control: assessTarget(evidence, { kind: 'control' }, rules, now),
  };
  return { name: nameOf(health), ...health };
}

function nameOf({ source, candidates, frontDoor, control }: Omit<Diagnosis, 'name'>): DiagnosisName {
  const everyIsolated = source.abstained.length > 0 && source.abstained.every(({ because }) => because === 'isolated');
  const othersBad = candidates.every(({ health }) => health.state === 'bad');
  if (everyIsolated && source.good.length + source.bad.length === 0) return 'everything-down';
  if (source.state === 'bad' && othersBad) return control.state === 'bad' ? 'everything-down' : 'all-regions-down';
  if (source.state === 'bad') return source.reasons.some(isNoAnswer) ? 'region-down' : 'region-degraded';
  if (source.state === 'good') {
    if (frontDoor.state === 'bad') return 'front-door-down';
    return source.usersRed.length > 0 ? 'users-disagree' : 'healthy';
  }
  return source.good.length > 0 && source.bad.length > 0 ? 'path-broken' : 'observers-blind';
}
