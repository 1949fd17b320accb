import type { Template } from './expression.ts';
import { ExpressionError } from './expression.ts';
import { StateFailure, stateTooLarge, variablesTooLarge } from './failure.ts';
import type { Details, HistoryEventType } from './history.ts';
import type { Json, Payload } from './json.ts';
import { isTooLarge, maxPayloadBytes, payload } from './json.ts';
import type { Transition } from './machine.ts';
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
  readonly #enteredTime: string;
  #enteredId: number | null = null;

  constructor(thread: Thread, type: StateType, name: string, input: Payload) {
    this.thread = thread;
    this.name = name;
    this.type = type;
    this.input = input;
    this.#enteredTime = new Date(thread.run.ports.clock.now()).toISOString();
  }

  /** Writes `…StateEntered`, once. */
  enter(): number {
    if (this.#enteredId !== null) return this.#enteredId;
    const { name, input, type, thread } = this;
    this.#enteredId = thread.record(`${type}StateEntered`, {
      stateEnteredEventDetails: { name, input: input.text, inputDetails: { truncated: false } },
    });
    thread.open = { aborted: abortedEvents[type] };
    return this.#enteredId;
  }

  record(type: HistoryEventType, details?: Details): number {
    this.enter();
    return this.thread.record(type, details);
  }

  async evaluate(template: Template, extra: Extra = {}): Promise<Json> {
    if (template.constant !== undefined) return template.constant;
    const { variables, run } = this.thread;
    let states: object | undefined;
    try {
      return await template.evaluate({
        states: () => {
          states ??= this.#states(extra);
          return states;
        },
        variables,
        functions: run.functions,
      });
    } catch (error) {
      if (error instanceof ExpressionError) throw this.evaluationFailed(error.message, error.field);
      throw error;
    }
  }

  /** Evaluates `Assign` and `Output` over the same, old variables, then writes `…StateExited` and sets the new ones. */
  async leave({ next, assign, output }: Leaving, otherwise: Payload, extra: Extra = {}): Promise<Transition> {
    const assigned = assign && ((await this.evaluate(assign, extra)) as { readonly [name: string]: Json });
    const result = output === undefined ? otherwise : payload(await this.evaluate(output, extra));
    this.#exit(result, assigned);
    return { next, output: result };
  }

  /** Writes `EvaluationFailed` and answers the failure to throw. */
  evaluationFailed(complaint: string, location?: string): StateFailure {
    const { thread } = this;
    // Where the state was not even entered yet, this is what came before it.
    const { previous } = thread;
    const failure = new StateFailure('States.QueryEvaluationError', this.sentence(complaint));
    this.enter();
    thread.previous = previous;
    thread.record('EvaluationFailed', {
      evaluationFailedEventDetails: {
        error: failure.error,
        cause: failure.reason,
        ...(location !== undefined && { location }),
        state: this.name,
      },
    });
    return failure;
  }

  /** How the service begins the cause of whatever goes wrong inside it. */
  sentence(complaint: string): string {
    return `An error occurred while executing the state '${this.name}' (entered at the event id #${this.enter()}). ${complaint}`;
  }

  #exit(output: Payload, assigned: { readonly [name: string]: Json } | undefined): void {
    const { thread, name, type } = this;
    if (isTooLarge(output.text)) {
      this.enter();
      throw stateTooLarge(name);
    }
    const assignedVariables = assigned && texts(assigned);
    const sizes = assignedVariables && this.#checkSizes(assignedVariables);
    this.record(`${type as Exclude<StateType, 'Fail'>}StateExited`, {
      stateExitedEventDetails: {
        name,
        output: output.text,
        outputDetails: { truncated: false },
        ...(assignedVariables &&
          Object.keys(assignedVariables).length > 0 && {
            assignedVariables,
            assignedVariablesDetails: { truncated: false },
          }),
      },
    });
    thread.open = null;
    if (assigned) thread.variables = { ...thread.variables, ...assigned };
    if (sizes) thread.variableBytes = sizes;
  }

  /** The sizes of all variables after the assignment; throws where it, or they together, are larger than the service takes. */
  #checkSizes(assigned: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
    const { thread, name } = this;
    const added = sizesOf(assigned);
    const sizes = { ...thread.variableBytes, ...added };
    if (sum(added) <= maxPayloadBytes && sum(sizes) <= maxVariablesBytes) return sizes;
    this.enter();
    throw variablesTooLarge(name);
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  #states({ mapItem = this.thread.mapItem, ...extra }: Extra): object {
    const { info } = this.thread.run;
    return {
      input: this.input.value,
      ...extra,
      context: {
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
          EnteredTime: this.#enteredTime,
          ...(this.retryCount !== undefined && { RetryCount: this.retryCount }),
        },
        ...(this.taskToken !== undefined && { Task: { Token: this.taskToken } }),
        ...(mapItem !== undefined && { Map: { Item: mapItem } }),
      },
    };
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

const texts = (variables: { readonly [name: string]: Json }): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, JSON.stringify(value)]));

/**
 * Of all variables; what one state assigns has the payload's limit. Counted over what is visible to a thread, not over
 * branches that run at the same time. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
const maxVariablesBytes = 10 * 1024 * 1024;

const sizesOf = (variables: Readonly<Record<string, string>>): Record<string, number> =>
  Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, Buffer.byteLength(text)]));

const sum = (sizes: Readonly<Record<string, number>>): number =>
  Object.values(sizes).reduce((total, size) => total + size, 0);
