import { startArn } from '../config/names.ts';
import type { Connection } from './connection.ts';
import type { Executions } from './executions.ts';
import { Unreachable } from './unreachable.ts';

/**
 * In the first control region that answers. A start whose answer was lost may have begun all the same, and the same name
 * in another region is another execution: then there are two, and that is safe. The ledger gives its lease to one of
 * them, and the other ends as refused, having written nothing. Should the first have ended before the second is admitted,
 * `to` or `from` make the second one find nothing to do; an input that has neither could move back what the first one
 * moved, and is never started twice. A rehearsal may be: it writes nothing.
 */
export async function startWhereItAnswers(
  connection: Pick<Connection, 'executionsIn' | 'failover' | 'region' | 'otherRegions' | 'now'>,
  input: {
    readonly service: string;
    readonly mode: 'manual' | 'rehearsal';
    readonly to?: string | undefined;
    readonly from?: string | undefined;
  },
  say: (text: string) => void,
): Promise<{ executions: Executions; executionArn: string }> {
  const { executionsIn, failover, region, otherRegions, now } = connection;
  const name = `${input.service}-${input.mode}-${now()}`;
  const isRepeatable = input.mode === 'rehearsal' || input.to !== undefined || input.from !== undefined;
  let here = region;
  for (const next of isRepeatable ? [...otherRegions, null] : [null]) {
    const executions = executionsIn(here);
    try {
      return { executions, executionArn: await executions.start(startArn(failover, here), name, input) };
    } catch (error) {
      if (next === null || !(error instanceof Unreachable) || !error.isOutage) throw error;
      say(`understudy: skipped ${here}: ${error.message}`);
      say(`understudy: trying ${next}; if a run began in ${here} all the same, one of the two writes nothing`);
      here = next;
    }
  }
  throw new Error('the last region either answers or throws');
}
