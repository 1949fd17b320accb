import type { Template } from '../expression.ts';
import type { StateFailure } from '../failure.ts';
import type { Payload } from '../json.ts';
import { payload, payloadList } from '../json.ts';
import type { Machine, State } from '../machine.ts';
import { runThread } from '../machine.ts';
import type { Protection } from '../protect.ts';
import { protect } from '../protect.ts';
import { Scope } from '../scope.ts';
import { Thread } from '../thread.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export interface ParallelFields {
  readonly branches: readonly Machine[];
  readonly arguments: Template | undefined;
  readonly protection: Protection;
}

export const parallel = (name: string, fields: ParallelFields, leaving: Leaving): State => ({
  name,
  run(thread, input) {
    const visit = new Visit(thread, 'Parallel', name, input);
    const giveUp = (): void => {
      visit.record('ParallelStateFailed');
      thread.open = null;
    };
    const attempt = async () => {
      const given = fields.arguments === undefined ? input : payload(await visit.evaluate(fields.arguments));
      const started = visit.record('ParallelStateStarted');
      const result = await runBranches(thread, fields.branches, given, started);
      thread.recordAside('ParallelStateSucceeded');
      return visit.leave(leaving, result, { result: result.value });
    };
    return protect(visit, fields.protection, attempt, giveUp);
  },
});

/** Leaves the thread behind the last event of the branch that ended last, or of the one that failed. */
async function runBranches(
  parent: Thread,
  branches: readonly Machine[],
  input: Payload,
  started: number,
): Promise<Payload> {
  const scope = new Scope(parent.scope);
  const threads = branches.map(() => new Thread(parent.run, scope, started, parent));
  const { resumed } = parent;
  parent.resumed = null;
  parent.branches = threads;
  const recordBranchesAborted = (because: number): void => {
    for (const thread of threads) thread.recordAborted(because);
  };
  if (parent.open) parent.open.recordChildrenAborted = recordBranchesAborted;
  const runBranch = (branch: Machine, index: number): Promise<Payload> => {
    const thread = threads[index] as Thread;
    const stood = resumed?.[index];
    if (stood !== undefined && 'output' in stood) {
      thread.output = stood.output;
      return Promise.resolve(stood.output);
    }
    if (stood !== undefined) thread.resumeFrom(stood);
    const told = {
      ended: () => {
        parent.previous = thread.previous;
      },
      failed: (failure: StateFailure) => {
        // Only the first failure counts; it stops the others.
        if (scope.stopped) return;
        parent.previous = thread.previous;
        scope.stop();
        if (!failure.terminal) recordBranchesAborted(thread.previous);
      },
    };
    return runThread(branch, thread, stood?.input ?? input, told, stood?.state);
  };
  const outputs = await parent.run.turn.yieldTo(() => Promise.all(branches.map(runBranch)));
  parent.branches = null;
  return payloadList(outputs);
}
