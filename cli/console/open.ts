import * as z from 'zod';
import type { PageFile } from '../../console/page-file.ts';
import { type Console, startConsole } from '../../console/server.ts';
import type { About, HistoryView, World } from '../../console/view.ts';
import type { WorldControl } from '../../console/world.ts';
import { unreachable } from '../../core/brand.ts';
import { underWay } from '../../core/evacuation.ts';
import { standingOf } from '../../core/evacuation-text.ts';
import { knownStore } from '../../core/lever.ts';
import { FLEET } from '../../core/record.ts';
import { reportOf } from '../../core/report.ts';
import { serviceKey } from '../../core/routing-value.ts';
import { regionNames, type Service } from '../../core/service.ts';
import type { Invocation } from '../command.ts';
import { type Connection, serviceNamed } from '../connection.ts';
import { historyLines } from '../history-lines.ts';
import { serviceStates } from '../service-states.ts';
import { reaching } from '../unreachable.ts';
import { actsAbout, perform } from './acts.ts';
import { askFrontDoors } from './front-doors.ts';

/** Reads against AWS may be billed, and go over the ocean. A sandbox is at hand. */
const pace = {
  aws: { watch: { recordEveryMs: 3_000, stateEveryMs: 15_000, atOnce: 10 }, answersEveryMs: 10_000 },
  sandbox: { watch: { recordEveryMs: 600, stateEveryMs: 3_000, atOnce: 4 }, answersEveryMs: 3_000 },
};

/** Incidents that are shown whole; what was before, `understudy explain` tells. */
const incidentsMax = 20;

/** The console over a connection. Acts run as commands of their own, with the same options. */
export function openConsole(
  connection: Connection,
  { values, signal }: Pick<Invocation, 'values' | 'signal'>,
  page: PageFile,
  port: number,
): Promise<Console> {
  const { failover, endpoint, ledger, now } = connection;
  const stateOf = serviceStates(connection);
  const { watch, answersEveryMs } = endpoint === null ? pace.aws : pace.sandbox;
  return startConsole({
    page,
    port,
    about: aboutOf(connection),
    watch: {
      record: (name) => ledger.read(name),
      state: (name) => stateOf(serviceNamed(failover, name)),
      now,
      ...watch,
    },
    evacuation: async () => {
      const current = underWay((await ledger.read(FLEET)).evacuation);
      return current === null ? null : standingOf(current, now());
    },
    answers: { ask: askFrontDoors(connection), now, everyMs: answersEveryMs },
    history: (name) => historyOf(connection, serviceNamed(failover, name)),
    perform: (request, say) => perform(request, say, { values, signal }),
    world: endpoint === null ? null : worldOf(endpoint),
  });
}

function aboutOf({ failover, endpoint, region }: Connection): About {
  return {
    deployment: failover.name,
    endpoint,
    region,
    services: failover.services.map((service) => ({
      name: service.name,
      regions: regionNames(service),
      writes: writesOf(service),
      rtoTargetMs: service.policy.rtoTargetMs,
    })),
    acts: actsAbout,
  };
}

/** What a move writes, and where. */
function writesOf({ name, lever }: Service): string {
  switch (lever.kind) {
    case 'kvs':
      return `the key ${serviceKey(name)} of the KeyValueStore ${knownStore(lever)}`;
    case 'arc':
      return `the routing controls of ${Object.keys(lever.controls).join(' and ')}, through the first of the cluster's ${lever.endpoints.length} endpoints that answers`;
    case 'beacon':
      return `the metric in ${lever.namespace} that the health check of its record follows`;
    default:
      return unreachable(lever);
  }
}

async function historyOf({ ledger }: Connection, { name, policy }: Service): Promise<HistoryView> {
  const entries = await reaching('the ledger could not be read', () => ledger.entries(name));
  const incidents = [...new Set(entries.flatMap(({ incident }) => incident ?? []))].reverse().slice(0, incidentsMax);
  return {
    service: name,
    lines: historyLines(entries),
    incidents: incidents.map((incident) => reportOf(incident, entries, { rtoTargetMs: policy.rtoTargetMs })),
  };
}

const regionsSchema = z.object({ regions: z.record(z.string(), z.string()) });
const kindsSchema = z.object({ regions: z.array(z.string()) });

/** The world around a sandbox, by its own interface. */
function worldOf(endpoint: string): WorldControl {
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const answer = await fetch(`${endpoint}/_sandbox${path}`, { ...init, signal: AbortSignal.timeout(5_000) });
    const body = (await answer.json()) as unknown;
    if (answer.ok) return body;
    throw new Error(z.object({ error: z.string() }).safeParse(body).data?.error ?? `${path} answered ${answer.status}`);
  };
  return {
    async read(): Promise<World> {
      const [places, kinds, faults] = await Promise.all([ask(''), ask('/faults/kinds'), ask('/faults')]);
      return {
        regions: Object.keys(regionsSchema.parse(places).regions),
        kinds: kindsSchema.parse(kinds).regions,
        faults: regionsSchema.parse(faults).regions,
      };
    },
    async setFault(region, fault) {
      if (fault === null) await ask(`/faults?region=${encodeURIComponent(region)}`, { method: 'DELETE' });
      else await ask('/faults', { method: 'POST', body: JSON.stringify({ region, fault }) });
    },
  };
}
