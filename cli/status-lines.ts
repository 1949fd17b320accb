import { disagreement } from '../core/agreement.ts';
import type { Instant } from '../core/brand.ts';
import { consentText } from '../core/consent.ts';
import type { DrillPlan } from '../core/drill-plan.ts';
import type { Drill, PastDrill, SeenGate } from '../core/drill-record.ts';
import { drilledText } from '../core/drill-text.ts';
import type { RoutingReading } from '../core/evidence.ts';
import type { Freeze } from '../core/freeze.ts';
import { lasting } from '../core/lasting.ts';
import { isPaused } from '../core/limit.ts';
import type { PastRun } from '../core/past-runs.ts';
import { type Fence, heldLease, type LedgerRecord, type Question } from '../core/record.ts';
import { servingRegions, sharesText } from '../core/routing.ts';
import type { ServiceState } from '../core/service-state.ts';
import type { FreshLook } from '../core/standings.ts';
import { stragglersText } from '../core/stragglers.ts';
import { isOpen } from '../core/trouble.ts';
import { userText } from '../core/users.ts';
import type { Served } from './fresh-look.ts';

/** The state of a service, and what was asked for a person beside it. */
export interface StatusReport extends ServiceState {
  /** Requests that observers sent just now; none where they were not asked. */
  readonly look?: { readonly at: Instant; readonly served: Served } & Pick<FreshLook, 'silent'>;
  /** The last rehearsal or move by a person that came out well; null where the ledger did not tell. */
  readonly practice?: { readonly last: PastRun | null } | null;
  /** Drills that begin by themselves. */
  readonly plans?: readonly DrillPlan[];
}

/** For people: what is most urgent first. */
export function statusLines(state: StatusReport, now: Instant): string[] {
  const { service, question, health, routing, ledger, look } = state;
  const isServed = routing.kind !== 'read' || servingRegions(routing.routing.weights).length > 0;
  const serves = `  serves      ${servedText(service, routing)}${look === undefined ? '' : seenText(look.served, routing)}`;
  const { trouble } = ledger;
  const lease = heldLease(ledger, now);
  const apart = disagreement(ledger, routing);
  return [
    service,
    // Before whatever waits: nothing is more urgent.
    ...(isServed ? [] : [serves]),
    ...(question === null ? [] : questionLines(service, ledger, question, now)),
    ...(ledger.armed
      ? []
      : [
          `  WAITS       for a person: understudy ack ${service}   (${ledger.unacknowledged ?? 'a move'} is not acknowledged)`,
        ]),
    ...(isServed ? [serves] : []),
    ...health.map(({ target, state: how, because }) => `  ${target.padEnd(11)} ${how}: ${because}`),
    ...(isOpen(trouble)
      ? [
          `  trouble     ${trouble.id}: ${trouble.what.replace('/', ', ')}, since ${iso(trouble.openedAt)}; people heard of it ${lasting(now - trouble.toldAt)} ago`,
        ]
      : []),
    ...(state.users ?? []).map((reading) => `  users       ${userText(reading, now)}`),
    ...(state.stragglers ? [`  left        ${stragglersText(service, state.stragglers, now)}`] : []),
    ...protectionLines(state, now),
    ...(ledger.detection === null
      ? []
      : [
          `  drill       ${ledger.detection.region} looks ill to observers until ${iso(ledger.detection.until)}, by ${ledger.detection.by} (${ledger.detection.id})`,
        ]),
    ...(ledger.drill === null ? [] : [`  drill       ${drillText(service, ledger.drill, now)}`]),
    `  automation  ${automationText(state, now)}`,
    ...ledger.fences.map(
      (fence) =>
        `  fenced      ${fence.region}, by ${fence.by} at ${iso(fence.at)}${untilText(fence, now)}: ${fence.reason}; to open it: understudy unfence ${fence.region} ${service}`,
    ),
    ...state.freezes.map((freeze) => `  frozen      ${freezeText(service, freeze)}`),
    `  run         ${lease !== null ? `under way${lease.purpose === 'move' ? '' : `, to ${lease.purpose === 'look' ? 'look' : 'rehearse'} alone`}: ${lease.holder}` : 'nothing under way'}`,
    `  could move  ${outlookText(state)}`,
    ...(state.practice === undefined ? [] : [`  practised   ${practiceText(state.practice, now)}`]),
    ...(ledger.lastDrill === null ? [] : [`  last drill  ${lastDrillText(ledger.lastDrill, now)}`]),
    ...(state.plans ?? []).map((plan) => `  planned     ${planText(plan)}`),
    ...(ledger.seenGates.length === 0 ? [] : [`  refused     ${gatesText(ledger.seenGates, now)}`]),
    ...(look?.silent ?? []).map(({ because }) => `  not asked   ${because}`),
    `  epoch       ${ledger.epoch}${apart === null ? '' : `; ${apart}`}`,
  ];
}

function servedText(service: string, routing: RoutingReading): string {
  if (routing.kind !== 'read') return `UNKNOWN, the lever cannot be read: ${routing.because}`;
  const { weights, overridden = [], spared = [] } = routing.routing;
  const notes = [
    ...(overridden.length > 0 ? [`by the fence of ${overridden.join(', ')} for all services`] : []),
    ...(spared.length > 0 ? [`spared from the fence of ${spared.join(', ')}`] : []),
  ];
  return servingRegions(weights).length > 0
    ? [sharesText(weights), ...notes].join('; ')
    : `NOBODY, the lever gives no region any traffic: understudy start ${service} --to REGION --force --reason "…"`;
}

