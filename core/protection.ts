import type { Instant, Region } from './brand.ts';
import type { AlarmReading, Readiness, RoutingReading } from './evidence.ts';
import { greenObservers } from './green.ts';
import { fenceOf } from './hands.ts';
import { lasting } from './lasting.ts';
import type { Unprotected } from './protection-record.ts';
import type { LedgerRecord } from './record.ts';
import { homeRegion, hooksAt, regionNames, type Service } from './service.ts';
import { isOpen } from './trouble.ts';
import { type UserReading, usersText, usersVetoing } from './users.ts';

/** One thing that makes a region a proven standby. */
export interface ProtectionCheck {
  /** `acknowledged`, `open`, `canaries`, `callers`, `users`, or the name of a readiness hook, which speaks of lag and capacity. */
  readonly what: string;
  readonly isDone: boolean;
  readonly detail: string;
}

/** A service that was moved, and is UNPROTECTED until a standby of it is proven again. */
export interface Protection {
  readonly since: Instant;
  /** What each region that was left still lacks. */
  readonly regions: readonly {
    readonly region: Region;
    readonly since: Instant;
    readonly checks: readonly ProtectionCheck[];
  }[];
}

/** What is known between incidents. */
export interface ProtectionSeen {
  readonly record: LedgerRecord;
  readonly routing: RoutingReading;
  readonly alarms: readonly AlarmReading[];
  readonly users?: readonly UserReading[] | undefined;
  /** What readiness hooks said just now; left out where nobody asked. */
  readonly readiness?: readonly Readiness[] | undefined;
}

/** Null where the service is protected: it was never moved, or what it left is a proven standby again. */
export function protectionOf(seen: ProtectionSeen, service: Service, now: Instant): Protection | null {
  const { unprotected } = seen.record;
  if (unprotected.length === 0) return null;
  return {
    since: Math.min(...unprotected.map(({ since }) => since)),
    regions: unprotected.map((left) => ({
      region: left.region,
      since: left.since,
      checks: checksOf(left, seen, service, now),
    })),
  };
}

/** Regions that are proven now, of those that were left. */
export function provenNow(seen: ProtectionSeen, service: Service, now: Instant): readonly Unprotected[] {
  const { unprotected } = seen.record;
  const proven = toBeProven(seen, service).filter((each) => checksOf(each, seen, service, now).every(isDone));
  return isStaying(seen) && proven.length > 0 ? unprotected : proven;
}

/** Regions whose readiness hooks are to be asked: the rest is done. Hooks are the customer's, and are not asked for nothing. */
export function toBeAsked(seen: ProtectionSeen, service: Service, now: Instant): readonly Region[] {
  const hooks = hooksAt(service, 'readiness').map(({ name }) => name);
  if (hooks.length === 0) return [];
  const isAsked = (check: ProtectionCheck) => isDone(check) || hooks.includes(check.what);
  return toBeProven(seen, service)
    .filter((each) => checksOf(each, seen, service, now).every(isAsked))
    .map(({ region }) => region);
}

const isDone = (check: ProtectionCheck): boolean => check.isDone;

/**
 * What was left. Where a person said that the service stays, its old home is a standby among others: one of them that is proven protects it.
 */
function toBeProven(seen: ProtectionSeen, service: Service): readonly Unprotected[] {
  const { unprotected, activeRegion } = seen.record;
  if (!isStaying(seen) || unprotected.length === 0) return unprotected;
  const since = Math.max(...unprotected.map((left) => left.since));
  const others = regionNames(service).filter((region) => region !== activeRegion);
  return others.map((region) => ({ region, since, incident: null, waitsFor: null }));
}

const isStaying = ({ record: { stays, activeRegion } }: ProtectionSeen): boolean =>
  stays !== null && stays.region === activeRegion;

function checksOf(
  { region, since, waitsFor }: Unprotected,
  { record, routing, alarms, users = [], readiness }: ProtectionSeen,
  service: Service,
  now: Instant,
): readonly ProtectionCheck[] {
  const { quorum, reprotect } = service.policy;
  const green = greenObservers(alarms, { looks: record.looks, lastMoveAt: since }, region, reprotect.greenForMs, now);
  const fence = fenceOf(record, region);
  const isFenced = routing.kind === 'read' && (routing.routing.weights[region] ?? 0) < 0;
  const vetoing = usersVetoing(users, region);
  const split = isOpen(record.arrivalTrouble) && record.arrivalTrouble.what === 'split' ? record.arrivalTrouble : null;
  return [
    {
      what: 'acknowledged',
      isDone: record.armed,
      detail: record.armed ? 'automation is armed' : `understudy ack ${service.name}`,
    },
    {
      what: 'open',
      isDone: fence === null && !isFenced,
      detail:
        fence !== null
          ? `fenced by ${fence.by}: understudy unfence ${region}`
          : isFenced
            ? `fenced by its weight at the lever: understudy unfence ${region}`
            : 'not fenced',
    },
    {
      what: 'canaries',
      isDone: green.length >= quorum,
      detail: `${green.length} of ${quorum} observers have seen it green for ${lasting(reprotect.greenForMs)}, without a bad answer since it was left`,
    },
    ...(split !== null && split.region === region
      ? [{ what: 'callers', isDone: false, detail: 'it still takes writes of callers that stayed' }]
      : []),
    ...(vetoing.length > 0
      ? [{ what: 'users', isDone: false, detail: `${usersText(vetoing)} is red, of what users see` }]
      : []),
    ...hooksAt(service, 'readiness').map(({ name }) => {
      const answer = readiness?.find((each) => each.region === region && each.check === name);
      if (answer !== undefined) return { what: name, isDone: answer.ready, detail: answer.detail };
      const said = waitsFor?.hook === name ? `said ${lasting(now - waitsFor.at)} ago: ${waitsFor.detail}` : null;
      return { what: name, isDone: false, detail: said ?? 'asked once the rest is done' };
    }),
  ];
}

/** What a person does once it is protected again and away from home; empty at home, and where somebody said that it stays. */
export function afterProtection(
  service: Service,
  { activeRegion, stays }: Pick<LedgerRecord, 'activeRegion' | 'stays'>,
) {
  const home = homeRegion(service);
  if (activeRegion === null || activeRegion === home || stays?.region === activeRegion) return [];
  return [
    `To bring it home, by the gates and the ramp of every move: understudy start ${service.name} --to ${home} --reason "…"`,
    `To leave it in ${activeRegion}: understudy stay ${service.name} --reason "…"`,
  ];
}

/** One sentence at the end of a move. */
export const unprotectedText = (service: string, region: Region): string =>
  `${service} is UNPROTECTED until ${region} is a proven standby again; what is left to do: understudy status ${service}`;
