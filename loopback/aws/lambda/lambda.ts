import { randomUUID } from 'node:crypto';
import { type Clock, wallClock } from '../../clock.ts';
import { waited } from '../../waited.ts';
import { AwsError, type AwsService, type Call } from '../service.ts';
import type { Outcome } from './execution-environment.ts';
import { type InvokeInput, invalid, parseFunctionName, readEvent, tail } from './invoke-input.ts';
import { type FunctionRegistration, type FunctionSurroundings, LambdaFunction, tooMany } from './lambda-function.ts';
import { RuntimeThreads } from './runtime-threads.ts';

export interface LambdaOptions {
  readonly account: string;
  readonly onLog?: FunctionSurroundings['onLog'];
  /** Told of every invocation that ended, for the metrics of the service. */
  readonly onInvoked?: (invoked: Invoked) => void;
  /** Waits before the two retries of an asynchronous invocation that failed. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Invocations at once over all functions of a region. */
  readonly accountConcurrency?: number;
  readonly clock?: Clock;
  readonly newRequestId?: () => string;
  /** So many threads for all environments of a region; left out, each environment has one of its own. */
  readonly threadsPerRegion?: number | undefined;
}

/** An invocation, as the service's metrics count it. */
export interface Invoked {
  readonly function: string;
  readonly region: string;
  readonly outcome: 'returned' | 'failed' | 'throttled';
}

/** Lambda: runs bundles in worker threads, kept warm, one invocation at a time in each. */
export interface Lambda extends AwsService {
  /** Puts a function in place, or another one in its place. Returns its ARN. */
  register(registration: FunctionRegistration): string;
  /** What is registered; undefined where there is no such function. */
  registered(name: string, region: string): FunctionRegistration | undefined;
  /** How often an asynchronous invocation that failed is tried again; undefined for what Lambda does by itself. */
  setRetries(name: string, region: string, retries: number | undefined): void;
  /** Takes a function away; what runs is stopped. */
  unregister(name: string, region: string): Promise<void>;
  /** Stops the running invocations where they are. Returns how many there were. */
  kill(name: string, region: string): Promise<number>;
  /** Functions that run now, or wait for the retry of an asynchronous invocation. */
  readonly busy: number;
  close(): Promise<void>;
}

