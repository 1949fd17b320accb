import type { RawMachine } from './compile.ts';
import { compile } from './compile.ts';
import type { Outcome } from './execution.ts';
import { Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { History } from './history.ts';
import type { Json } from './json.ts';
import { payload } from './json.ts';
import type { Machine } from './machine.ts';
import type { Ports } from './ports.ts';
import type { ExecutionInfo } from './thread.ts';

/** What an execution outside the service is called, where its machine asks. */
export type Names = Partial<Omit<ExecutionInfo, 'input' | 'startedAt'>>;

export interface Ended {
  readonly status: Outcome['status'];
  /** There where it succeeded. */
  readonly output?: Json;
  /** There where it failed, or was stopped, with a name. */
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly events: readonly HistoryEvent[];
}

/** Runs a valid definition, or one that `compile` made ready, from its input to its end: no service, no name, no role. */
export async function runToEnd(
  definition: RawMachine | Machine,
  input: Json,
  ports: Ports,
  names: Names = {},
): Promise<Ended> {
  const machine = 'states' in definition ? definition : compile(definition);
  const history = new History(() => ports.clock.now());
  const info = {
    executionArn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
    executionName: 'run',
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
    stateMachineName: 'machine',
    roleArn: 'arn:aws:iam::123456789012:role/states',
    region: 'us-east-1',
    ...names,
    startedAt: ports.clock.now(),
    input: payload(input),
  };
  const outcome = await new Execution(machine, ports, info, history).outcome;
  const { events } = history;
  return outcome.status === 'SUCCEEDED' ? { ...outcome, output: outcome.output.value, events } : { ...outcome, events };
}
