import type { Instant, Region } from '../../core/brand.ts';
import { isReturnDue } from '../../core/drill.ts';
import { type DrillAlarm, planOf, redText } from '../../core/drill-plan.ts';
import type { PastDrill } from '../../core/drill-record.ts';
import { drilledText } from '../../core/drill-text.ts';
import type { Incident } from '../../core/incident.ts';
import type { CommandOf } from '../../core/ledger-command.ts';
import { isPaused } from '../../core/limit.ts';
import type { Plan, PlanStep } from '../../core/plan.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Failover, Service } from '../../core/service.ts';
import type { Ports, RunInput } from '../ports.ts';
import { sentence } from './sentence.ts';

/** What a plan's drill asks before it begins; nothing for every other run. */
export function alarmsOfDrill({ drill }: Incident, service: Service, { drills }: Failover): readonly DrillAlarm[] {
  const plan = drill?.kind === 'out' ? planOf(drills, drill.plan, service) : null;
  return plan === null ? [] : distinct([...plan.blockingAlarms, ...plan.outcomeAlarms]);
}

/** What is red of what a plan's drill must not make red, in words; null where nothing is, or no plan asks. */
export async function outcomeOf(
  plan: string | null | undefined,
  service: Service,
  { drills }: Failover,
  { drillAlarms }: Pick<Ports, 'drillAlarms'>,
): Promise<string | null> {
  const alarms = planOf(drills, plan, service)?.outcomeAlarms ?? [];
  return alarms.length === 0 ? null : redText(await drillAlarms.read(alarms));
}

const distinct = (alarms: readonly DrillAlarm[]): readonly DrillAlarm[] => [
  ...new Map(alarms.map((alarm) => [`${alarm.name}/${alarm.in}`, alarm])).values(),
];

/** How a drill came out, once: among the entries of the incident that began it, or of none where it was not let in. */
export async function appendDrilled(
  past: PastDrill,
  service: string,
  incident: string | null,
  at: Instant,
  ledger: Ports['ledger'],
): Promise<void> {
  const what = { kind: 'drilled', past } as const;
  await ledger.append({ id: `${past.incident}/drilled`, service, incident, at, text: drilledText(past), what });
}

/** What the ledger keeps of a drill, right before a write of it; nothing for every other run. */
export function drillOf(
  { id, drill, requestedBy, reason, admittedAt }: Incident,
  { from, to, prior, detects }: Plan,
  { weights, percent }: PlanStep,
): CommandOf<'renew'>['drill'] {
  if (drill?.kind !== 'out') return undefined;
  const { holdMs, plan = null } = drill;
  const who =
    detects === undefined
      ? { by: requestedBy, reason, startedAt: admittedAt }
      : { by: detects.by, reason: detects.reason, startedAt: detects.startedAt, detects: detects.id };
  const about = { incident: id, ...who, holdMs, plan };
  return { ...about, from, to, percent, prior: prior.weights, weights };
}

/**
 * Never two regions at once. Asked after the own drill was written down, so that of two that begin in the same moment at least one sees the
 * other. Why not to go on; null where nothing stands against it.
 */
export async function drillElsewhere(
  { name }: Service,
  from: Region,
  ledger: Ports['ledger'],
  { services }: Failover,
): Promise<string | null> {
  try {
    const others = services.filter((service) => service.name !== name);
    const drills = await Promise.all(others.map(async (other) => (await ledger.read(other.name)).drill));
    const other = drills.find((drill) => drill !== null && drill.from !== from);
    return other == null
      ? null
      : `${other.incident} practises without ${other.from}, and two regions are never left at once`;
  } catch (error) {
    return `whether another region is being left was not to be read: ${sentence(error)}`;
  }
}

/**
 * Where the run that began a drill did not lead it back, or an outcome alarm of its plan is red. While the service is paused people are
 * told instead.
 */
export async function drillReturn(
  record: LedgerRecord,
  of: Service,
  failover: Failover,
  ports: Pick<Ports, 'drillAlarms'>,
  now: Instant,
): Promise<RunInput | null> {
  const { service, drill } = record;
  if (drill === null || isPaused(record, now)) return null;
  const red = await outcomeOf(drill.plan, of, failover, ports);
  if (red !== null) {
    const because = `the drill ${drill.incident} is aborted: ${red}`;
    return { service, mode: 'drill', returns: drill.incident, red, reason: because, requestedBy: 'reconciler' };
  }
  if (!isReturnDue(record, now)) return null;
  const until = new Date(drill.until).toISOString();
  const reason = `the drill ${drill.incident} should have been over at ${until}`;
  return { service, mode: 'drill', returns: drill.incident, reason, requestedBy: 'reconciler' };
}
