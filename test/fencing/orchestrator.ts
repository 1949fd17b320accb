import type { Region } from '../../core/brand.ts';
import type { Incident } from '../../core/incident.ts';
import { planSteps } from '../../core/plan.ts';
import { activeRegion } from '../../core/routing.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import type { Clock, Ledger, Lever, Vantages, Wait } from '../../handlers/ports.ts';
import { admit } from '../../handlers/steps/admit.ts';
import { rollback } from '../../handlers/steps/rollback.ts';
import { shift } from '../../handlers/steps/shift.ts';
import { byHand } from '../handlers/steps/scene.ts';
import { MemoryExecutions } from '../support/memory/executions.ts';
import { MemoryLog } from '../support/memory/log.ts';

export interface OrchestratorPorts {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly ledger: Ledger;
  readonly levers: (service: Service) => Lever;
}

export type Outcome = {
  readonly incident: Incident;
  readonly outcome: string;
  readonly from: Region | null;
  readonly to: Region | null;
} | null;

interface Behaviour {
  /** The way back follows whatever the write came to. */
  readonly thenUndo?: boolean;
  /** A function is invoked for the next step. */
  readonly begin?: () => void;
  /** Whether the write is told what was read before it, as the first of a run is; later ones are not. */
  readonly isFirst?: boolean;
}

/**
 * The steps of one orchestrator that have effects on the ledger and the lever, in their order: admit, read, write, and
 * the way back where it is wanted. It moves to the region that does not serve. Null where it was not admitted.
 */
export async function orchestrate(
  name: string,
  service: Service,
  failover: Failover,
  ports: OrchestratorPorts,
  { thenUndo = false, begin = () => {}, isFirst = false }: Behaviour = {},
): Promise<Outcome> {
  begin();
  const startTime = new Date(ports.clock.now()).toISOString();
  const execution = { arn: `arn:aws:states:us-west-2:123456789012:execution:understudy-failover:${name}`, startTime };
  const admission = await admit(
    { event: byHand({ service: service.name }), execution },
    { ...ports, executions },
    failover,
  );
  if (!admission.admitted) return null;
  const { incident } = admission;
  begin();
  const [reading, record] = [
    await ports.levers(service).read({ toWrite: isFirst }),
    await ports.ledger.read(service.name),
  ];
  if (reading.kind === 'unreadable') throw new Error(reading.because);
  const prior = reading.routing;
  const from = activeRegion(prior.weights);
  const to = regionNames(service).find((region) => region !== from);
  if (from === null || to === undefined) return { incident, outcome: 'nobody-serves', from: null, to: null };
  const steps = planSteps(prior.weights, from, to, service.policy.ramp, ports.levers(service).traits);
  const plan = { from, to, prior, steps, prepare: [] };
  const evidenceAt = ports.clock.now();
  begin();
  const shifted = await shift(
    {
      incident,
      plan,
      step: 0,
      evidenceAt,
      standing: isFirst ? { ledger: record, version: 'the record itself', lever: reading.basis ?? null } : null,
    },
    { ...ports, log: new MemoryLog() },
    failover,
  ).then(
    ({ outcome }) => outcome,
    (error: Error) => error.name,
  );
  // As the machine does: back, where it does not verify, and where nobody knows what was written.
  if (!thenUndo && !/^[A-Z]/.test(shifted)) return { incident, outcome: shifted, from, to };
  begin();
  const undone = await rollback(
    { incident, plan, step: 0, because: 'it did not verify' },
    { ...ports, vantages: nobodyLooks },
    failover,
  ).then(
    ({ outcome }) => outcome,
    (error: Error) => error.name,
  );
  return { incident, outcome: undone, from, to };
}

const executions = new MemoryExecutions();
/** What regions answer is not what is compared here. */
const nobodyLooks: Vantages = { burst: async () => [] };

/** A ledger whose changes reach it when the gate lets them. Each is atomic: ledger.contract.ts shows that. */
export function gated(ledger: Ledger, pass: () => Promise<void>): Ledger {
  return {
    read: (service) => ledger.read(service),
    change: async (service, command, known, version) => {
      await pass();
      return ledger.change(service, command, known, version);
    },
    versionOf: (record) => ledger.versionOf(record),
    append: (entry) => ledger.append(entry),
    entries: (service, incident) => ledger.entries(service, incident),
    find: (service, incident, id) => ledger.find(service, incident, id),
    keepApproval: (approval) => ledger.keepApproval(approval),
    pendingApproval: (service, incident) => ledger.pendingApproval(service, incident),
  };
}
