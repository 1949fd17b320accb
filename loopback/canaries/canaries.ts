import { existsSync } from 'node:fs';
import type { Aws, Caller } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/event.ts';
import { waited } from '../waited.ts';
import { type ObserverThread, startObserverThread } from './observer-thread.ts';
import { type CanaryRun, metricData, runEvent } from './run-report.ts';

/** A canary in one observer region, with its schedule. */
export interface Canary {
  /** The dimension `CanaryName`; may be the same in other regions. */
  readonly name: string;
  /** The region it looks from. */
  readonly observer: string;
  /** File of the bundle, which exports `handler`. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  /** A period, divided by the tempo. AWS has no shorter one than a minute. */
  readonly periodMs: number;
  /** Work, and never scaled. */
  readonly timeoutMs: number;
  /** What it may do: it needs leave to publish its metrics. Absent for one that may do everything. */
  readonly roleArn?: string;
}

export interface CanariesOptions {
  readonly canaries: readonly Canary[];
  readonly aws: Aws;
  readonly emit: Emit;
  /** Whether a region can tell nobody anything, because it is isolated or lost: its canaries report nothing. */
  readonly isSilent: (region: string) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
}

export interface Canaries {
  /** Adds a canary, or puts another one in its place. Throws when its bundle is not there. */
  put(canary: Canary): void;
  remove(name: string, observer: string): void;
  /** Told of every run once it is over and reported. Returns what ends that. */
  onRun(listener: (run: CanaryRun) => void): () => void;
  /** Every run so far, up to the last 10,000, in the order in which they ended. */
  runs(): readonly CanaryRun[];
  close(): Promise<void>;
}

const runsKept = 10_000;
/** How long after its timeout a thread may take to say so before it is taken for stuck. */
const graceMs = 2_000;

/**
 * Plays CloudWatch Synthetics: runs every canary's bundle on its schedule, in a thread per observer region, and publishes
 * metrics and an event after each run. The first run comes at a random moment of the period, as it does after a deployment.
 * Throws at once when a bundle is not there.
 */
export function startCanaries(options: CanariesOptions): Canaries {
  const { canaries, aws, emit, isSilent, clock, random, tempo } = options;
  refuseMissing(canaries);
  const threads = new Map<string, ObserverThread>();
  const closing = new AbortController();
  const stopping = new Map<string, AbortController>();
  const schedules = new Set<Promise<void>>();
  const key = (name: string, observer: string) => `${observer}/${name}`;

  function put(canary: Canary): void {
    refuseMissing([canary]);
    const { name, observer } = canary;
    if (!threads.has(observer)) threads.set(observer, startObserverThread(observer));
    stopping.get(key(name, observer))?.abort();
    const stop = new AbortController();
    stopping.set(key(name, observer), stop);
    const scheduled = schedule(canary, AbortSignal.any([closing.signal, stop.signal]));
    schedules.add(scheduled);
    void scheduled.finally(() => schedules.delete(scheduled));
  }

  const listeners = new Set<(run: CanaryRun) => void>();
  const past: CanaryRun[] = [];

  async function schedule(canary: Canary, stopped: AbortSignal): Promise<void> {
    const periodMs = canary.periodMs / tempo;
    const running = new Set<Promise<void>>();
    let next = clock.now() + random() * periodMs;
    while (await waited(clock, next - clock.now(), stopped)) {
      // A run that outlasts the period does not put off the next one: each has a function of its own.
      const run = runOnce(canary).finally(() => running.delete(run));
      running.add(run);
      next = Math.max(next + periodMs, clock.now());
    }
    await Promise.all(running);
  }

  async function runOnce(canary: Canary): Promise<void> {
    const { name, observer, bundle, env, timeoutMs } = canary;
    const thread = threads.get(observer);
    if (thread === undefined || isSilent(observer)) return;
    const startedAt = clock.now();
    const over = new AbortController();
    const [failure] = await Promise.all([
      thread.run({ canary: name, bundle, env, timeoutMs }).finally(() => over.abort()),
      guard(thread, timeoutMs, over.signal),
    ]);
    if (closing.signal.aborted) return;
    const run = { id: uuid(random), canary: name, observer, startedAt, completedAt: clock.now(), failure };
    keep({ ...run, unreported: await report(run, canary.roleArn) });
  }

  /** Frees a region from a canary that holds its thread and cannot even be timed out from within. */
  async function guard(thread: ObserverThread, timeoutMs: number, over: AbortSignal): Promise<void> {
    if (await waited(clock, timeoutMs + graceMs, over)) {
      await thread.restart(`timed out after ${timeoutMs} ms and could not be stopped`);
    }
  }

  /** Null when everything went out. Synthetics drops what it cannot deliver, and runs on. */
  async function report(run: Omit<CanaryRun, 'unreported'>, roleArn?: string): Promise<string | null> {
    if (isSilent(run.observer)) return `${run.observer} reaches nobody`;
    const results = await Promise.allSettled([
      aws.call('cloudwatch', 'PutMetricData', metricData(run), {
        region: run.observer,
        caller: callerOf(roleArn, run),
      }),
      (async () => emit(run.observer, runEvent(run, aws.account)))(),
    ]);
    const failed = results.filter((result) => result.status === 'rejected');
    return failed.length === 0 ? null : failed.map(({ reason }) => String(reason)).join('; ');
  }

  function keep(run: CanaryRun): void {
    past.push(run);
    if (past.length > runsKept) past.shift();
    for (const listener of listeners) listener(run);
  }

  for (const canary of canaries) put(canary);

  return {
    put,
    remove(name, observer) {
      stopping.get(key(name, observer))?.abort();
      stopping.delete(key(name, observer));
    },
    onRun(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    runs: () => [...past],
    async close() {
      closing.abort();
      await Promise.all([...threads.values()].map((thread) => thread.close()));
      await Promise.all(schedules);
    },
  };
}

function refuseMissing(canaries: readonly Canary[]): void {
  const missing = [...new Set(canaries.map(({ bundle }) => bundle))].filter((bundle) => !existsSync(bundle));
  if (missing.length > 0) throw new Error(`canary bundles are missing, build them first: ${missing.join(', ')}`);
}

function callerOf(roleArn: string | undefined, { canary }: { readonly canary: string }): Caller | undefined {
  if (roleArn === undefined) return undefined;
  return { kind: 'role', roleArn, session: canary, takenBy: 'lambda.amazonaws.com' };
}

function uuid(random: () => number): string {
  const hex = (digits: number) => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}
