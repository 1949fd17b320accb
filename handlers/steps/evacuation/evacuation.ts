import type { Region } from '../../../core/brand.ts';
import type { EvacuationDirection } from '../../../core/evacuation.ts';
import type { CommandOf } from '../../../core/ledger-command.ts';
import { FLEET } from '../../../core/record.ts';
import type { Failover, Service } from '../../../core/service.ts';
import type { Ports, Runs } from '../../ports.ts';
import type { LeavePorts } from '../region/leave.ts';
import { sentence } from '../sentence.ts';

/** What the machine works through, as its first step has read it: carried from step to step. */
export interface EvacuationRun {
  /** The name of the execution. */
  readonly id: string;
  /** Its ARN. */
  readonly holder: string;
  readonly region: Region;
  readonly direction: EvacuationDirection;
  readonly by: string;
  readonly reason: string;
  readonly force: boolean;
  readonly rehearse: boolean;
  /** Runs of services at a time, and services that are led back at a time. */
  readonly atOnce: number;
}

export type EvacuationPorts = LeavePorts &
  Pick<Ports, 'notifiers' | 'metrics' | 'executions'> & { readonly runs: Runs };

/** A service whose callers were led by the override, and by which epoch of it. */
export interface Led {
  readonly service: string;
  readonly override: number;
}

/** Those that the configuration still has. */
export const servicesBy = (failover: Failover, names: readonly string[]): readonly Service[] => {
  const wanted = new Set(names);
  return failover.services.filter(({ name }) => wanted.has(name));
};

/**
 * Tells the ledger what was done, and asks whether to go on: a person may have said stop, or another evacuation may have taken over. A ledger
 * that does not answer stops nothing.
 */
export async function mayGoOn(
  { holder, rehearse }: EvacuationRun,
  done: Pick<CommandOf<'renew-evacuation'>, 'left' | 'back' | 'progress'>,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
): Promise<boolean> {
  if (rehearse) return true;
  try {
    const outcome = await ledger.change(FLEET, { kind: 'renew-evacuation', holder, ...done });
    return outcome.kind === 'done' && outcome.record.evacuation?.abortedBy == null;
  } catch (error) {
    log.warn('the ledger does not know how the evacuation goes', { because: sentence(error) });
    return true;
  }
}
