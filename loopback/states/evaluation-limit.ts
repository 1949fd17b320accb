import type { Expression } from 'jsonata';
import { isObject } from './json.ts';

export interface EvaluationLimit {
  readonly limitMs: number;
  /** Milliseconds that pass on this machine: a virtual clock would stand still while an expression holds the thread. */
  readonly now: () => number;
}

/**
 * Ends each evaluation of an expression that takes longer than the limit: one that never ended would hold the only thread,
 * and with it everything else that runs here. The service bounds evaluations too, but publishes no number.
 * One call of a built-in function is not interrupted, and an evaluation without bindings is not seen.
 */
export function limitEvaluation(
  expression: Expression,
  { limitMs, now }: EvaluationLimit = { limitMs: 2_000, now: () => performance.now() },
): void {
  if (!canRepeat(expression.ast())) return;
  // Evaluations of one expression may run at the same time. Each has an outermost frame of its own, and only the one
  // around that has no timestamp.
  expression.assign(framePushed, (enclosing: Frame, frame: Frame) => {
    if (enclosing.timestamp === null) frame.bind(nodeEntered, nodeCounter());
  });

  function nodeCounter(): () => void {
    const deadline = now() + limitMs;
    let nodes = 0;
    let isOver = false;
    return () => {
      nodes += 1;
      // Members of an array are evaluated side by side: each of them has to end.
      isOver ||= nodes % nodesBetweenChecks === 0 && now() > deadline;
      if (isOver) throw new Error(`The evaluation takes longer than ${limitMs} ms`);
    };
  }
}

/** The time costs as much to look up as a small node takes to evaluate. */
const nodesBetweenChecks = 16;

/**
 * Whether anything in it may be evaluated over and over: a function's body, the items of a range, a path within the steps
 * of a path. All others are over sooner than the counting of their nodes would cost.
 */
function canRepeat(node: unknown, withinPath = false): boolean {
  if (Array.isArray(node)) return node.some((item) => canRepeat(item, withinPath));
  if (!isObject(node)) return false;
  const isPath = node['type'] === 'path';
  if (node['type'] === 'lambda' || node['value'] === '..' || (isPath && withinPath)) return true;
  return Object.values(node).some((part) => canRepeat(part, withinPath || isPath));
}

interface Frame {
  readonly timestamp: Date | null;
  bind(name: symbol, value: unknown): void;
}

/** jsonata's own hooks; the types of `assign` know names that are text only. */
const framePushed = Symbol.for('jsonata.__createFrame_push') as unknown as string;
const nodeEntered = Symbol.for('jsonata.__evaluate_entry');
