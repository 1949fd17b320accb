import { disagreement } from '../../core/agreement.ts';
import type { Instant } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { coolsUntil, isPaused } from '../../core/limit.ts';
import type { LedgerRecord, Question } from '../../core/record.ts';
import { servingRegions, sharesText, type Weights } from '../../core/routing.ts';
import { isOpen } from '../../core/trouble.ts';
import { alarmsClient, cloudWatchAlarms } from '../../handlers/adapters/alarms.cloudwatch.ts';
import type { Command } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { lasting, pendingQuestion } from '../question.ts';
import { type Standing, standings } from '../standing.ts';
import { reaching } from '../unreachable.ts';

export const status: Command = {
  name: 'status',
  operands: '[service]',
  summary: 'what waits for a person, how the service is, who serves, and what automation may do',
  options: {},
  example: 'understudy status --json',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { failover, now } = connection;
    const chosen =
      invocation.operands.length === 0
        ? failover.services
        : invocation.operands.map((name) => serviceNamed(failover, name));
    const states = await Promise.all(chosen.map((service) => stateOf(connection, service.name, now())));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(states));
    else for (const state of states) invocation.out(lines(state, now()).join('\n'));
    return states.every(({ routing }) => routing.kind === 'read') ? exitCodes.done : exitCodes.unreachable;
  },
};

interface ServiceState {
  readonly service: string;
  /** What waits for a person's answer; null where nothing does. */
  readonly question: Question | null;
  readonly health: readonly Standing[];
  readonly routing: RoutingReading;
  readonly ledger: LedgerRecord;
  /** Decides, and writes nothing. */
  readonly shadow: boolean;
  /** Until when automation moves nothing; null where it is not cooling down. */
  readonly coolsUntil: Instant | null;
}

async function stateOf(connection: Connection, name: string, now: Instant): Promise<ServiceState> {
  const { failover, ledger, lever } = connection;
  const service = serviceNamed(failover, name);
  const record = await reaching(
    `the ledger ${failover.ledger.tableName} in ${failover.ledger.region} could not be read`,
    () => ledger.read(name),
  );
  const [routing, alarms, looks] = await Promise.all([
    lever(service).read(),
    alarmsOf(connection)
      .read(service)
      .catch(() => []),
    lastLook(connection, record),
  ]);
  return {
    service: name,
    question: pendingQuestion(record, now),
    health: standings(service, alarms, looks, now),
    routing,
    ledger: record,
    shadow: service.policy.shadow,
    coolsUntil: coolsUntil(record, service.policy, now),
  };
}

/** An observer that does not answer in time is left out. */
function alarmsOf({ failover, endpoint }: Connection) {
  const reach = endpoint === null ? {} : { endpoint };
  return cloudWatchAlarms({ failover, clientIn: (region) => alarmsClient(region, reach), log: { warn: () => {} } });
}

/** Of the run that was let in last, or of the one before where that one has not looked yet; nothing where they are not to be had. */
async function lastLook({ ledger }: Connection, { service, epoch }: LedgerRecord) {
  for (const at of [epoch, epoch - 1].filter((at) => at > 0)) {
    const entries = await ledger.entries(service, `${service}#${at}`).catch(() => []);
    if (entries.some(({ what }) => what.kind === 'decided')) return entries;
  }
  return [];
}

function lines(state: ServiceState, now: Instant): string[] {
  const { service, question, health, routing, ledger } = state;
  const served =
    routing.kind === 'read'
      ? servedText(service, routing.routing.weights)
      : `UNKNOWN, the lever cannot be read: ${routing.because}`;
  const { trouble, lease } = ledger;
  const apart = disagreement(ledger, routing);
  return [
    service,
    ...(question === null ? [] : questionLines(service, question, now)),
    ...(ledger.armed
      ? []
      : [
          `  WAITS       for a person: understudy ack ${service}   (${ledger.unacknowledged ?? 'a move'} is not acknowledged)`,
        ]),
    `  serves      ${served}`,
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

function servedText(service: string, weights: Weights): string {
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
