import type { Invocation } from './command.ts';
import { endedWell, reasonLines, sentenceOf } from './concluded.ts';
import type { Connection } from './connection.ts';
import { exitCodes } from './exit-codes.ts';
import { type RunInput, startWhereItAnswers } from './start-where-it-answers.ts';

/**
 * Starts the execution, prints each state as it is entered, and says how it ended; resolves to the exit status. Where `entered` resolves to
 * a status, the command ends there with it, and the execution goes on.
 */
export async function followRun(
  { out, err, values, signal }: Invocation,
  connection: Connection,
  input: RunInput,
  entered: (state: string, executionArn: string) => Promise<number | null> = async () => null,
): Promise<number> {
  const json = values['json'] === true;
  const { executions, executionArn } = await startWhereItAnswers(connection, input, err);
  if (!json) out(`started ${executionArn}`);
  for await (const { at, state } of executions.states(executionArn, signal)) {
    if (!json) out(`  ${at.toISOString().slice(11, 23)}  ${state}`);
    const code = await entered(state, executionArn);
    if (code !== null) return code;
  }
  const result = await executions.result(executionArn);
  if (json) out(JSON.stringify({ execution: executionArn, ...result }));
  else {
    out(sentenceOf(result));
    for (const line of await reasonLines(connection, input, executionArn, result.output)) out(line);
  }
  return endedWell(result.output) ? exitCodes.done : exitCodes.otherwise;
}
