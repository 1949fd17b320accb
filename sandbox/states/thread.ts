import { Stopped } from './failure.ts';
import type { Details, HistoryEventType, Recorder } from './history.ts';
import type { Json, Payload } from './json.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';
import type { Turn } from './turn.ts';

/** What all threads of one execution share. */
export interface Run {
  readonly ports: Ports;
  readonly history: Recorder;
  readonly turn: Turn;
  readonly info: ExecutionInfo;
  /** The extra functions of this execution, over its clock and its randomness. */
  readonly functions: Readonly<Record<string, unknown>>;
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

  constructor(run: Run, scope: Scope, previous: number, parent?: Thread, mapItem?: Thread['mapItem']) {
    this.run = run;
    this.scope = scope;
    this.previous = previous;
    this.variables = parent?.variables ?? {};
    this.variableBytesAtMost = parent?.variableBytesAtMost ?? 0;
    this.mapItem = mapItem ?? parent?.mapItem;
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
