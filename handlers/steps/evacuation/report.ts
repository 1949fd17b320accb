import { chunks } from '../../../core/chunks.ts';
import { evacuationEnded } from '../../../core/evacuation-notices.ts';
import { FLEET } from '../../../core/record.ts';
import { shareOf } from '../../../core/routing.ts';
import { type Failover, type Service, servicesIn } from '../../../core/service.ts';
import { tell } from '../deliver.ts';
import { readRouting } from '../read-routing.ts';
import { keepOut } from '../region/keep-out.ts';
import { note, type Staying } from '../region/leave.ts';
import { open } from '../region/open.ts';
import { survey } from '../region/survey.ts';
import { sentence } from '../sentence.ts';
import { type EvacuationPorts, type EvacuationRun, mayGoOn, servicesBy } from './evacuation.ts';
import { endAll, type Switched } from './switched.ts';

export interface ReportInput {
  readonly evacuation: EvacuationRun;
  /** Those whose turn it was to be, over all turns. */
  readonly turns: readonly (readonly string[])[];
  /** What runs of single services came to. */
  readonly ended: readonly { readonly service: string; readonly ending: string }[];
  /** What was written and neither proved nor led back, because something broke. */
  readonly switched: readonly Switched[];
  readonly aborted: boolean;
  /** What broke on the way; null where nothing did. */
  readonly error: string | null;
}

export interface Report {
  readonly isComplete: boolean;
  readonly headline: string;
  readonly region: string;
  readonly direction: EvacuationRun['direction'];
  readonly of: number;
  /** Names; at most as many as an output has room for. */
  readonly stays: readonly Staying[];
}

/** Asks every lever where its service is, says it, tells people once, and gives the fleet's place back. */
export async function report(input: ReportInput, ports: EvacuationPorts, failover: Failover): Promise<Report> {
  const { evacuation, aborted, error } = input;
  const { region, direction, rehearse, holder } = evacuation;
  const broke = { again: false, ending: 'unproven', because: error ?? 'it was not proved' } as const;
  await endAll(evacuation, input.switched, broke, ports, failover);
  const services = direction === 'leave' ? servicesIn(failover, region) : servicesBy(failover, input.turns.flat());
  const stays = rehearse
    ? await couldNot(input, services, ports, failover)
    : await notThere(input, services, ports, failover);
  const done = services.length - stays.length;
  const what = direction === 'leave' ? `out of ${region}` : `back in ${region}`;
  const many = `${done} of ${services.length} services ${rehearse ? `could ${direction === 'leave' ? `leave ${region}` : `go back to ${region}`}` : `are ${what}`}`;
  const why = aborted ? ', and it was aborted' : error === null ? '' : `, and it broke: ${error}`;
  const headline = `${many}${stays.length === 0 ? '' : `; not ${namesOf(stays)}`}${why}`;
  if (direction === 'return' && !rehearse && stays.length === 0 && !aborted) await openAll(evacuation, ports, failover);
  await note(evacuation, 'ended', stays, headline, ports);
  if (!rehearse) {
    await tell(evacuationEnded(evacuation, headline, stays, ports.clock.now()), ports);
    await ports.ledger.change(FLEET, { kind: 'end-evacuation', holder }).catch((cause: unknown) => {
      ports.log.warn('the ledger does not know that the evacuation is over', { because: sentence(cause) });
    });
  }
  const isComplete = stays.length === 0 && !aborted && error === null;
  return { isComplete, headline, region, direction, of: services.length, stays: stays.slice(0, shownMax) };
}

/** With a sentence each, far below the 256 KiB of an output. */
const shownMax = 100;

function namesOf(stays: readonly Staying[]): string {
  const shown = stays.slice(0, 20).map(({ service }) => service);
  return stays.length > shown.length ? `${shown.join(', ')} and ${stays.length - shown.length} more` : shown.join(', ');
}

/** Those that could not leave, and those whose rehearsal did not pass. */
async function couldNot(
  { evacuation, ended }: ReportInput,
  services: readonly Service[],
  ports: EvacuationPorts,
  failover: Failover,
): Promise<readonly Staying[]> {
  const failed = ended
    .filter(({ ending }) => ending !== 'rehearsed')
    .map(({ service, ending }) => ({ service, because: `its rehearsal ended as ${ending}` }));
  if (evacuation.direction === 'return') return failed;
  const surveyed = await survey(services, evacuation.region, evacuation, ports, failover);
  const stays = surveyed.flatMap(({ service, departure }) =>
    departure.kind === 'stays' ? [{ service: service.name, because: departure.because }] : [],
  );
  return [...stays, ...failed];
}

async function notThere(
  { evacuation }: ReportInput,
  services: readonly Service[],
  ports: EvacuationPorts,
  failover: Failover,
): Promise<readonly Staying[]> {
  const { region, direction } = evacuation;
  const shares = new Map<string, number | null>();
  for (const some of chunks(services, readsAtOnce)) {
    await Promise.all(
      some.map(async (service) => {
        const reading = await readRouting(service, ports);
        shares.set(service.name, reading.kind === 'read' ? shareOf(reading.routing.weights, region) : null);
      }),
    );
  }
  if (direction === 'return') {
    const back = services.filter(({ name }) => (shares.get(name) ?? 0) > 0).map(({ name }) => name);
    await mayGoOn(evacuation, { back }, ports);
    return services
      .filter(({ name }) => !back.includes(name))
      .map(({ name }) => ({ service: name, because: 'it was not led back; the record says why' }));
  }
  const there = services.filter(({ name }) => shares.get(name) !== 0);
  const why = await survey(there, region, evacuation, ports, failover);
  return why.map(({ service, departure }) => ({
    service: service.name,
    because:
      departure.kind === 'stays' ? departure.because : `it was not moved; see understudy explain ${service.name}`,
  }));
}

const readsAtOnce = 50;

/** Nobody is missing: the override goes, and with it the fence of the fleet. */
async function openAll(evacuation: EvacuationRun, ports: EvacuationPorts, failover: Failover): Promise<void> {
  const { region } = evacuation;
  try {
    const { stays } = await open({ ...evacuation, services: null }, ports, failover);
    const free = servicesIn(failover, region).filter(({ name }) => !stays.some(({ service }) => service === name));
    await keepOut(free, { kind: 'unfence', region }, ports, stays.length === 0 ? 'fleet' : 'services');
  } catch (error) {
    ports.log.warn('the region is not open for all', { region, because: sentence(error) });
  }
}
