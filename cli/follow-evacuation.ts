import { setTimeout as delay } from 'node:timers/promises';
import { type Region, region } from '../core/brand.ts';
import { type Evacuation, type EvacuationDirection, underWay } from '../core/evacuation.ts';
import { FLEET } from '../core/record.ts';
import { startEvacuationArn } from '../deployment/names.ts';
import { type Invocation, printerOf } from './command.ts';
import { sentenceOf } from './concluded.ts';
import type { Connection } from './connection.ts';
import { regionOfRun } from './executions.ts';
import { exitCodes } from './exit-codes.ts';
import { startExecution } from './start-where-it-answers.ts';
import { reaching } from './unreachable.ts';

/** What the machine is started with. */
export interface EvacuationInput {
  readonly region: Region;
  readonly direction: EvacuationDirection;
  readonly reason: string;
  readonly requestedBy: string;
  readonly force: boolean;
  readonly rehearse: boolean;
  readonly atOnce: number;
}

/** An execution that goes on without us. */
export interface Begun {
  /** Its name, under which the ledger keeps what it does. */
  readonly id: string;
  readonly executionArn: string;
}

/** The one that is under way, as far as the ledger knows and its execution runs; null where the ledger does not tell. */
export async function evacuationUnderWay({
  ledger,
  executionsIn,
  ...connection
}: Connection): Promise<Evacuation | null> {
  const record = await ledger.read(FLEET).catch(() => null);
  const evacuation = underWay(record?.evacuation ?? null);
  if (evacuation === null) return null;
  const where = regionOfRun(evacuation.holder) ?? region(connection.region);
  const result = await executionsIn(where)
    .result(evacuation.holder)
    .catch(() => null);
  return result !== null && result.status !== 'RUNNING' ? null : evacuation;
}

/**
 * In the first control region that takes it. Where the answer of a start was lost, both may have begun; the ledger has one place for an
 * evacuation, and the second ends as refused.
 */
export async function startEvacuation(
  connection: Connection,
  input: EvacuationInput,
  /** Hears of a control region that may have begun it. */
  say: (text: string) => void,
): Promise<Begun> {
  const { failover, now } = connection;
  const id = `${input.direction === 'leave' ? 'evacuate' : 'return'}-${input.region}-${now()}`;
  const machineIn = (control: Region) => startEvacuationArn(failover, control);
  const start = { name: id, machineIn, input, isRepeatable: true };
  const { executionArn } = await startExecution(connection, start, say);
  return { id, executionArn };
}

/** What the machine comes to, where it came to an end of its own. */
interface Reported {
  readonly isComplete: boolean;
  readonly headline: string;
  readonly stays: readonly { readonly service: string; readonly because: string }[];
}

/** Prints what the ledger learns of it until its execution is over; resolves to the exit status. Ending the command ends nothing else. */
export async function follow(begun: Begun, invocation: Invocation, connection: Connection): Promise<number> {
  const { out, err, values, signal } = invocation;
  const say = printerOf(invocation);
  const executions = connection.executionsIn(regionOfRun(begun.executionArn) ?? region(connection.region));
  const goesOn = () => err('it goes on; to see it again, run the same command');
  signal.addEventListener('abort', goesOn, { once: true });
  const told = new Set<string>();
  const tell = async (): Promise<void> => {
    const entries = await connection.ledger.entries(FLEET, begun.id).catch(() => []);
    for (const { id, text } of entries) {
      if (told.has(id)) continue;
      told.add(id);
      say(text);
    }
  };
  const over = executions.ended(begun.executionArn, signal).then(() => true);
  // It may fail while the ledger is read: the race below hears of it then.
  over.catch(() => {});
  try {
    do await tell();
    while (!(await Promise.race([over, delay(pollMs, false, { signal })])));
  } finally {
    // One that ended by itself is not told of when a later command is ended.
    signal.removeEventListener('abort', goesOn);
  }
  await tell();
  const result = await executions.result(begun.executionArn);
  const { status, output, error } = result;
  if (values['json'] === true) out(JSON.stringify({ execution: begun.executionArn, status, output, error }));
  if (isRefused(output)) {
    say(`nothing was begun: ${output.refused}`);
    return exitCodes.otherwise;
  }
  if (isReported(output)) {
    for (const { service, because } of output.stays) say(`${service} stays: ${because}`);
    say(output.headline);
    return output.isComplete ? exitCodes.done : exitCodes.otherwise;
  }
  say(sentenceOf(result));
  return exitCodes.otherwise;
}

const pollMs = 1_000;

const isRefused = (output: unknown): output is { refused: string } =>
  typeof output === 'object' && output !== null && 'refused' in output;

const isReported = (output: unknown): output is Reported =>
  typeof output === 'object' && output !== null && 'headline' in output && 'stays' in output;

/** A person says that no further service shall begin. What is done stays done. */
export async function abortEvacuation(invocation: Invocation, connection: Connection, of: Region): Promise<number> {
  const { ledger, identity, now } = connection;
  const tell = (became: object, line: string): void =>
    invocation.out(invocation.values['json'] === true ? JSON.stringify(became) : line);
  const by = await identity();
  const current = underWay((await reaching('the ledger could not be read', () => ledger.read(FLEET))).evacuation);
  if (current === null || current.region !== of) {
    const because = `no evacuation of ${of} is under way`;
    tell({ aborted: null, because }, because);
    return exitCodes.otherwise;
  }
  const command = { kind: 'abort-evacuation', by } as const;
  const outcome = await reaching('the ledger could not be changed', () => ledger.change(FLEET, command));
  if (outcome.kind === 'refused' && outcome.refusal === 'not-evacuating') {
    tell({ aborted: null, because: outcome.because }, outcome.because);
    return exitCodes.otherwise;
  }
  await reaching('the ledger could not be written', () =>
    ledger.append({
      id: `operator:abort-evacuation:${now()}`,
      service: FLEET,
      incident: current.id,
      at: now(),
      text: `${by}: no further service begins`,
      what: { kind: 'operator', command: 'abort-evacuation', by, reason: '' },
    }),
  );
  tell(
    { aborted: current.id },
    `${current.id}: no further service begins; what is under way is finished, and what is done stays done`,
  );
  return exitCodes.done;
}