export function createLambda({
  account,
  onLog = () => {},
  onInvoked = () => {},
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  asyncRetryDelaysMs = [60_000, 120_000],
  accountConcurrency = 100,
  clock = wallClock,
  newRequestId = randomUUID,
  threadsPerRegion,
}: LambdaOptions): Lambda {
  const threads = new RuntimeThreads(threadsPerRegion);
  const functions = new Map<string, LambdaFunction>();
  const background = new Set<Promise<void>>();
  const closing = new AbortController();

  async function invoke(input: InvokeInput, call: Call): Promise<object> {
    const target = find(input.FunctionName, call.region, input.Qualifier);
    const event = readEvent(input);
    switch (input.InvocationType ?? 'RequestResponse') {
      case 'DryRun':
        return { StatusCode: 204 };
      case 'Event': {
        const work = runInBackground(target, event, input.ClientContext, call.requestId);
        background.add(work);
        void work.finally(() => background.delete(work));
        return { StatusCode: 202 };
      }
      case 'RequestResponse': {
        const lines: string[] = [];
        const outcome = await run(target, event, input.ClientContext, call.requestId, (line) => lines.push(line));
        const failed = outcome.kind === 'failed';
        const payload = failed ? JSON.stringify(outcome.error) : outcome.payload;
        return {
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          Payload: new Uint8Array(Buffer.from(payload)),
          ...(failed && { FunctionError: 'Unhandled' }),
          ...(input.LogType === 'Tail' && { LogResult: tail(lines) }),
        };
      }
      default:
        throw invalid(`Unknown InvocationType ${JSON.stringify(input.InvocationType)}`);
    }
  }

  /** An asynchronous invocation: nobody waits for it, and its failures are tried again. */
  async function runInBackground(
    target: LambdaFunction,
    event: string,
    clientContext: string | undefined,
    requestId: string,
  ): Promise<void> {
    for (const delayMs of [...asyncRetryDelaysMs.slice(0, target.retries), null]) {
      let problem: string;
      try {
        const outcome = await run(target, event, clientContext, requestId);
        if (outcome.kind === 'returned') return;
        problem = outcome.error.errorMessage;
      } catch (thrown) {
        // Throttled: Lambda keeps the event and tries again.
        if (!(thrown instanceof AwsError)) throw thrown;
        problem = thrown.message;
      }
      if (delayMs === null || closing.signal.aborted) return;
      target.log(`RETRY RequestId: ${requestId} in ${delayMs} ms after: ${problem}`);
      if (!(await waited(clock, delayMs, closing.signal))) return;
    }
  }

  async function run(
    target: LambdaFunction,
    event: string,
    clientContext: string | undefined,
    requestId: string,
    onLine: (line: string) => void = () => {},
  ): Promise<Outcome> {
    const running = [...functions.values()].filter(({ region }) => region === target.region);
    const counts = (outcome: Invoked['outcome']) =>
      onInvoked({ function: target.registration.name, region: target.region, outcome });
    try {
      if (running.reduce((sum, { concurrency }) => sum + concurrency, 0) >= accountConcurrency) {
        throw tooMany('ConcurrentInvocationLimitExceeded');
      }
      const outcome = await target.run({ event, clientContext, requestId, onLine });
      counts(outcome.kind);
      return outcome;
    } catch (thrown) {
      counts('throttled');
      throw thrown;
    }
  }

  function find(nameOrArn: string, callRegion: string, qualifier?: string): LambdaFunction {
    const { name, region, version } = parseFunctionName(nameOrArn, callRegion);
    const found = functions.get(key(name, region));
    const asked = qualifier ?? version ?? '$LATEST';
    if (found !== undefined && asked === '$LATEST') return found;
    const suffix = asked === '$LATEST' ? '' : `:${asked}`;
    const arn = `arn:aws:lambda:${region}:${account}:function:${name}${suffix}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, {
      status: 404,
      members: { Type: 'User' },
    });
  }

  return {
    id: 'lambda',
    register(registration) {
      const { name, region } = registration;
      const replaced = functions.get(key(name, region));
      void replaced?.close();
      const added = new LambdaFunction(registration, { account, onLog, clock, newRequestId, threads });
      added.retries = replaced?.retries;
      functions.set(key(name, region), added);
      return added.arn;
    },
    registered: (name, region) => functions.get(key(name, region))?.registration,
    setRetries(name, region, retries) {
      find(name, region).retries = retries;
    },
    async unregister(name, region) {
      const gone = functions.get(key(name, region));
      functions.delete(key(name, region));
      await gone?.close();
    },
    kill: (name, region) => find(name, region).kill(),
    get busy() {
      return [...functions.values()].reduce((sum, { concurrency }) => sum + concurrency, 0) + background.size;
    },
    async close() {
      closing.abort(new Error('the sandbox is closing'));
      await Promise.all([...functions.values()].map((each) => each.close()));
      await Promise.all(background);
    },
    operations: {
      Invoke: invoke,
      async GetFunction({ FunctionName, Qualifier }: { FunctionName: string; Qualifier?: string }, { region }: Call) {
        return {
          Configuration: find(FunctionName, region, Qualifier).configuration,
          Code: { RepositoryType: 'S3' },
        };
      },
      async ListFunctions(_input: object, { region }: Call) {
        return {
          Functions: [...functions.values()].filter((each) => each.region === region).map((each) => each.configuration),
        };
      },
    },
  };
}

const key = (name: string, region: string) => `${region}/${name}`;
