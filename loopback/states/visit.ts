import type { Template } from './expression.ts';
import { ExpressionError } from './expression.ts';
import { StateFailure, stateTooLarge, variablesTooLarge } from './failure.ts';
import type { Details, HistoryEventType } from './history.ts';
import type { Json, Payload } from './json.ts';
import { bytesAtMost, isTooLarge, maxPayloadBytes, payload } from './json.ts';
import type { Transition } from './machine.ts';
import { follow, type Soon } from './soon.ts';
import type { Thread } from './thread.ts';

export type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

/** What `$states` has besides `input` and `context`. */
export interface Extra {
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** For an ItemSelector, which sees the item before the iteration begins. */
  readonly mapItem?: Thread['mapItem'];
}

/** What a state, a choice rule or a catcher does when it is left. */
export interface Leaving {
  readonly next: string | undefined;
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}

/**
 * One visit of one state: from entering it to leaving it. The service evaluates what a state needs at its start first
 * and writes `…StateEntered` together with what follows from it; so an evaluation that fails there is an event that
 * follows not the entering but what was before.
 */
export class Visit {
  readonly thread: Thread;
  readonly name: string;
  readonly type: StateType;
  readonly input: Payload;
  /** For Task, Parallel and Map, which may be retried. */
  retryCount: number | undefined;
  /** For `.waitForTaskToken`. */
  taskToken: string | undefined;
  readonly #enteredAt: number;
  #enteredId: number | null = null;

  constructor(thread: Thread, type: StateType, name: string, input: Payload) {
    this.thread = thread;
    this.name = name;
    this.type = type;
    this.input = input;
    this.#enteredAt = thread.run.ports.clock.now();
  }

  /** Writes `…StateEntered`, once. */
  enter(): number {
    if (this.#enteredId !== null) return this.#enteredId;
    const { name, input, type, thread } = this;
    this.#enteredId = thread.recordEntered(`${type}StateEntered`, name, input);
    thread.open = { aborted: abortedEvents[type] };
    return this.#enteredId;
  }

  record(type: HistoryEventType, details?: () => Details): number {
    this.enter();
    return this.thread.record(type, details);
  }

  evaluate(template: Template, extra: Extra = {}): Soon<Json> {
    if (template.constant !== undefined) return template.constant;
    const { variables, run } = this.thread;
    let states: object | undefined;
    const failed = (error: unknown): never => {
      throw error instanceof ExpressionError ? this.evaluationFailed(error.message, error.field) : error;
    };
    try {
      const value = template.evaluate({
        states: () => {
          states ??= this.#states(extra);
          return states;
        },
        variables,
        functions: run.functions,
      });
      return value instanceof Promise ? value.catch(failed) : value;
    } catch (error) {
      return failed(error);
    }
  }

  /** Evaluates `Assign` and `Output` over the same, old variables, then writes `…StateExited` and sets the new ones. */
  leave({ next, assign, output }: Leaving, otherwise: Payload, extra: Extra = {}): Soon<Transition> {
    return follow(assign && (this.evaluate(assign, extra) as Soon<Variables>), (assigned) =>
      follow(output === undefined ? otherwise : follow(this.evaluate(output, extra), payload), (result) => {
        this.#exit(result, assigned);
        return { next, output: result };
      }),
    );
  }

  /** Writes `EvaluationFailed` and answers the failure to throw. */
  evaluationFailed(complaint: string, location?: string): StateFailure {
    const { thread } = this;
    // Where the state was not even entered yet, this is what came before it.
    const { previous } = thread;
    const failure = new StateFailure('States.QueryEvaluationError', this.sentence(complaint));
    this.enter();
    thread.previous = previous;
    thread.record('EvaluationFailed', () => ({
      evaluationFailedEventDetails: {
        error: failure.error,
        cause: failure.reason,
        ...(location !== undefined && { location }),
        state: this.name,
      },
    }));
    return failure;
  }

  /** How the service begins the cause of whatever goes wrong inside it. */
  sentence(complaint: string): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enter()}). ${complaint}`;
  }

  #exit(output: Payload, assigned: Variables | undefined): void {
    const { thread, name, type } = this;
    if (isTooLarge(output)) {
      this.enter();
      throw stateTooLarge(name);
    }
    const variables = assigned && { ...thread.variables, ...assigned };
    const variableBytesAtMost = assigned && this.#checkSizes(assigned, variables);
    this.record(`${type as Exclude<StateType, 'Fail'>}StateExited`, () => ({
      stateExitedEventDetails: {
        name,
        output: output.text,
        outputDetails: { truncated: false },
        ...(assigned &&
          Object.keys(assigned).length > 0 && {
            assignedVariables: texts(assigned),
            assignedVariablesDetails: { truncated: false },
          }),
      },
    }));
    thread.open = null;
    if (variables) thread.variables = variables;
    if (variableBytesAtMost !== undefined) thread.variableBytesAtMost = variableBytesAtMost;
  }

  /** Throws where the assignment, or all variables after it, are larger than the service takes; written only where they may be. */
  #checkSizes(assigned: Variables, variables: Variables = assigned): number {
    const added = bytesAtMost(assigned);
    let all = this.thread.variableBytesAtMost + added;
    if (all > maxVariablesBytes) all = bytesOf(variables);
    if (all <= maxVariablesBytes && (added <= maxPayloadBytes || bytesOf(assigned) <= maxPayloadBytes)) return all;
    this.enter();
    throw variablesTooLarge(this.name);
  }

  /** Most expressions never look at the context, whose times are texts to be written. */
  #states({ mapItem = this.thread.mapItem, ...extra }: Extra): object {
    const contextOf = () => this.#context(mapItem);
    return {
      input: this.input.value,
      ...extra,
      get context() {
        return contextOf();
      },
    };
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  #context(mapItem: Thread['mapItem']): object {
    const { info, trial } = this.thread.run;
    const context = {
      Execution: {
        Id: info.executionArn,
        Input: info.input.value,
        StartTime: new Date(info.startedAt).toISOString(),
        Name: info.executionName,
        RoleArn: info.roleArn,
        RedriveCount: 0,
      },
      StateMachine: { Id: info.stateMachineArn, Name: info.stateMachineName },
      State: {
        Name: this.name,
        EnteredTime: new Date(this.#enteredAt).toISOString(),
        ...(this.retryCount !== undefined && { RetryCount: this.retryCount }),
      },
      ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
      ...(mapItem !== undefined && { Map: { Item: mapItem } }),
    };
    return trial === undefined ? context : trial.context(context);
  }
}

const abortedEvents: Readonly<Record<StateType, HistoryEventType | null>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
  Pass: null,
  Choice: null,
  Succeed: null,
  Fail: null,
};

type Variables = { readonly [name: string]: Json };

const texts = (variables: Variables): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));

/**
 * Of all variables; what one state assigns has the payload's limit. Counted over what is visible to a thread, not over
 * branches that run at the same time. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
const maxVariablesBytes = 10 * 1024 * 1024;

const bytesOf = (variables: Variables): number =>
  Object.values(texts(variables)).reduce((total, text) => total + Buffer.byteLength(text), 0);
