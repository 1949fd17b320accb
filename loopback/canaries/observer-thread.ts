import { Worker } from 'node:worker_threads';
import type { RunOrder, RunResult } from './canary-messages.ts';

/** Where the canaries of one observer region run. */
export interface ObserverThread {
  /** Why the run failed, or null. A thread that is gone fails the runs that were in it, and the next one starts another. */
  run(order: Omit<RunOrder, 'run'>): Promise<string | null>;
  /** Stops whatever runs: a canary that never lets go of the thread would stop all others of its region. */
  restart(because: string): Promise<void>;
  close(): Promise<void>;
}

export function startObserverThread(observer: string): ObserverThread {
  const pending = new Map<number, (failure: string | null) => void>();
  let worker: Worker | null = null;
  let runs = 0;

  function start(): Worker {
    const started = new Worker(new URL('./canary.worker.mjs', import.meta.url), {
      name: `canaries-${observer}`,
      env: { AWS_REGION: observer },
      execArgv: [],
      // As those of functions: three threads more, and no faster with a large one.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
      // What a canary prints would go to CloudWatch Logs, not to the terminal of the one who plays.
      stdout: true,
      stderr: true,
    });
    started.stdout.resume();
    started.stderr.resume();
    started.on('message', ({ run, failure }: RunResult) => settle(run, failure));
    started.on('error', (error: unknown) => fail(started, error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => fail(started, `the canary ended its process with code ${code}`));
    return started;
  }

  function settle(run: number, failure: string | null): void {
    pending.get(run)?.(failure);
    pending.delete(run);
  }

  function fail(gone: Worker, because: string): void {
    if (worker !== gone) return;
    worker = null;
    for (const run of [...pending.keys()]) settle(run, because);
  }

  async function stop(because: string): Promise<void> {
    const stopped = worker;
    if (stopped === null) return;
    fail(stopped, because);
    await stopped.terminate();
  }

  return {
    run(order) {
      worker ??= start();
      const run = runs++;
      const { promise, resolve } = Promise.withResolvers<string | null>();
      pending.set(run, resolve);
      worker.postMessage({ ...order, run } satisfies RunOrder);
      return promise;
    },
    restart: stop,
    close: () => stop('the sandbox is closing'),
  };
}
