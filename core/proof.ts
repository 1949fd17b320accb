import type { Instant, Region } from './brand.ts';
import { assessTarget, type HealthRules, type TargetHealth } from './health.ts';
import type { LeverConfig } from './lever.ts';
import type { Belief, Observation } from './observation.ts';
import type { Weights } from './routing.ts';
import { withStandIn } from './stand-in.ts';

/*
 * What shows that a write has reached those who obey the lever. A good answer of the target alone does not: where reads fail
 * over, it came from there before anything was written.
 */

/** What the edges must have read. */
export interface Written {
  /** Of the write; 0 where nothing was ever written. */
  readonly epoch: number;
  /** Of the write of the override, where that is what was written. */
  readonly override?: number | undefined;
  readonly weights: Weights;
  /** In the order in which edges tell their weights. */
  readonly regions: readonly Region[];
  /** The region that serves everybody; null while traffic is shared. */
  readonly alone: Region | null;
}

/**
 * How the edges look that the observers ask: good is one that has what was written, bad one that has not, for whatever
 * reason. A quorum of observers proves it, where it outnumbers the others.
 */
export function assessEdges(
  observations: readonly Observation[],
  written: Written,
  rules: HealthRules,
  now: Instant,
): TargetHealth {
  const judged = observations.map((observation) => withoutBelief(observation, written));
  return assessTarget({ observations: judged, alarms: [], earlier: [] }, { kind: 'edge' }, rules, now);
}

/** Who could see whether the write has arrived, and did not see it: voted otherwise, or saw both. */
export function unproven(...healths: readonly TargetHealth[]): readonly Region[] {
  const against = healths.flatMap(({ bad, abstained }) => [
    ...bad,
    ...abstained.filter(({ because }) => because === 'unsteady').map(({ observer }) => observer),
  ]);
  return [...new Set(against)];
}

function withoutBelief(observation: Observation, written: Written): Observation {
  const { target, outcome } = observation;
  if (target.kind !== 'edge' || outcome.kind === 'bad') return observation;
  const fault = faultOf(outcome.belief, outcome.servedBy, written);
  return fault === null ? observation : { ...observation, outcome: { kind: 'bad', because: fault, detail: fault } };
}

/** A newer epoch with the same weights has overtaken the write, and leads callers to the same place. */
function faultOf(
  belief: Belief | undefined,
  servedBy: Region | null,
  written: Written,
): 'body' | 'wrong-region' | null {
  const { epoch, override = 0, weights, regions, alone } = written;
  const says = (believed: readonly number[]) =>
    believed.length === regions.length && regions.every((name, index) => believed[index] === (weights[name] ?? 0));
  const isWritten =
    belief !== undefined &&
    belief.routing >= epoch &&
    belief.override >= override &&
    (says(belief.weights) || says(withStandIn(belief.weights)));
  if (!isWritten) return 'body';
  return alone === null || servedBy === alone ? null : 'wrong-region';
}

/** For whom a verified move is true, where that is not everybody. */
interface Whom {
  readonly whom: string;
  readonly others: string;
}

export function provenFor(kind: LeverConfig['kind']): Whom | null {
  switch (kind) {
    // The edge chooses a region for each request, whatever connection it comes on.
    case 'kvs':
      return null;
    // DNS is asked when a connection is made, and by nobody who has one.
    case 'arc':
    case 'beacon':
      return {
        whom: 'for new connections',
        others: 'callers that keep theirs stay where they are until those close',
      };
    default:
      return kind satisfies never;
  }
}

/** To end `verified with real requests` with; null where it is true for everybody, from everywhere. */
export function limitsOfProof(kind: LeverConfig['kind'], unproven: string | null): string | null {
  const parts = [provenFor(kind)?.whom, unproven === null ? undefined : `but not from ${unproven}`];
  return parts.filter((part) => part !== undefined).join(', ') || null;
}
