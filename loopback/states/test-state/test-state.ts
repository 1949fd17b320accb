import { randomUUID } from 'node:crypto';
import type { TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import type { Call, Operation } from '../../aws/service.ts';
import { parseInput } from '../api/execution-input.ts';
import { compileState } from '../compile.ts';
import { matches, StateFailure, Stopped } from '../failure.ts';
import { extraFunctions } from '../functions.ts';
import { History } from '../history.ts';
import type { Json, JsonObject, Payload } from '../json.ts';
import { bytesAtMost, isObject } from '../json.ts';
import type { State, Transition } from '../machine.ts';
import type { Ports } from '../ports.ts';
import { delayMs } from '../retry.ts';
import { Scope } from '../scope.ts';
import type { ExecutionInfo, Run } from '../thread.ts';
import { Thread } from '../thread.ts';
import type { Handlers, Trial } from '../trial.ts';
import { Turn } from '../turn.ts';
import { readContext } from './context.ts';
import { Inspection } from './inspection.ts';
import { invalid, type Mock, parseJson, readMock } from './mock.ts';
import { checkShape } from './mock-shape.ts';
import { mocked } from './mocked.ts';
import { refuseWithoutMock, type Subject, subjectOf } from './subject.ts';

/** How long a state may take. https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
const longestMs = 5 * 60_000;

/** One state, run once by the same interpreter as executions. */
export const testStateOperations = (ports: Ports): Record<string, Operation> => ({
  async TestState(input: TestStateInput, call: Call): Promise<TestStateOutput> {
    const subject = subjectOf(input.definition as string, input.stateName, input.mock !== undefined);
    const mock = readMock(input, subject.raw.Type, branchesOf(subject));
    if (mock === undefined) refuseWithoutMock(subject, input.roleArn);
    else await checkShape(mock, subject.resource);
    const inspection = new Inspection();
    const makers = mock && mocked(mock, input.stateConfiguration ?? {}, inspection);
    const state = compileState(subject.name, subject.raw, makers);
    const { inspectionLevel = 'INFO' } = input;
    const given = parseInput(input.input ?? '{}');
    inspection.note({ input: given.text });
    const trial = new OneAttempt(
      input.stateConfiguration?.retrierRetryCount ?? 0,
      readContext(input.context, subject.resource),
      inspection,
    );
    const tried = await attempt(state, given, {
      ports: mock === undefined ? ports : { ...ports, tasks: mockedTasks(mock) },
      info: infoOf(input, call, given, ports),
      trial,
      variables: variablesOf(input.variables),
    });
    inspection.noteEvents(tried.history.events, { hasArguments: Object.hasOwn(subject.raw, 'Arguments') });
    if (Object.keys(tried.variables).length > 0) inspection.note({ variables: JSON.stringify(tried.variables) });
    return { ...tried.told(trial), ...(inspectionLevel !== 'INFO' && { inspectionData: inspection.told() }) };
  },
});

/** Why a state was left in the middle: a retry would come, which a test does not wait for. */
class Retriable extends Error {
  override readonly name = 'Retriable';
}

class OneAttempt implements Trial {
  readonly retriesBefore: number;
  readonly #context: object | undefined;
  readonly #inspection: Inspection;
  /** The failure that `Retry` or `Catch` was asked about. */
  handled: StateFailure | undefined;

  constructor(retriesBefore: number, context: object | undefined, inspection: Inspection) {
    this.retriesBefore = retriesBefore;
    this.#context = context;
    this.#inspection = inspection;
  }

  /** As that of an Express execution, in which nothing is redriven; a role that was not given is null, and so it was recorded. */
  context(context: { readonly Execution: Readonly<Record<string, unknown>> }): object {
    if (this.#context !== undefined) return this.#context;
    const { RedriveCount: _, RoleArn, ...execution } = context.Execution;
    return { ...context, Execution: { ...execution, RoleArn: RoleArn === '' ? null : RoleArn } };
  }

  failed(failure: StateFailure, { retriers, catchers }: Handlers): void {
    this.handled = failure;
    const retryIndex = retriers.findIndex(({ errorEquals }) => matches(errorEquals, failure));
    const retrier = retriers[retryIndex];
    if (retrier !== undefined) {
      this.#inspection.handledBy({ retryIndex });
      if (this.retriesBefore < retrier.maxAttempts) {
        const backoffMs = delayMs(retrier, this.retriesBefore, () => 1);
        this.#inspection.handledBy({ retryBackoffIntervalSeconds: Math.trunc(backoffMs / 1000) });
        throw new Retriable();
      }
    }
    const catchIndex = catchers.findIndex(({ errorEquals }) => matches(errorEquals, failure));
    if (catchIndex >= 0) this.#inspection.handledBy({ catchIndex });
  }
}

interface Surroundings extends Pick<Run, 'ports' | 'info'> {
  readonly trial: OneAttempt;
  readonly variables: JsonObject;
}

interface Tried {
  readonly history: History;
  readonly variables: Readonly<Record<string, Json>>;
  told(trial: OneAttempt): TestStateOutput;
}

async function attempt(state: State, input: Payload, { ports, info, trial, variables }: Surroundings): Promise<Tried> {
  const history = new History(() => ports.clock.now());
  const scope = new Scope(null);
  const turn = new Turn();
  const thread = new Thread({ ports, history, turn, info, functions: extraFunctions(ports), trial }, scope, 0);
  thread.variables = variables;
  thread.variableBytesAtMost = bytesAtMost(variables);
  const timer = new AbortController();
  let timedOut = false;
  ports.clock.wait(longestMs, timer.signal).then(
    () => {
      timedOut = true;
      scope.stop();
    },
    () => {},
  );
  await turn.take();
  let ended: Transition | unknown;
  let threw = false;
  try {
    ended = await state.run(thread, input);
  } catch (error) {
    threw = true;
    ended = timedOut && error instanceof Stopped ? new StateFailure('States.Timeout', undefined) : error;
  } finally {
    timer.abort(new Stopped());
  }
  return {
    history,
    variables: thread.variables,
    told: ({ handled }) => (threw ? toldOf(ended, handled) : toldOfLeft(ended as Transition, handled)),
  };
}

function toldOfLeft({ next, output }: Transition, handled: StateFailure | undefined): TestStateOutput {
  return {
    status: handled === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR',
    output: output.text,
    ...(next !== undefined && { nextState: next }),
    ...(handled !== undefined && toldOfFailure(handled)),
  };
}

function toldOf(error: unknown, handled: StateFailure | undefined): TestStateOutput {
  if (error instanceof Retriable && handled !== undefined) return { status: 'RETRIABLE', ...toldOfFailure(handled) };
  if (error instanceof StateFailure) return { status: 'FAILED', ...toldOfFailure(error) };
  throw error;
}

const toldOfFailure = ({ error, reason }: StateFailure) => ({
  ...(error !== undefined && { error }),
  ...(reason !== undefined && { cause: reason.replace(whereItWas, '') }),
});

/** There is no execution whose events could be named. */
const whereItWas = /^An error occurred while executing the state '.*' \(entered at the event id #\d+\)\. /s;

const mockedTasks = (mock: Mock): Ports['tasks'] => ({ run: async () => mock.answer() });

function infoOf(
  { roleArn = '' }: TestStateInput,
  { region, account }: Call,
  input: Payload,
  ports: Ports,
): ExecutionInfo {
  const [machine, execution] = [randomUUID(), randomUUID()];
  return {
    executionArn: `arn:aws:states:${region}:${account}:express:${machine}:${execution}`,
    executionName: execution,
    stateMachineArn: `arn:aws:states:${region}:${account}:stateMachine:${machine}`,
    stateMachineName: machine,
    roleArn,
    region,
    startedAt: ports.clock.now(),
    input,
  };
}

function variablesOf(text = '{}'): JsonObject {
  const variables = parseJson(text, 'Variables must be valid JSON');
  if (!isObject(variables)) throw invalid('Variables must be a JSON object');
  return variables as JsonObject;
}

function branchesOf({ raw }: Subject): number {
  const branches = raw['Branches'];
  return Array.isArray(branches) ? branches.length : 0;
}
