import type { Region } from '../core/brand.ts';
import type { Mode } from '../core/incident.ts';
import { startArn } from '../deployment/names.ts';
import type { Connection } from './connection.ts';
import type { Executions } from './executions.ts';
import { Unreachable } from './unreachable.ts';

/** What a run of one service is started with, as far as the start goes by it. */
export interface RunInput {
  readonly service: string;
  readonly mode: Exclude<Mode, 'automatic'>;
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** The drill that is to end. */
  readonly returns?: string | undefined;
}

/**
 * In the first control region that takes it. A start whose answer was lost may have begun all the same, and the same name
 * in another region is another execution: then there are two, and that is safe. The ledger gives its lease to one of
 * them, and the other ends as refused, having written nothing. Should the first have ended before the second is admitted,
 * `to` or `from` make the second one find nothing to do; an input that has neither could move back what the first one
 * moved, and is started again only where the first is known not to have begun. A rehearsal may be: it writes nothing. So may the
 * end of a drill, which is led back once.
 */
export function startWhereItAnswers(
  connection: Pick<Connection, 'executionsIn' | 'failover' | 'regions' | 'now'>,
  input: RunInput,
  say: (text: string) => void,
): Promise<Started> {
  const { failover, now } = connection;
  const { service, mode, to, from, returns } = input;
  const isRepeatable = mode === 'rehearsal' || [to, from, returns].some((each) => each !== undefined);
  const name = `${service}-${mode}-${now()}`;
  const machineIn = (region: Region) => startArn(failover, region);
  return startExecution(connection, { name, machineIn, input, isRepeatable }, say);
}

export interface Started {
  /** Where it runs. */
  readonly executions: Executions;
  readonly executionArn: string;
}

/** The same for any machine whose execution may be one of two. `say` hears of a region that may have begun one. Throws what the last region threw. */
export async function startExecution(
  { executionsIn, regions }: Pick<Connection, 'executionsIn' | 'regions'>,
  {
    name,
    machineIn,
    input,
    isRepeatable,
  }: {
    readonly name: string;
    /** What is started there, as an ARN. */
    readonly machineIn: (region: Region) => string;
    readonly input: object;
    /** Whether the next region is asked, too, where the one before may have begun it. */
    readonly isRepeatable: boolean;
  },
  say: (text: string) => void,
): Promise<Started> {
  let lastError: unknown;
  for (const region of regions.inOrder()) {
    const executions = executionsIn(region);
    try {
      return { executions, executionArn: await executions.start(machineIn(region), name, input) };
    } catch (error) {
      if (!(error instanceof Unreachable) || !error.isTheRegions) throw error;
      if (!isRepeatable && !error.wasNotPerformed) throw error;
      lastError = error;
      regions.skip(region, error.message);
      if (!error.wasNotPerformed)
        say(`understudy: if a run began in ${region} all the same, one of the two writes nothing`);
    }
  }
  throw lastError;
}
