import type { Drill, DrillOrder } from './drill-record.ts';
import type { Ending, Request } from './incident.ts';
import type { Verdict } from './verdict.ts';

/* What people hear of a run of a drill: calm of what is planned, and loud where traffic is not where it should be. */

/** A part of what is known when a run is over. */
export interface DrillEnd {
  readonly service: string;
  readonly ending: Ending;
  readonly request: Request | null;
  readonly verdict: Verdict | null;
  readonly refusal?: string | null | undefined;
  readonly drill?: Drill | null | undefined;
  readonly isDrillLost?: boolean | undefined;
}

/** Null where the sentence of every other run fits, or the run is none of a drill. */
export function drillHeadline({ service, ending, request, verdict, refusal }: DrillEnd): string | null {
  const order = request?.drill;
  if (order === undefined) return null;
  const way = verdict?.kind === 'move' ? ` from ${verdict.plan.from} to ${verdict.plan.to}` : '';
  if (order.kind === 'out') {
    if (ending === 'recovered' && order.detects !== undefined) {
      return `${service}: detection drill fired, moved ${order.percent} %${way}, verified with real requests`;
    }
    if (ending === 'recovered') return `${service}: drill moved ${order.percent} %${way}, verified with real requests`;
    if (skippedEndings.has(ending)) {
      const why = verdict?.kind === 'hold' ? verdict.reason : ending === 'refused' ? refusal : null;
      return `${service}: drill skipped${why == null ? '' : ` (${why})`}`;
    }
    return null;
  }
  if (ending === 'recovered' && order.red !== undefined) {
    return `${service}: drill ABORTED by an outcome alarm, led back${way}, verified with real requests`;
  }
  if (ending === 'recovered') return `${service}: drill is over, led back${way}, verified with real requests`;
  if (isOver(verdict)) return `${service}: drill is over, and the traffic is back already`;
  if (ending === 'refused') return `${service}: drill not led back (${refusal ?? 'refused'})`;
  return `${service}: DRILL NOT LED BACK (${verdict?.kind === 'hold' ? verdict.reason : ending})`;
}

const skippedEndings: ReadonlySet<Ending> = new Set(['refused', 'held', 'vetoed', 'shadowed']);

/** What there is to know and to do, beside why. */
export function drillLines({ service, ending, request, drill, isDrillLost }: DrillEnd): string[] {
  const order = request?.drill;
  if (isDrillLost === true) {
    return [
      'The ledger knows nothing of this drill any more: nothing leads it back by itself.',
      `Look where the traffic is: understudy status ${service}`,
    ];
  }
  if (order?.kind === 'return' && order.red !== undefined && ending === 'recovered') {
    return [`${order.red}, seen while the traffic was away.`, `See what happened: understudy explain ${order.of}`];
  }
  if (order?.kind === 'out' && order.plan !== undefined && skippedEndings.has(ending)) {
    return [`The plan ${order.plan} comes again by its schedule; to practise now: understudy drill ${service}`];
  }
  if (order?.kind === 'out' && ending === 'recovered' && drill != null) {
    return [
      `It returns by itself at ${new Date(drill.until).toISOString()}.`,
      `To end it before: understudy drill ${service} --end`,
    ];
  }
  if (order?.kind === 'return' && ending !== 'recovered' && ending !== 'refused') {
    return [
      `Look where the traffic is: understudy status ${service}`,
      `To lead it back by hand, once its region is well: understudy start ${service} --to ${request?.to ?? 'REGION'} --reason "…"`,
    ];
  }
  return [];
}

/** Whoever planned a drill is not woken by it; traffic that is not led back wakes people. */
export function drillSeverity(
  order: DrillOrder,
  { ending, verdict, refusal, isDrillLost }: Pick<DrillEnd, 'ending' | 'verdict' | 'refusal' | 'isDrillLost'>,
): 'critical' | 'info' {
  if (ending === 'recovered') return 'info';
  if (order.kind === 'return') {
    // A run that was not let in leaves the drill on record: another one comes, or people hear.
    if (ending === 'refused') return refusal === 'drill-unknown' ? 'critical' : 'info';
    return isOver(verdict) ? 'info' : 'critical';
  }
  if (isDrillLost === true) return 'critical';
  const isTouched = ending === 'rolled-back' || ending === 'unproven' || ending === 'rollback-failed';
  return isTouched || (ending === 'failed' && verdict?.kind === 'move') ? 'critical' : 'info';
}

const isOver = (verdict: Verdict | null): boolean => verdict?.kind === 'hold' && verdict.reason === 'already-there';
