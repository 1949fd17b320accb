import { disagreement } from '../core/agreement.ts';
import type { Instant } from '../core/brand.ts';
import type { RoutingReading } from '../core/evidence.ts';
import { lasting } from '../core/lasting.ts';
import { isPaused } from '../core/limit.ts';
import type { LedgerRecord, Question } from '../core/record.ts';
import { servingRegions, sharesText } from '../core/routing.ts';
import type { ServiceState } from '../core/service-state.ts';
import { isOpen } from '../core/trouble.ts';

/** For people: what is most urgent first. */
export function statusLines(state: ServiceState, now: Instant): string[] {
  const { service, question, health, routing, ledger } = state;
  const isServed = routing.kind !== 'read' || servingRegions(routing.routing.weights).length > 0;
  const serves = `  serves      ${servedText(service, routing)}`;
  const { trouble, lease } = ledger;
  const apart = disagreement(ledger, routing);
  return [
    service,
    // Before whatever waits: nothing is more urgent.
    ...(isServed ? [] : [serves]),
    ...(question === null ? [] : questionLines(service, question, now)),
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
    `  automation  ${automationText(state, now)}`,
    ...ledger.fences.map(
      ({ region, by, reason, at }) =>
        `  fenced      ${region}, by ${by} at ${iso(at)}: ${reason}; to open it: understudy unfence ${region} ${service}`,
    ),
    `  run         ${lease !== null && lease.expiresAt > now ? `under way${lease.purpose === 'move' ? '' : `, to ${lease.purpose === 'look' ? 'look' : 'rehearse'} alone`}: ${lease.holder}` : 'nothing under way'}`,
    `  epoch       ${ledger.epoch}${apart === null ? '' : `; ${apart}`}`,
  ];
}

function servedText(service: string, routing: RoutingReading): string {
  if (routing.kind !== 'read') return `UNKNOWN, the lever cannot be read: ${routing.because}`;
  const { weights } = routing.routing;
  return servingRegions(weights).length > 0
    ? sharesText(weights)
    : `NOBODY, the lever gives no region any traffic: understudy start ${service} --to REGION --force --reason "…"`;
}

function questionLines(
  service: string,
  { incident, from, to, deadline, onDeadline }: Question,
  now: Instant,
): string[] {
  return [
    `  WAITS       for approval of ${incident}: from ${from} to ${to}, until ${iso(deadline)} (in ${lasting(deadline - now)}; then: ${onDeadline})`,
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

const iso = (at: Instant) => new Date(at).toISOString();
