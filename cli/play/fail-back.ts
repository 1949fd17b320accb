import { type Report, reportOf } from '../../core/report.ts';
import { homeRegion, type Service } from '../../core/service.ts';
import { startArn } from '../../deployment/names.ts';
import { operator, operatorEntry } from '../operator.ts';
import { calmMs, type Play, watchCallers } from './outage.ts';

/** The region is well again, a person acknowledges each move and brings each service home. The measured one first. */
export async function failBack(play: Play): Promise<readonly [Report, ...Report[]]> {
  const { sandbox, stage, service, services, signal } = play;
  const home = homeRegion(service);
  await sandbox.setFault(home, null);
  stage.phase(`${home} is well again; nothing moves back by itself. Waiting until every canary has passed`);
  await stage.calm(calmMs, signal);

  stage.phase(`acknowledged by ${operator()}; going home to ${home}`);
  const startedAt = Date.now();
  const incidents = new Map<string, string>();
  // One after the other: a person brings one thing home at a time.
  for (const each of services) incidents.set(each.name, await bringHome(play, each));
  stage.phase(`${[...incidents.values()].join(', ')} concluded; watching callers a little longer`);
  await watchCallers(play, startedAt, home);

  const reportFor = async ({ name }: Service) => {
    const measured = name === service.name;
    return reportOf(incidents.get(name) ?? `${name}#0`, await play.connection.ledger.entries(name), {
      tempo: play.tempo,
      ...(measured ? { traffic: stage.traffic(startedAt, home), events: stage.events(startedAt) } : {}),
    });
  };
  const others = services.filter(({ name }) => name !== service.name);
  return [await reportFor(service), ...(await Promise.all(others.map(reportFor)))];
}

/** The incident. */
async function bringHome({ connection, signal }: Play, service: Service): Promise<string> {
  const { name } = service;
  const { ledger, failover, region, now } = connection;
  const executions = connection.executionsIn(region);
  const acknowledge = { kind: 'acknowledge', incident: null } as const;
  await ledger.change(name, acknowledge);
  const at = now();
  await ledger.append(operatorEntry(name, acknowledge, operator(), at));
  const to = homeRegion(service);
  const input = { service: name, mode: 'manual', to, reason: 'going home', requestedBy: operator() };
  const execution = await executions.start(startArn(failover, region), `${name}-home-${at}`, input);
  await executions.ended(execution, signal);
  const { output } = await executions.result(execution);
  const { incident } = (output ?? {}) as { readonly incident?: string | null };
  return incident ?? `${name}#0`;
}
