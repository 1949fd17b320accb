import { Stopped } from './failure.ts';
import type { Details, HistoryEventType, Recorder } from './history.ts';
import type { Json, Payload } from './json.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';
import type { Trial } from './trial.ts';
import type { Turn } from './turn.ts';

/** Where a thread stood when its execution ended before it did: enough to go on from there. */
export interface Checkpoint {
  readonly state: string;
  readonly input: Payload;
  readonly variables: Readonly<Record<string, Json>>;
  /** Of a Parallel that was under way: each branch's output, or where it stood. */
  readonly branches: readonly BranchCheckpoint[] | null;
}

export type BranchCheckpoint = { readonly output: Payload } | Checkpoint;

/** What all threads of one execution share. */
export interface Run {
  readonly ports: Ports;
  readonly history: Recorder;
  readonly turn: Turn;
  readonly info: ExecutionInfo;
  /** The extra functions of this execution, over its clock and its randomness. */
  readonly functions: Readonly<Record<string, unknown>>;
  /** There where one state alone is tried. */
  readonly trial?: Trial;
}

export interface ExecutionInfo {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly startedAt: number;
  readonly input: Payload;
}

/** One line of states that follow one another: the execution's own, a Parallel's branch, a Map's iteration. */
export class Thread {
  readonly run: Run;
  readonly scope: Scope;
  /** The event that the next one of this thread follows. */
  previous: number;
  /** Those of the surroundings are copied in at the start; nothing that is assigned here is seen outside. */
  variables: Readonly<Record<string, Json>>;
  /** No fewer than all variables have together as JSON. */
  variableBytesAtMost: number;
  readonly mapItem: { readonly Index: number; readonly Value: Json } | undefined;
  /** The state that was entered and not left, and how to tell that it was aborted. */
  open: OpenState | null = null;
  /** The state that was begun last, and with what. */
  at: { readonly state: string; readonly input: Payload } | null = null;
  /** Of a Parallel that is under way. */
  branches: readonly Thread[] | null = null;
  /** What the thread came to; null before it has. */
  output: Payload | null = null;
  /** Where the branches of the state that is resumed stood; taken by it, once. */
  resumed: readonly BranchCheckpoint[] | null = null;

  constructor(run: Run, scope: Scope, previous: number, parent?: Thread, mapItem?: Thread['mapItem']) {
    this.run = run;
    this.scope = scope;
    this.previous = previous;
    this.variables = parent?.variables ?? {};
    this.variableBytesAtMost = parent?.variableBytesAtMost ?? 0;
    this.mapItem = mapItem ?? parent?.mapItem;
  }

  /** Null where it has not begun. */
  checkpoint(): Checkpoint | null {
    if (this.at === null) return null;
    const { variables } = this;
    const branches = this.branches?.map((branch) =>
      branch.output === null ? branch.checkpoint() : { output: branch.output },
    );
    const known = branches?.filter((branch) => branch !== null) ?? [];
    return { ...this.at, variables, branches: known.length === branches?.length ? known : null };
  }

  /** Goes on as one stood. Events of its own history are not taken over. */
  resumeFrom({ variables, branches }: Checkpoint): void {
    this.variables = variables;
    this.resumed = branches;
  }

  /** Adds the thread's next event. */
  record(type: HistoryEventType, details?: () => Details): number {
    this.previous = this.recordAside(type, details);
    return this.previous;
  }

  /** Adds an event that the thread's next one does not follow. */
  recordAside(type: HistoryEventType, details?: () => Details): number {
    if (this.scope.stopped) throw new Stopped();
    return this.run.history.add(type, this.previous, details);
  }

  /** As `record`, of a state that is entered. */
  recordEntered(type: HistoryEventType, name: string, input: Payload): number {
    if (this.scope.stopped) throw new Stopped();
    this.previous = this.run.history.enter(type, this.previous, name, input);
    return this.previous;
  }

  /** Waits for something outside, or until the surroundings end. */
  outside<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.run.turn.yieldTo(() => this.scope.abortable(work));
  }

  /** Tells what was aborted here because something else failed: the outer before the inner. */
  recordAborted(because: number): void {
    if (this.open === null) return;
    const { aborted, recordChildrenAborted } = this.open;
    this.open = null;
    if (aborted !== null) this.run.history.add(aborted, because);
    recordChildrenAborted?.(because);
  }
}

export interface OpenState {
  /** Pass, Choice, Succeed and Fail have no such event. */
  readonly aborted: HistoryEventType | null;
  recordChildrenAborted?: (because: number) => void;
}
