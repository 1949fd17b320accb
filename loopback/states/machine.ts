import { StateFailure } from './failure.ts';
import type { Payload } from './json.ts';
import type { Soon } from './soon.ts';
import type { Thread } from './thread.ts';

/** A definition, or the inside of a Parallel's branch or of a Map, compiled. */
export interface Machine {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  /** Of a whole definition only. */
  readonly timeoutSeconds?: number | undefined;
}

export interface State {
  readonly name: string;
  run(thread: Thread, input: Payload): Soon<Transition>;
}

/** Without `next` the thread ends with this output. */
export interface Transition {
  readonly next: string | undefined;
  readonly output: Payload;
}

/** Told while it is still the thread's turn, so that no other thread's event comes in between. */
export interface Told {
  ended?(output: Payload): void;
  failed?(failure: StateFailure): void;
}

/** Runs one thread from the first state, or the one where it is to go on, to the last. */
export async function runThread(
  machine: Machine,
  thread: Thread,
  input: Payload,
  told: Told = {},
  startAt = machine.startAt,
): Promise<Payload> {
  const { turn } = thread.run;
  let next: string | undefined = startAt;
  let output = input;
  while (next !== undefined) {
    const state: State | undefined = machine.states.get(next);
    if (state === undefined) throw new Error(`no state ${next}: the definition was not validated`);
    const waiting = turn.take();
    if (waiting !== undefined) await waiting;
    thread.at = { state: next, input: output };
    thread.branches = null;
    try {
      // A moment even for what is there at once, in which other threads ask for their turn.
      ({ next, output } = await state.run(thread, output));
      if (next === undefined) {
        thread.output = output;
        told.ended?.(output);
      }
    } catch (error) {
      if (error instanceof StateFailure) told.failed?.(error);
      throw error;
    } finally {
      turn.pass();
    }
  }
  return output;
}
