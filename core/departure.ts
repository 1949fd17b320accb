import type { Region } from './brand.ts';
import { effectiveWeights } from './choose-region.ts';
import { chooseTarget } from './choose-target.ts';
import type { RoutingReading } from './evidence.ts';
import type { TargetHealth } from './health.ts';
import { isPaused, pauseText } from './limit.ts';
import type { LedgerRecord } from './record.ts';
import { servingRegions, shareOf, type Weights } from './routing.ts';
import { regionNames, type Service } from './service.ts';
import { withStandIn } from './stand-in.ts';

/** How one service leaves a region that all are to leave, or why it stays. */
export type Departure =
  /** Nobody is there. */
  | { readonly kind: 'away' }
  /** The override has led it out already, and it would be there without. */
  | { readonly kind: 'led'; readonly to: readonly Region[] }
  /** The override of regions leads its callers to these regions, each of which is fit. */
  | { readonly kind: 'override'; readonly to: readonly Region[] }
  /** It takes a run of its own, whose fit target this is; `prior` is what its lever says. */
  | { readonly kind: 'run'; readonly to: Region; readonly prior: Weights; readonly because: string }
  | { readonly kind: 'stays'; readonly because: string };

/** What is known of a service at the moment at which it is to leave. */
export interface Situation {
  readonly routing: RoutingReading;
  readonly ledger: LedgerRecord;
  /** How its other regions look, by fresh probes. */
  readonly candidates: readonly { readonly region: Region; readonly health: TargetHealth }[];
}

/** Below 0 nobody is sent there, a read that fails over included. */
export const FENCED = -1;

/**
 * Whether a service may leave `from`, and by what. The rules are those of a move by hand: never to a region that is not good from a
 * quorum, nor to one that is fenced; a pause is a person's word, unless another one insists.
 */
export function departureOf(
  service: Service,
  from: Region,
  { routing: reading, ledger, candidates }: Situation,
  { force, now }: { readonly force: boolean; readonly now: number },
): Departure {
  if (reading.kind === 'unreadable') return stays(`the lever cannot be read: ${reading.because}`);
  const { routing } = reading;
  if (routing.displaced?.includes(from)) return { kind: 'led', to: servingRegions(routing.weights) };
  if (shareOf(routing.weights, from) === 0) return { kind: 'away' };
  if (service.policy.shadow) return stays('it is in shadow: nothing is written for it');
  if (isPaused(ledger, now) && !force)
    return stays(`${pauseText(ledger)}; understudy resume ${service.name}, or --force`);
  const others = regionNames(service).filter((name) => name !== from);
  const fitness = { readiness: [], fences: ledger.fences };
  const choose = (among: readonly Region[]) =>
    chooseTarget({ candidates }, among, fitness, routing, service.policy.quorum);
  const best = choose(others);
  if (best.kind === 'none') return stays(best.objection.because);
  const byRun = (because: string): Departure => ({
    kind: 'run',
    to: best.region,
    prior: routing.weights,
    because,
  });
  if (service.lever.kind !== 'kvs') return byRun(`the override does not reach ${service.lever.kind}`);
  if (service.hooks.length > 0) return byRun(`its hooks are asked first: ${service.hooks[0]?.name}`);
  const to = servingUnderOverride(service, routing.weights, from);
  const unfit = to.map((region) => ({ region, choice: choose([region]) })).find(({ choice }) => choice.kind === 'none');
  if (to.length === 0) return byRun('no standby would take its place');
  return unfit === undefined ? { kind: 'override', to } : byRun(`${unfit.region} would take its place, and is not fit`);
}

/** Who serves once the override fences a region: whoever has a share beside it, or the standby that stands in. */
export function servingUnderOverride(service: Service, weights: Weights, fenced: Region): readonly Region[] {
  const regions = regionNames(service);
  const own = { e: 0, w: Object.entries(weights) };
  const after = withStandIn(effectiveWeights(regions, own, { e: 0, x: { [fenced]: FENCED } }));
  return servingRegions(Object.fromEntries(regions.map((name, index) => [name, after[index] ?? 0])));
}

const stays = (because: string): Departure => ({ kind: 'stays', because });
