import { lasting } from '../../core/lasting.ts';
import { isPaused } from '../../core/limit.ts';
import type { Protection } from '../../core/protection.ts';
import { heldLease } from '../../core/record.ts';
import { servingRegions, sharesText } from '../../core/routing.ts';
import type { ServiceState } from '../../core/service-state.ts';
import { isOpen } from '../../core/trouble.ts';
import type { Answered } from '../answers.ts';
import type { ServiceView } from '../view.ts';

/** How much a service needs a person, the worst first. Never told by its colour alone: each has a word. */
export const urgencies = ['down', 'waits', 'trouble', 'moving', 'unknown', 'unprotected', 'held', 'well'] as const;
export type Urgency = (typeof urgencies)[number];

export const urgencyWords: Readonly<Record<Urgency, string>> = {
  down: 'served by nobody',
  waits: 'waiting for you',
  trouble: 'in trouble',
  moving: 'run under way',
  unknown: 'not known',
  unprotected: 'unprotected',
  held: 'without automation',
  well: 'well',
};

export function urgencyOf({ state, failure, answered, isOld = false }: ServiceView, now: number): Urgency {
  if (state === null) return failure === null ? 'unknown' : 'trouble';
  const { routing, ledger, question, health, shadow, stragglers } = state;
  if (routing.kind === 'read' && servingRegions(routing.routing.weights).length === 0) return 'down';
  if (question !== null || !ledger.armed) return 'waits';
  const isIll = health.some(({ target, state: how }) => how === 'bad' && isServing(state, target));
  const isOff = failure !== null || routing.kind !== 'read' || isOpen(ledger.trouble);
  if (stragglers?.isSplit === true) return 'trouble';
  if (isOff || isIll || differs(state, answered) !== null) return 'trouble';
  if (heldLease(ledger, now) !== null) return 'moving';
  if (isOld) return 'unknown';
  // The front door is looked at by runs alone: without one nobody says anything of it.
  const known = health.filter(({ state: how }) => how === 'good').map(({ target }) => target);
  if (!servingRegions(routing.routing.weights).every((region) => known.includes(region))) return 'unknown';
  if (state.protection !== null) return 'unprotected';
  if (isPaused(ledger, now) || ledger.fences.length > 0 || shadow) return 'held';
  return 'well';
}

/** What the last real requests say against the configuration, in a sentence; null where they agree or nobody was asked. */
export function differs({ routing }: ServiceState, answered: Answered | null): string | null {
  if (answered === null || routing.kind !== 'read') return null;
  const { weights } = routing.routing;
  const { latest } = answered;
  const strangers = new Set(
    latest.flatMap(({ servedBy }) => servedBy ?? []).filter((region) => (weights[region] ?? 0) <= 0),
  );
  if (strangers.size > 0) return `${[...strangers].join(' and ')} answers, and has no share`;
  const failed = latest.filter(({ servedBy }) => servedBy === null).map(({ observer }) => observer);
  // One observer's lost request is no outage.
  return failed.length * 2 > latest.length ? `no good answer to ${failed.join(', ')}` : null;
}

/** Who answered, in a few words. */
export function answeredText(answered: Answered | null, now: number): string {
  if (answered === null) return 'nobody was asked yet';
  const { requests, byRegion, failed, since, latest } = answered;
  const parts = Object.entries(byRegion).map(([region, count]) => `${region} ${count}`);
  const lost = failed === 0 ? [] : [`no good answer ${failed}`];
  return `${[...parts, ...lost].join(', ')}, of ${requests} requests from ${latest.map(({ observer }) => observer).join(', ')} in ${lasting(now - since)}`;
}

/** Whether what is ill is in the way of callers now: a region that serves, or the front door. */
const isServing = ({ routing }: ServiceState, target: string): boolean =>
  routing.kind !== 'read' || target === 'front door' || (routing.routing.weights[target] ?? 0) > 0;

/** Who serves as configured, in a few words. */
export function servedText({ routing }: ServiceState): string {
  if (routing.kind !== 'read') return `unknown: ${routing.because}`;
  return servingRegions(routing.routing.weights).length === 0 ? 'NOBODY' : sharesText(routing.routing.weights);
}

/** Whether it could be moved now, where to, and what would keep automation from it. */
export function outlookText({ outlook: { to, because } }: ServiceState): string {
  const where = to === null ? 'nowhere: no standby is fit by the alarms of a quorum' : `to ${to}`;
  return because.length === 0 ? where : `${where}; automation would not: ${because.join('; ')}`;
}

/** What a region that was left lacks to be a proven standby again, in a line. */
export const lackText = ({ region, since, checks }: Protection['regions'][number], now: number): string =>
  `${region}, left ${lasting(now - since)} ago, lacks ${checks
    .filter(({ isDone }) => !isDone)
    .map(({ what, detail }) => `${what} (${detail})`)
    .join('; ')}`;

/** What automation may do, and until when not. */
export function automationText({ ledger, coolsUntil, shadow, service }: ServiceState, now: number): string {
  const shadowText = shadow ? '; in shadow: decides and writes nothing' : '';
  const { paused } = ledger;
  if (paused !== null && isPaused(ledger, now)) {
    const until = paused.until === null ? 'until somebody resumes it' : `for ${lasting(paused.until - now)} more`;
    return `paused by ${paused.by} ${until}: ${paused.reason}${shadowText}`;
  }
  if (!ledger.armed) return `disarmed until somebody acknowledges ${ledger.unacknowledged ?? service}${shadowText}`;
  return `armed${coolsUntil === null ? '' : `, cools down for ${lasting(coolsUntil - now)}`}${shadowText}`;
}

/** `14:03:21` in the time zone of the person who looks. */
export const clockTime = (at: number): string => new Date(at).toLocaleTimeString([], { hour12: false });
