import type { Instant, Region } from './brand.ts';
import { type AlarmReading, observersSaying, type RoutingReading } from './evidence.ts';
import { lasting } from './lasting.ts';
import type { LedgerRecord, Left } from './record.ts';
import { shareOf } from './routing.ts';
import type { Arrivals, Service } from './service.ts';
import { isOpen, type Sight } from './trouble.ts';
import type { Trouble } from './trouble-record.ts';

/** What CloudWatch counted in one period that is over. */
export interface Counted {
  /** When the period began. */
  readonly at: Instant;
  readonly requests: number;
  /** Null where nothing counts writes. */
  readonly writes: number | null;
}

/** Who still calls a region that the lever leads nobody to, a minute each. */
export interface Stragglers {
  readonly region: Region;
  /** When it was left. */
  readonly leftAt: Instant;
  /** Beside what Understudy and other known callers send. */
  readonly requestsPerMinute: number;
  /** Null where nothing counts writes. */
  readonly writesPerMinute: number | null;
  /** Whether that region answers, so that what is written there is written: two regions take writes. */
  readonly isSplit: boolean;
}

/** Where stragglers may be: the region that was left, while the lever leads nobody there and something counts there. Else null. */
export function leftBehind(
  { left }: Pick<LedgerRecord, 'left'>,
  routing: RoutingReading,
  service: Service,
): { readonly left: Left; readonly arrivals: Arrivals } | null {
  if (left === null || routing.kind !== 'read' || shareOf(routing.routing.weights, left.region) > 0) return null;
  const arrivals = service.regions.find(({ region }) => region === left.region)?.arrivals;
  return arrivals === undefined ? null : { left, arrivals };
}

/**
 * Periods whose data tell of stragglers, newest last: whole ones that CloudWatch has had time to count, after callers who follow DNS
 * have followed, and after the last run looked, whose bursts are counted too. Null while there is none.
 */
export function countedSpan(
  left: Left,
  { lookedAt }: Pick<LedgerRecord, 'lookedAt'>,
  { periodMs }: Pick<Arrivals, 'periodMs'>,
  now: Instant,
): { readonly from: Instant; readonly to: Instant } | null {
  const whole = (at: Instant) => Math.floor(at / periodMs) * periodMs;
  const to = whole(now - lateMs(periodMs));
  const quietFrom = whole(Math.max(left.at + settleMs(periodMs), lookedAt ?? 0) + periodMs);
  const from = Math.max(quietFrom, to - spanPeriods * periodMs);
  return from < to ? { from, to } : null;
}

/** What comes later than this after its period is not waited for. AWS promises no number; that of the services themselves is a minute. */
const lateMs = (periodMs: number) => 2 * periodMs;

/** A record's TTL and a client's own cache, of a minute each: docs/callers.md. */
const settleMs = (periodMs: number) => 2 * periodMs;

/** Averaged, because a canary's run may fall into the period before or after its own. */
const spanPeriods = 3;

/** What Understudy itself sends to a region that serves nobody, a minute at the most: a probe of each canary, and one look. */
export function ownPerMinute(
  { writeProbe, canaries, policy }: Service,
  observers: readonly Region[],
): { readonly requests: number; readonly writes: number } {
  const watching = canaries.observers?.length ?? observers.length;
  const looks = observers.length * policy.burst.count;
  const writes = writeProbe === undefined ? 0 : looks;
  return { requests: Math.ceil(watching / canaries.everyMinutes) + looks + writes, writes };
}

/** Null where nobody calls that region but who is known to. */
export function stragglersIn(
  counted: readonly Counted[],
  { left, arrivals }: NonNullable<ReturnType<typeof leftBehind>>,
  service: Service,
  observers: readonly Region[],
  alarms: readonly AlarmReading[],
): Stragglers | null {
  if (counted.length === 0) return null;
  const own = ownPerMinute(service, observers);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / counted.length;
  const beyond = (values: readonly number[], known: number) => Math.max(0, Math.floor(mean(values) - known));
  const requestsPerMinute = beyond(
    counted.map(({ requests }) => requests),
    own.requests + arrivals.othersPerMinute,
  );
  const writes = counted.flatMap(({ writes: those }) => those ?? []);
  const writesPerMinute = writes.length < counted.length ? null : beyond(writes, own.writes);
  if (requestsPerMinute === 0 && (writesPerMinute ?? 0) === 0) return null;
  const answers = observersSaying(alarms, left.region, 'ALARM') < service.policy.quorum;
  return {
    region: left.region,
    leftAt: left.at,
    requestsPerMinute,
    writesPerMinute,
    isSplit: answers && (writesPerMinute ?? 0) > 0,
  };
}

/** As messages, status and report say it. */
export function stragglersText(
  service: string,
  { region, requestsPerMinute, writesPerMinute, isSplit, leftAt }: Stragglers,
  at: Instant,
): string {
  const since = `${lasting(at - leftAt)} after it was left`;
  if (isSplit) return `${service} is split: ${region} takes ${writesPerMinute} writes a minute, ${since}.`;
  const writes = writesPerMinute === null ? '' : `, ${writesPerMinute} of them writes`;
  return `${region} still gets ${requestsPerMinute} requests of ${service} a minute${writes}, ${since}.`;
}

/**
 * A trouble of its own, beside that of the service: a split is as bad as a move that came to nothing, and people hear of it again. It is
 * over where no writes arrive any more, whoever else stays.
 */
export function stragglersSight(found: Stragglers | null, known: Trouble | null): Sight {
  if (found === null) return { kind: 'good' };
  const { region, isSplit } = found;
  if (!isSplit && isOpen(known) && known.what === 'split') return { kind: 'good' };
  return isSplit
    ? { kind: 'bad', what: 'split', region, level: 3 }
    : { kind: 'bad', what: 'stragglers', region, level: 1 };
}

/** A request for a metric costs money: every minute for an hour after a move and while people wait for an end, then every quarter of one. */
export function isCountDue({ arrivalTrouble }: LedgerRecord, left: Left, now: Instant): boolean {
  return isOpen(arrivalTrouble) || now - left.at < hourMs || Math.floor(now / 60_000) % 15 === 0;
}

const hourMs = 3_600_000;
