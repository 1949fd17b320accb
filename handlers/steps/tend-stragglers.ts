import type { Instant } from '../../core/brand.ts';
import type { AlarmReading, RoutingReading } from '../../core/evidence.ts';
import { stragglersNotice } from '../../core/notices.ts';
import { heldLease, type LedgerRecord } from '../../core/record.ts';
import type { Failover, Service } from '../../core/service.ts';
import {
  countedSpan,
  isCountDue,
  leftBehind,
  type Stragglers,
  stragglersIn,
  stragglersSight,
} from '../../core/stragglers.ts';
import { changesTrouble, type TroubleNews } from '../../core/trouble.ts';
import type { Ports } from '../ports.ts';
import { tellNews } from './deliver.ts';
import { sentence } from './sentence.ts';

type LookPorts = Pick<Ports, 'arrivals'>;
type TendPorts = LookPorts & Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>;

interface Seen {
  readonly record: LedgerRecord;
  readonly routing: RoutingReading;
  readonly alarms: readonly AlarmReading[];
}

/**
 * Who still calls the region that was left, as its own CloudWatch counts. `unknown` where there is none to be asked, or it does not
 * answer, or has counted nothing since callers had time to follow.
 */
export async function lookForStragglers(
  { record, routing, alarms }: Seen,
  service: Service,
  { observers }: Pick<Failover, 'observers'>,
  { arrivals: port }: LookPorts,
  now: Instant,
): Promise<Stragglers | null | 'unknown'> {
  const behind = leftBehind(record, routing, service);
  const span = behind === null ? null : countedSpan(behind.left, record, behind.arrivals, now);
  if (behind === null || span === null) return 'unknown';
  const counted = await port.count(behind.left.region, behind.arrivals, span);
  return stragglersIn(counted, behind, service, observers, alarms);
}

/**
 * Tells people of callers who stay at the region that was left, and of a split, as a trouble of its own; the ledger keeps it with the
 * run that moved. Never in the way of anything: a region that does not answer says nothing, and nothing is decided by it.
 */
export async function tendStragglers(
  seen: Seen,
  service: Service,
  failover: Failover,
  ports: TendPorts,
  now: Instant,
): Promise<void> {
  const { record } = seen;
  const { left } = record;
  // The bursts of a run are counted there, too.
  if (left === null || heldLease(record, now) !== null || !isCountDue(record, left, now)) return;
  try {
    const found = await lookForStragglers(seen, service, failover, ports, now);
    if (found === 'unknown') return;
    ports.metrics.record(service.name, 'Stragglers', found?.requestsPerMinute ?? 0, left.region);
    await follow(found, record, service, failover, ports, now);
  } catch (error) {
    ports.log.warn('callers of the region that was left were not counted', {
      service: service.name,
      region: left.region,
      because: sentence(error),
    });
  }
}

/** Of callers who stay people hear once, of a split as often as of any trouble. */
async function follow(
  found: Stragglers | null,
  record: LedgerRecord,
  { name }: Service,
  { notify }: Failover,
  ports: TendPorts,
  now: Instant,
): Promise<void> {
  const { left, arrivalTrouble } = record;
  const sight = stragglersSight(found, arrivalTrouble);
  const incident = `${name}/arrivals/${now}`;
  const rules = found?.isSplit === false ? { ...notify, remindAfterMs: dayMs } : notify;
  if (left === null || !changesTrouble(arrivalTrouble, sight, incident, now, rules)) return;
  const tellOf = (news: TroubleNews, after: LedgerRecord) =>
    stragglersNotice(after, found, news, rules.remindAfterMs, now);
  const news = await tellNews(name, { of: 'arrivals', incident, sight, rules, at: now }, tellOf, ports);
  if (news === null) return;
  await ports.ledger.append({
    id: `${news.id}/${now}`,
    service: name,
    incident: left.incident,
    at: now,
    text: stragglersNotice(record, found, news, rules.remindAfterMs, now).lines[0] ?? '',
    what: {
      kind: 'arrived',
      region: left.region,
      requestsPerMinute: found?.requestsPerMinute ?? 0,
      writesPerMinute: found?.writesPerMinute ?? null,
      isSplit: found?.isSplit ?? false,
    },
  });
}

const dayMs = 24 * 3_600_000;
