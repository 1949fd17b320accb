import type { Instant, Region } from '../../core/brand.ts';
import { type AlarmReading, observersSaying } from '../../core/evidence.ts';
import { seeingBad } from '../../core/looks.ts';
import { stillBad } from '../../core/notices.ts';
import { type LedgerRecord, lastIncident } from '../../core/record.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { follow, type Sight, type TroubleNews } from '../../core/trouble.ts';
import type { Ports } from '../ports.ts';
import { tellNews } from './deliver.ts';
import { sentence } from './sentence.ts';

export interface UnderWay {
  readonly record: LedgerRecord;
  /** Of regions that are as they look. */
  readonly alarms: readonly AlarmReading[];
  readonly serving: readonly Region[];
}

type TellPorts = Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>;

/**
 * A run keeps every other from looking, for as long as a dwell, a question to people, hooks or a stuck step may take. People hear of an
 * outage all the same: what alarms say, or the run's own looks have shown, once it has lasted longer than a run takes that waits for nothing, and again as of every
 * trouble. What they were told in the run's own name counts as heard, unless it has become worse since.
 */
export async function tellUnderWay(
  service: Service,
  { record, alarms, serving }: UnderWay,
  ports: TellPorts,
  rules: Failover['notify'],
  now: Instant,
): Promise<void> {
  const { name, policy } = service;
  const isRed = (each: Region) =>
    observersSaying(alarms, each, 'ALARM') >= policy.quorum ||
    seeingBad(record.looks, each, freshMs, now) >= policy.quorum;
  const red = regionNames(service).filter(isRed);
  const region = serving.find((each) => red.includes(each));
  if (region === undefined) return;
  const { since = now } = record.lease ?? {};
  if (now - since < patientMs) return;
  const isTotal = red.length === regionNames(service).length;
  const incident = lastIncident(record);
  try {
    const heardAt = toldByTheRun(record, since);
    if (!isTotal && heardAt !== null && now - heardAt < rules.remindAfterMs) return;

    const sight: Sight = { kind: 'bad', what: 'under-way', region, level: isTotal ? 4 : 2 };
    if (follow(record.trouble, sight, incident, now, rules).news === null) return;
    const { remindAfterMs } = rules;
    const messageOf = (news: TroubleNews, after: LedgerRecord) =>
      stillBad(after, { red, incident, news, remindAfterMs }, now);
    await tellNews(name, { incident, sight, rules, at: now }, messageOf, ports);
  } catch (error) {
    ports.log.warn('an outage beside a run was not told', { service: name, because: sentence(error) });
  }
}

/** A run looks several times a minute. */
const freshMs = 60_000;

/** A run that waits for nothing has moved the traffic, or has told why not, by then. */
const patientMs = 45_000;

/** When people were asked, or told that it moves: it does so before it writes. */
function toldByTheRun(record: LedgerRecord, since: Instant): Instant | null {
  const { question, lease, drill } = record;
  const incident = lastIncident(record);
  if (question?.incident === incident) return question.askedAt;
  // Of a drill people heard that all is well and it was planned; one that a detection drill has led to began as a run of automation.
  const isDrill = lease?.mode === 'drill' || drill?.incident === incident;
  return lease === null || lease.attempt === null || isDrill ? null : since;
}
