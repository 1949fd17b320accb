import { practises } from '../../core/drill-plan.ts';
import { underWay } from '../../core/evacuation.ts';
import { abortCommand, evacuationHeadline, evacuationProgressText, standingOf } from '../../core/evacuation-text.ts';
import { lastPractice, pastRuns } from '../../core/past-runs.ts';
import { FLEET } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import type { FreshLook } from '../../core/standings.ts';
import type { Command } from '../command.ts';
import { type Connection, connect, servicesNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { serviceStates } from '../service-states.ts';
import { type StatusReport, statusLines } from '../status-lines.ts';

export const status: Command = {
  name: 'status',
  operands: '[service…]',
  summary: 'what waits for a person, how the service is, who serves, whether it could move, and what automation may do',
  options: { 'no-look': { help: 'send no requests: what alarms, ledger and lever say' } },
  example: 'understudy status --json',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { failover, now } = connection;
    const chosen = servicesNamed(failover, invocation.operands);
    const reportOf = await statusReports(connection, invocation.values['no-look'] !== true);
    const reports = await Promise.all(chosen.map((service) => reportOf(service)));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(reports));
    else {
      for (const line of await fleetLines(connection)) invocation.out(printableLine(line));
      for (const report of reports) invocation.out(statusLines(report, now()).map(printableLine).join('\n'));
    }
    return reports.every(({ routing }) => routing.kind === 'read') ? exitCodes.done : exitCodes.unreachable;
  },
};

/** What goes on for all services. Where the ledger does not tell, services say so one by one. */
async function fleetLines({ ledger, now }: Connection): Promise<readonly string[]> {
  const record = await ledger.read(FLEET).catch(() => null);
  const evacuation = underWay(record?.evacuation ?? null);
  if (evacuation === null) return [];
  const standing = standingOf(evacuation, now());
  const abort = abortCommand(standing);
  return [
    evacuation.direction === 'leave' ? 'EVACUATION under way' : 'RETURN under way',
    `  who         ${evacuationHeadline(standing, now())}`,
    `  progress    ${evacuationProgressText(standing)}`,
    ...(abort === null ? [] : [`  to stop it  ${abort}`]),
  ];
}

/** The state of a service, with what observers see when they are asked, and when a move was practised last. */
async function statusReports(
  connection: Connection,
  looks: boolean,
): Promise<(service: Service) => Promise<StatusReport>> {
  // Loaded here: no other command asks observers by itself.
  const { freshLooks, servedIn } = await import('../fresh-look.ts');
  const stateOf = serviceStates(connection);
  const lookAt = freshLooks(connection);
  return async (service) => {
    let fresh: FreshLook | undefined;
    const look = async () => {
      fresh = await lookAt(service);
      return fresh;
    };
    const [state, entries] = await Promise.all([
      stateOf(service, looks ? look : undefined),
      connection.ledger.entries(service.name).catch(() => null),
    ]);
    return {
      ...state,
      ...(fresh !== undefined && { look: { at: fresh.at, served: servedIn(fresh), silent: fresh.silent } }),
      plans: connection.failover.drills.filter((plan) => practises(plan, service)),
      practice: entries === null ? null : { last: lastPractice(pastRuns(entries)) },
    };
  };
}
