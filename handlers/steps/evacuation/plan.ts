import { chunks } from '../../../core/chunks.ts';
import { evacuationBegan } from '../../../core/evacuation-notices.ts';
import type { LedgerOutcome } from '../../../core/ledger-command.ts';
import { FLEET } from '../../../core/record.ts';
import { type Failover, type Service, servicesIn } from '../../../core/service.ts';
import { tiersOf } from '../../../core/tiers.ts';
import { MalformedPayload } from '../../errors.ts';
import { tell } from '../deliver.ts';
import { keepOut } from '../region/keep-out.ts';
import { note } from '../region/leave.ts';
import { survey } from '../region/survey.ts';
import { sentence } from '../sentence.ts';
import { type EvacuationPorts, type EvacuationRun, mayGoOn, servicesBy } from './evacuation.ts';

export interface Planned {
  /** Why nothing is begun; null where it is. */
  readonly refused: string | null;
  readonly evacuation: EvacuationRun;
  /** Names of the services whose turn comes together, in the order of turns. */
  readonly turns: readonly (readonly string[])[];
}

/**
 * Begins: takes the fleet's one place for an evacuation, keeps automation out of the region, finds out what could not leave, and names it. What
 * is led back goes in the other order of tiers, a few at a time: a region that was empty is cold.
 */
export async function plan(
  run: EvacuationRun,
  /** The execution that this one goes on for; null where it begins. */
  lost: string | null,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Planned> {
  const { direction, region } = run;
  const ours = servicesIn(failover, region);
  if (ours.length === 0) throw new MalformedPayload(`no service of the configuration has a region ${region}`);
  const begun = run.rehearse ? null : await begin(run, lost, ports);
  if (begun?.kind === 'refused') return { refused: begun.because, evacuation: run, turns: [] };
  const left = direction === 'leave' ? [] : await leftBefore(run, ports);
  if (direction === 'return' && left.length === 0) {
    if (!run.rehearse) await ports.ledger.change(FLEET, { kind: 'end-evacuation', holder: run.holder });
    const refused = `no evacuation has led anything out of ${region}; understudy unfence ${region} opens it`;
    return { refused, evacuation: run, turns: [] };
  }
  const services = direction === 'leave' ? ours : servicesBy(failover, left);
  const { of, stays } =
    direction === 'leave' ? await surveyAll(run, services, lost, ports, failover) : { of: services.length, stays: [] };
  if (direction === 'return' && !run.rehearse && lost === null)
    await tell(evacuationBegan(run, services.length, [], ports.clock.now()), ports);
  const tiers = tiersOf(services);
  const turns = direction === 'leave' ? tiers : tiers.toReversed().flatMap((tier) => chunks(tier, run.atOnce));
  await mayGoOn(run, { progress: { of, stays: stays.slice(0, 100), turn: 0, turns: turns.length } }, ports);
  return { refused: null, evacuation: run, turns: turns.map((turn) => turn.map(({ name }) => name)) };
}

async function leftBefore({ region }: EvacuationRun, { ledger }: EvacuationPorts): Promise<readonly string[]> {
  const { evacuation } = await ledger.read(FLEET);
  return evacuation?.region === region ? evacuation.left : [];
}

/** Whoever holds the place and runs no more keeps nobody out of it. */
async function begin(run: EvacuationRun, lost: string | null, ports: EvacuationPorts): Promise<LedgerOutcome | null> {
  const { id, direction, region, by, reason, holder, force, atOnce } = run;
  const command = { kind: 'begin-evacuation', id, direction, region, by, reason, holder, force, atOnce } as const;
  // Without the ledger nobody knows that it was lost.
  if (lost !== null) return ports.ledger.change(FLEET, { ...command, over: lost, continues: true });
  try {
    const outcome = await ports.ledger.change(FLEET, command);
    const other = outcome.record.evacuation;
    if (outcome.kind === 'done' || outcome.refusal !== 'evacuating' || other === null) return outcome;
    if ((await ports.executions.statusOf(other.holder)) !== 'ended') return outcome;
    return await ports.ledger.change(FLEET, { ...command, over: other.holder });
  } catch (error) {
    // What there is to lead back stands in the ledger alone.
    if (direction === 'return') throw error;
    ports.log.warn('the ledger does not know of the evacuation', { because: sentence(error) });
    return null;
  }
}

/** Resolves to how many it is about, and the names of those that cannot leave. */
async function surveyAll(
  run: EvacuationRun,
  services: readonly Service[],
  lost: string | null,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<{ readonly of: number; readonly stays: readonly string[] }> {
  const { region, by, reason, rehearse } = run;
  if (!rehearse) {
    // First, so that nothing moves in or goes home there meanwhile.
    const failed = await keepOut(services, { kind: 'fence', region, by, reason }, ports);
    if (failed.length > 0) ports.log.warn('not everything is fenced', { region, failed: failed.slice(0, 10) });
  }
  const surveyed = await survey(services, region, run, ports, failover);
  const stays = surveyed.flatMap(({ service, departure }) =>
    departure.kind === 'stays' ? [{ service: service.name, because: departure.because }] : [],
  );
  const leaving = surveyed.filter(({ departure }) => departure.kind === 'override' || departure.kind === 'run');
  const said = stays.map(({ service, because }) => `${service} (${because})`).join('; ');
  const cannot = stays.length === 0 ? 'all can leave' : `cannot leave: ${said}`;
  await note(run, 'named', stays, `${leaving.length} services are in ${region} and leave it; ${cannot}`, ports);
  // Of one that goes on people have heard.
  if (!rehearse && lost === null) await tell(evacuationBegan(run, leaving.length, stays, ports.clock.now()), ports);
  // Of one that goes on some are out already.
  const of = lost === null ? leaving.length + stays.length : services.length;
  return { of, stays: stays.map(({ service }) => service) };
}
