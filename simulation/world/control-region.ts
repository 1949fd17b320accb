import type { Instant, Region } from '../../core/brand.ts';
import type { Mode } from '../../core/incident.ts';
import type { Failover } from '../../core/service.ts';
import type { StepName } from '../../deployment/names.ts';
import { stepFunctions as functionNames, functionTimeoutSeconds } from '../../deployment/steps.ts';
import type { ExecutionStatus, Ports } from '../../handlers/ports.ts';
import { reconcile, type Sightings } from '../../handlers/steps/reconcile.ts';
import { compile, type RawMachine } from '../../loopback/states/compile.ts';
import { Execution } from '../../loopback/states/execution.ts';
import { StateFailure } from '../../loopback/states/failure.ts';
import { type Json, payload } from '../../loopback/states/json.ts';
import type { TaskContext } from '../../loopback/states/ports.ts';
import type { Checkpoint } from '../../loopback/states/thread.ts';
import { failoverMachine } from '../../workflows/failover/machine.ts';
import type { Random } from '../engine/random.ts';
import type { VirtualTime } from '../engine/time.ts';
import type { ActiveFaults } from '../faults/active.ts';
import { Caller, type Surroundings } from './caller.ts';
import type { StepFunction } from './functions.ts';
import type { Happening, RunId } from './happening.ts';
import { LastState } from './last-state.ts';
import { drawn } from './latencies.ts';
import type { Tokens } from './tokens.ts';

const topicArns = { critical: 'topic:critical', info: 'topic:info' };

/** The real definition, compiled once: names of functions are the only thing that differs between regions. */
const machine = compile(
  failoverMachine({
    functions: functionNames((step) => `fn:${step}`),
    topicArns,
  }) as object as RawMachine,
);

/** What is kept of an execution, to start it again or to repeat one of its calls. */
interface Kept {
  readonly input: Json;
  readonly startedAt: Instant;
  readonly payloads: Map<StepName, Json>;
  /** Where it stood when it ended without success. */
  stood: Checkpoint | null;
}

/** What surrounds a control region, as far as it takes part. */
export interface ControlledWorld {
  readonly failover: Failover;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly faults: ActiveFaults;
  readonly around: Surroundings;
  readonly tokens: Tokens;
  readonly closed: boolean;
  /** Takes what would start a run, where somebody plays another rule. */
  readonly intercept: ((event: Json) => void) | null;
  readonly functions: Readonly<Record<StepName, StepFunction>>;
  readonly portsFor: (caller: Caller) => Ports;
  readonly tell: (happening: Happening) => void;
  countOf(step: StepName): number;
}

/** A region that orchestrates: Step Functions, the functions of the steps, and the reconciler's schedule. */
export class ControlRegion {
  readonly region: Region;
  readonly runs = new Map<RunId, Kept>();
  readonly #world: ControlledWorld;
  readonly #seen: Sightings = new Map();
  readonly #running = new Map<RunId, Execution>();
  #names = 0;

  constructor(region: Region, world: ControlledWorld) {
    this.region = region;
    this.#world = world;
  }

  get running(): number {
    return this.#running.size;
  }

