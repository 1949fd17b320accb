import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Region } from '../../core/brand.ts';
import { type Report, reportOf } from '../../core/report.ts';
import { homeRegion, type Service } from '../../core/service.ts';
import type { Fault } from '../../sandbox/regions/fault.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Connection } from '../connection.ts';
import type { Stage } from './stage.ts';
import { deadlineMs, watchMaxMs } from './waits.ts';

/** Long enough for every canary to have passed once, and for callers to be served well. */
export const calmMs = 2_000;

export interface Play {
  readonly sandbox: Sandbox;
  readonly connection: Connection;
  readonly stage: Stage;
  /** The one whose callers are measured. */
  readonly service: Service;
  /** All that must have moved, `service` among them. */
  readonly services: readonly Service[];
  readonly fault: Fault;
  readonly tempo: number;
  readonly signal: AbortSignal;
}

/** Calm, fault, and then hands off: from here on only Understudy acts. One report for each service, the measured one first. */
export async function outage(play: Play): Promise<readonly [Report, ...Report[]]> {
  const { sandbox, connection, stage, service, services, fault, tempo, signal } = play;
  const home = homeRegion(service);
  stage.phase('getting ready: functions start, canaries make their first runs');
  await unlessAborted(sandbox.warm(), signal);
  stage.phase('all is well; waiting until every canary has passed');
  await stage.calm(calmMs, signal);
  stage.phase(`${home}: ${fault}. From here on only Understudy acts`);
  await sandbox.setFault(home, fault);
  const faultAt = stage.faultAt ?? Date.now();

  const giveUpAt = faultAt + deadlineMs(tempo);
  const concluded = new Map<string, string>();
  while (concluded.size < services.length && Date.now() < giveUpAt) {
    await delay(250, undefined, { signal });
    for (const { name } of services.filter((each) => !concluded.has(each.name))) {
      const incident = await concludedIncident(connection, name);
      if (incident !== null) concluded.set(name, incident);
    }
  }
  const missing = services.length - concluded.size;
  stage.phase(
    missing > 0
      ? 'the deadline is over'
      : `${[...concluded.values()].join(', ')} concluded; watching callers a little longer`,
  );
  if (missing === 0) await watchCallers(play, faultAt);

  const reportFor = async ({ name }: Service) => {
    const entries = await connection.ledger.entries(name);
    const incident =
      concluded.get(name) ?? entries.findLast((entry) => entry.incident !== null)?.incident ?? `${name}#0`;
    const measured = name === service.name;
    return reportOf(incident, entries, {
      faultAt,
      tempo,
      rtoTargetMs: sandbox.failover.services.find((each) => each.name === name)?.policy.rtoTargetMs,
      ...(measured ? { firstRedAt: stage.firstRedAt, traffic: stage.traffic(faultAt), events: stage.events() } : {}),
    });
  };
  const others = services.filter(({ name }) => name !== service.name);
  return [await reportFor(service), ...(await Promise.all(others.map(reportFor)))];
}

/** Callers are watched a little longer, and until they are served: 99 % must not only be reached but kept. */
export async function watchCallers({ stage, tempo, signal }: Play, since: number, by?: Region): Promise<void> {
  await delay(calmMs, undefined, { signal });
  const giveUpAt = Date.now() + watchMaxMs(tempo);
  while (stage.traffic(since, by).recoveredAt === null && Date.now() < giveUpAt) {
    await delay(250, undefined, { signal });
  }
}

async function concludedIncident({ ledger }: Connection, service: string): Promise<string | null> {
  const entries = await ledger.entries(service);
  const ended = entries.find(
    ({ what }) => what.kind === 'concluded' && what.ending !== 'refused' && what.ending !== 'held',
  );
  return ended?.incident ?? null;
}

/** Getting ready takes seconds: whoever presses Ctrl-C meanwhile does not wait for it. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  return Promise.race([work, once(signal, 'abort').then(() => signal.throwIfAborted())]);
}