/** Beside what is configured, what real requests say: a few from each observer, not all callers. */
function seenText({ by, failed }: Served, routing: RoutingReading): string {
  const regions = Object.entries(by);
  const total = regions.reduce((sum, [, count]) => sum + count, failed);
  if (total === 0) return '; nobody could ask the front door';
  const answered = regions.map(([region, count]) => `${count} of ${total} by ${region}`).join(', ');
  const said = [...(answered === '' ? [] : [answered]), ...(failed > 0 ? [`${failed} of ${total} failed`] : [])];
  const serving: readonly string[] = routing.kind === 'read' ? servingRegions(routing.routing.weights) : [];
  const isElsewhere = routing.kind === 'read' && regions.some(([region]) => !serving.includes(region));
  return `; requests just now: ${said.join(', ')}${isElsewhere ? ', which is NOT as the lever says' : ''}`;
}

function outlookText({ service, outlook: { to, because, frozen }, routing }: ServiceState): string {
  const only = frozen === null ? '' : ', which is frozen: only where the region that serves is down for every observer';
  const where = to === null ? 'no standby is known to be fit' : `to ${to}${only}`;
  if (because.length === 0) return `yes, ${where}`;
  const byHand =
    to === null || routing.kind !== 'read'
      ? ''
      : `; a person could, ${where}: understudy start ${service} --to ${to} --reason "…"`;
  return `no: ${because.join('; ')}${byHand}`;
}

function practiceText(practice: StatusReport['practice'], now: Instant): string {
  if (practice === null || practice === undefined) return 'unknown, the ledger did not tell';
  const { last } = practice;
  if (last === null) return 'never: understudy rehearse tries every step and writes nothing';
  const how = last.mode === 'rehearsal' ? 'rehearsed' : last.mode === 'drill' ? 'drilled' : 'moved by a person';
  return `${how} ${lasting(now - last.at)} ago (${last.incident}, to ${last.to ?? 'the region that serves'})`;
}

function drillText(service: string, { incident, from, to, percent, until, by }: Drill, now: Instant): string {
  const left = now < until ? `in ${lasting(until - now)}` : `which is ${lasting(now - until)} ago`;
  return `${percent} % of ${from} is in ${to} until ${iso(until)} (${left}), by ${by} (${incident}); to end it before: understudy drill ${service} --end`;
}

const planText = ({ name, schedule, timeZone, percent, holdMs }: DrillPlan): string =>
  `drill ${name}: ${schedule} in ${timeZone}, ${percent} % for ${lasting(holdMs)}`;

/** What is known to refuse, because a drill has met it. */
const gatesText = (seen: readonly SeenGate[], now: Instant): string =>
  `in drills: ${seen.map(({ gate, at }) => `${gate} (${lasting(now - at)} ago)`).join(', ')}`;

const lastDrillText = (past: PastDrill, now: Instant): string =>
  `${lasting(now - past.endedAt)} ago: ${drilledText(past).replace(/^drill /, '')}`;

function questionLines(service: string, ledger: LedgerRecord, question: Question, now: Instant): string[] {
  const { incident, from, to, deadline, onDeadline } = question;
  const said = consentText(ledger, question);
  return [
    `  WAITS       for approval of ${incident}: from ${from} to ${to}, until ${iso(deadline)} (in ${lasting(deadline - now)}; then: ${onDeadline})`,
    ...(said === null ? [] : [`              ${said}`]),
    `              understudy approve ${service}   or   understudy decline ${service}`,
  ];
}

function automationText({ service, ledger, coolsUntil, shadow }: ServiceState, now: Instant): string {
  const may = isPaused(ledger, now)
    ? pauseLine(ledger)
    : ledger.armed
      ? `armed${coolsUntil === null ? '' : `, cooling down until ${iso(coolsUntil)}`}`
      : `disarmed until somebody runs: understudy ack ${service}`;
  return `${may}${shadow ? ', in shadow: it decides and writes nothing' : ''}`;
}

function pauseLine({ paused }: LedgerRecord): string {
  if (paused === null) return 'not paused';
  return `paused by ${paused.by}${paused.until === null ? '' : ` until ${iso(paused.until)}`}: ${paused.reason}`;
}

const untilText = ({ until }: Fence, now: Instant): string =>
  until == null ? '' : ` until ${iso(until)}${now >= until ? ', which is over' : ''}`;

function protectionLines({ protection, ledger: { stays } }: StatusReport, now: Instant): string[] {
  const word =
    stays === null ? [] : [`  stays       in ${stays.region}, by ${stays.by} at ${iso(stays.at)}: ${stays.reason}`];
  if (protection === null) return word;
  return [
    ...protection.regions.flatMap(({ region, since, checks }) => [
      `  UNPROTECTED for ${lasting(now - since)}: ${region} was left, and is no proven standby again`,
      ...checks.map(({ what, isDone, detail }) => `              [${isDone ? 'x' : ' '}] ${what}: ${detail}`),
    ]),
    ...word,
  ];
}

function freezeText(service: string, { region, by, reason, until }: Freeze): string {
  const what = region ?? 'every region';
  const end = until === null ? '' : ` until ${iso(until)}`;
  const thaw = until === null ? 'it ends by the calendar' : `to end it: understudy thaw ${region ?? service}`;
  return `${what}, by ${by}${end}: ${reason}; ${thaw}`;
}

const iso = (at: Instant) => new Date(at).toISOString();