  /** A name is used once, as Step Functions has it. */
  start(input: Json, because: string, name = `r${++this.#names}`): 'started' | 'already' {
    const run = `arn:aws:states:${this.region}:123456789012:execution:understudy-failover:${name}`;
    if (this.runs.has(run) || this.#world.closed) return 'already';
    if (this.#world.intercept !== null) {
      this.#world.intercept(input);
      return 'started';
    }
    const kept: Kept = { input, startedAt: this.#world.time.now(), payloads: new Map(), stood: null };
    this.runs.set(run, kept);
    this.#world.tell({ kind: 'started', run, region: this.region, because });
    this.#execute(run, kept);
    return 'started';
  }

  /**
   * Hours later, under the same name and with the start of then, from the state that was not successful on. One that succeeded, or is
   * under way, cannot be. https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  redrive(run: RunId): boolean {
    const kept = this.runs.get(run);
    if (kept?.stood == null || this.#running.has(run)) return false;
    this.#world.tell({ kind: 'redriven', run });
    this.#execute(run, kept);
    return true;
  }

  /** As Step Functions describes it. */
  statusOf(run: RunId): ExecutionStatus {
    if (this.#running.has(run)) return 'running';
    return this.runs.has(run) ? 'ended' : 'unknown';
  }

  /** Whatever is under way. Functions that it waits for go on. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
  stop(): boolean {
    const running = [...this.#running.values()];
    for (const execution of running) execution.stop('Stopped', 'somebody stopped it');
    return running.length > 0;
  }

  /** One invocation of long ago once more. Nobody waits for its answer. */
  repeat(run: RunId, step: StepName): boolean {
    const given = this.runs.get(run)?.payloads.get(step);
    if (given === undefined) return false;
    this.#invoke(run, step, given).catch(() => {});
    return true;
  }

  /** Every minute, as its schedule has it. */
  beginReconciling(firstAfterMs: number): void {
    const turn = () => {
      if (this.#world.closed) return;
      this.#world.time.after(60_000, turn);
      this.#reconcile();
    };
    this.#world.time.after(firstAfterMs, turn);
  }

  #execute(run: RunId, kept: Kept): void {
    const { time, random } = this.#world;
    const last = new LastState();
    const execution = new Execution(
      machine,
      {
        clock: time,
        random: random.next,
        tasks: { run: (resource, parameters, context) => this.#task(run, resource, parameters, context) },
      },
      {
        executionArn: run,
        executionName: run,
        stateMachineArn: 'machine',
        stateMachineName: 'understudy-failover',
        roleArn: 'role',
        region: this.region,
        startedAt: kept.startedAt,
        input: payload(kept.input),
      },
      last,
      kept.stood,
    );
    this.#running.set(run, execution);
    execution.outcome.then((outcome) => {
      this.#running.delete(run);
      kept.stood = outcome.status === 'SUCCEEDED' ? null : execution.checkpoint();
      const error = outcome.status === 'FAILED' ? (outcome.error ?? null) : null;
      this.#world.tell({ kind: 'ended', run, region: this.region, status: outcome.status, state: last.name, error });
    });
  }

  async #task(run: RunId, resource: string, parameters: Json, context: TaskContext): Promise<Json> {
    const given = parameters as { readonly FunctionName: string; readonly Payload: Json };
    if (resource === 'arn:aws:states:::sns:publish') return this.#publish(run, parameters);
    const step = given.FunctionName.slice('fn:'.length) as StepName;
    const { latencies, random } = this.#world.around;
    if (latencies.step.mostMs > 0) await this.#world.time.wait(drawn(latencies.step, random));
    const Payload = await this.#invoke(run, step, given.Payload);
    if (resource.endsWith('.waitForTaskToken')) return this.#world.tokens.wait(context);
    return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload };
  }

  /** Settles as the Invoke of a Task does. */
  #invoke(run: RunId, step: StepName, given: Json): Promise<Json> {
    const { time, faults, around } = this.#world;
    if (faults.bite('region-lost', ({ region }) => region === this.region)) {
      return time.wait(3_000).then(() => {
        throw new StateFailure('Lambda.SdkClientException', 'Unable to execute HTTP request');
      });
    }
    this.runs.get(run)?.payloads.set(step, given);
    const nth = this.#world.countOf(step);
    this.#maybeStop(run, step, nth);
    const about = (given as { readonly incident?: { readonly mode: Mode; readonly epoch: number } | null }).incident;
    const caller = new Caller(
      this.region,
      { run, step, mode: about?.mode ?? null, epoch: about?.epoch ?? null },
      nth,
      around,
    );
    this.#world.tell({ kind: 'invoked', run, step, nth });
    return new Promise((resolve, reject) => {
      const stop = time.after(functionTimeoutSeconds[step] * 1000, () => {
        caller.stop();
        reject(new StateFailure('Sandbox.Timedout', JSON.stringify({ errorMessage: `${step} timed out` })));
      });
      caller.onDeath = () => {
        stop();
        time.after(100, () => reject(new StateFailure('Lambda.Unknown', 'the process died')));
      };
      this.#world.functions[step](given, this.#world.portsFor(caller), this.#world.failover).then(
        (answer) => {
          if (!caller.alive) return;
          stop();
          this.#world.tell({ kind: 'returned', run, step, answer: gistOf(answer) });
          const { refusal } = answer as { readonly refusal?: { readonly reason: string } };
          if (refusal !== undefined) this.#world.tell({ kind: 'refused', run, reason: refusal.reason });
          resolve(answer as Json);
        },
        (error: Error) => {
          if (!caller.alive) return;
          stop();
          this.#world.tell({ kind: 'returned', run, step, answer: `${error.name}: ${error.message}` });
          reject(new StateFailure(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message })));
        },
      );
    });
  }

  /** Somebody stops it while it is there, or in what comes next: a wait, a look, a branch. */
  #maybeStop(run: RunId, step: StepName, nth: number): void {
    const { time, faults } = this.#world;
    if (faults.none) return;
    const stop = faults.once('stopped-in', (of) => of.step === step && of.nth === nth);
    if (stop !== undefined) time.after(stop.by, () => this.#running.get(run)?.stop('Stopped', 'somebody stopped it'));
  }

  /** Straight from the machine: no function, no ledger. */
  async #publish(run: RunId, parameters: Json): Promise<Json> {
    const { faults, operations } = this.#world.around;
    operations.add('sns:Publish');
    const down = faults.bite('notify-down') ?? faults.bite('region-lost', ({ region }) => region === this.region);
    const wakes = (parameters as { readonly TopicArn: string }).TopicArn === topicArns.critical;
    this.#world.tell({ kind: wakes ? 'paged' : 'noted', run, arrived: down === undefined });
    if (down !== undefined) throw new StateFailure('SNS.InternalErrorException', 'down');
    return { MessageId: 'm' };
  }

  async #reconcile(): Promise<void> {
    const { faults, around, failover } = this.#world;
    if (faults.bite('region-lost', ({ region }) => region === this.region)) return;
    const caller = new Caller(this.region, { run: 'reconciler', step: 'admit', mode: null, epoch: null }, 0, around);
    const ports: Ports = {
      ...this.#world.portsFor(caller),
      starter: {
        start: async (_service, input, name) => {
          around.operations.add('states:StartExecution');
          return this.start(input as unknown as Json, `reconciler: ${input.reason}`, name);
        },
      },
    };
    try {
      await reconcile(ports, failover, this.#seen);
    } catch {
      // Nothing was reconciled: the schedule brings the next turn.
    }
  }
}

/** One word or two of what a step answered. */
function gistOf(answer: object): string {
  const { outcome, state, admitted, verdict, ending, refusal } = answer as Record<string, unknown>;
  if (verdict !== undefined) {
    const { kind, reason } = verdict as { kind: string; reason?: string };
    return reason === undefined ? kind : `${kind} (${reason})`;
  }
  if (refusal !== undefined) return `refused (${(refusal as { reason: string }).reason})`;
  return String(outcome ?? state ?? ending ?? (admitted === true ? 'admitted' : 'done'));
}
