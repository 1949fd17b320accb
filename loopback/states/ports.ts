import type { Clock } from '../clock.ts';
import type { Json } from './json.ts';

/** What the interpreter needs from the world. */
export interface Ports {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly tasks: TaskPort;
}

/** Does the work of Task states. */
export interface TaskPort {
  /**
   * Resolves with the task's result; rejects with a `StateFailure` to name error and cause. Anything else that is
   * thrown becomes `States.TaskFailed`. Whoever wants to change `parameters` copies them: variables may share them.
   */
  run(resource: string, parameters: Json, context: TaskContext): Promise<Json>;
}

export interface TaskContext {
  /** Aborted when the task timed out, or when nobody waits for it any more. */
  readonly signal: AbortSignal;
  readonly region: string;
  readonly executionArn: string;
  /** Of the machine: what a task may do. */
  readonly roleArn: string;
  /** What the task may give to `SendTask…`; there for every task, of use to `.waitForTaskToken` only. */
  readonly taskToken: string;
  /** Says that the task is alive: starts `HeartbeatSeconds` again. */
  heartbeat(): void;
  /** For `.sync` and `.waitForTaskToken`: the call was made and answered this; the result comes later. */
  submitted(answer: Json): void;
}
