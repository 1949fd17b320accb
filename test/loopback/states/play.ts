import type { RawMachine } from '../../../loopback/states/compile.ts';
import { compile } from '../../../loopback/states/compile.ts';
import { Execution } from '../../../loopback/states/execution.ts';
import { StateFailure } from '../../../loopback/states/failure.ts';
import type { HistoryEvent } from '../../../loopback/states/history.ts';
import { History } from '../../../loopback/states/history.ts';
import type { Json } from '../../../loopback/states/json.ts';
import type { TaskPort } from '../../../loopback/states/ports.ts';
import { diagnose } from '../../../loopback/states/validate/diagnose.ts';
import { virtualClock } from '../virtual-clock.ts';

export type States = RawMachine['States'] | Record<string, unknown>;

/** A JSONata machine that begins with the first of the states. */
export const machine = (states: object, more: object = {}): object => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(states)[0],
  States: states,
  ...more,
});

/** What a task answers, in order; the last answer stays. An error's name fails it, `hangs` never ends. */
export type Answers = readonly (Json | Error | 'hangs')[];

export const fails = (error: string, cause?: string): Error => new StateFailure(error, cause);

export function tasksOf(answers: Answers): TaskPort {
  let turn = 0;
  return {
    async run(_resource, parameters, { signal }) {
      const answer = answers[Math.min(turn++, answers.length - 1)];
      if (answer === 'hangs')
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if (answer instanceof Error) throw answer;
      return answer === undefined ? parameters : (answer as Json);
    },
  };
}

export interface Play {
  readonly input?: string;
  readonly tasks?: TaskPort;
  readonly random?: () => number;
  /** How long the virtual clock runs; for longer than anything takes, unless said. */
  readonly forMs?: number;
}

/** Starts a valid definition in virtual time; nothing has happened yet. */
export function start(definition: object, { input = '{}', tasks = tasksOf([]), random = () => 0.5 }: Play = {}) {
  const diagnostics = diagnose(JSON.stringify(definition));
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
  const clock = virtualClock();
  const history = new History(clock.now);
  const execution = new Execution(
    compile(definition as RawMachine),
    { clock, random, tasks },
    {
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
      executionName: 'run',
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
      stateMachineName: 'machine',
      roleArn: 'arn:aws:iam::123456789012:role/states',
      region: 'us-east-1',
      startedAt: clock.now(),
      input: { text: input, value: JSON.parse(input) },
    },
    history,
  );
  return { clock, execution, events: history.events as readonly HistoryEvent[] };
}

/** Plays a valid definition in virtual time. */
export async function play(definition: object, options: Play = {}) {
  const { clock, execution, events } = start(definition, options);
  await clock.advance(options.forMs ?? 1e9);
  return { clock, execution, outcome: await execution.outcome, events };
}

/** One line per event but the first: id, the id before, type, and what tells it apart. */
export const linesOf = (events: readonly HistoryEvent[]): string[] => events.slice(1).map(lineOf);

function lineOf(event: HistoryEvent): string {
  const details = Object.entries(event).find(([name]) => name.endsWith('Details'))?.[1] as object | undefined;
  const { name, index, length, output, error, assignedVariables } = (details ?? {}) as Record<string, unknown>;
  return [
    `${event.id}<${event.previousEventId}`,
    event.type,
    name,
    index,
    length,
    output,
    error,
    assignedVariables && JSON.stringify(assignedVariables),
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}
