import type { Clock } from '../../clock.ts';
import { waited } from '../../waited.ts';
import { AwsError } from '../service.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { ExecutionEnvironment, type Outcome } from './execution-environment.ts';
import type { RuntimeThreads } from './runtime-threads.ts';

export interface FunctionRegistration {
  readonly name: string;
  readonly region: string;
  /** The folder of the bundle. */
  readonly codeDir: string;
  /** `index.handler` by default: the export `handler` of `index.mjs`. */
  readonly handler?: string;
  /** Added to what Lambda itself sets, and stronger. */
  readonly env?: Readonly<Record<string, string>>;
  /** 3000 by default, as on Lambda; counts from the handler's start, not from the cold start's. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  /** More invocations at once than this are throttled. */
  readonly reservedConcurrency?: number | undefined;
  /** What it may do, and the credentials by which that is known; left out, it may do everything. */
  readonly role?: { readonly arn: string; readonly accessKey: string };
  /** Addresses (`127.0.0.1:8080`) that it may speak to; left out, all. */
  readonly reaches?: readonly string[];
}

export interface FunctionRun {
  readonly event: string;
  readonly clientContext: string | undefined;
  readonly requestId: string;
  readonly onLine: (line: string) => void;
}

export interface FunctionSurroundings {
  readonly account: string;
  /** A line that a function wrote. */
  readonly onLog: (log: { readonly function: string; readonly region: string; readonly line: string }) => void;
  readonly clock: Clock;
  readonly newRequestId: () => string;
  readonly threads: RuntimeThreads;
}

/** One function in one region, with its warm execution environments. */
export class LambdaFunction {
  readonly arn: string;
  readonly region: string;
  readonly log: (line: string) => void;
  readonly #registration: Required<Omit<FunctionRegistration, 'reservedConcurrency' | 'reaches' | 'role'>> &
    Pick<FunctionRegistration, 'reaches' | 'role'> & { readonly reservedConcurrency: number | undefined };
  readonly #environments: EnvironmentPool;
  readonly #running = new Map<ExecutionEnvironment, FunctionRun>();
  readonly #clock: Clock;
  readonly #account: string;
  readonly #newId: () => string;
  readonly #threads: RuntimeThreads;

  constructor(
    registration: FunctionRegistration,
    { account, onLog, clock, newRequestId, threads }: FunctionSurroundings,
  ) {
    const { name, region } = registration;
    this.#registration = {
      handler: 'index.handler',
      env: {},
      timeoutMs: 3000,
      memoryMb: 128,
      reservedConcurrency: undefined,
      ...registration,
    };
    this.region = region;
    this.arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
    this.log = (line) => onLog({ function: name, region, line });
    this.#clock = clock;
    this.#account = account;
    this.#newId = newRequestId;
    this.#threads = threads;
    this.#environments = new EnvironmentPool({
      start: () => this.#start(),
      ready: (environment) => this.#within(initTimeoutMs, environment, 'Init timed out', environment.initialised()),
    });
  }

  /** Of an asynchronous invocation that fails; undefined for what Lambda does by itself. */
  retries: number | undefined;

  get registration(): FunctionRegistration {
    return this.#registration;
  }

  get concurrency(): number {
    return this.#running.size + this.#environments.waiting;
  }

  get configuration(): object {
    const { name, handler, timeoutMs, memoryMb, env } = this.#registration;
    return {
      FunctionName: name,
      FunctionArn: this.arn,
      Runtime: 'nodejs24.x',
      Role: this.#registration.role?.arn ?? `arn:aws:iam::${this.#account}:role/${name}`,
      Handler: handler,
      Timeout: Math.ceil(timeoutMs / 1000),
      MemorySize: memoryMb,
      Version: '$LATEST',
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['arm64'],
      Environment: { Variables: env },
    };
  }

  async run(run: FunctionRun): Promise<Outcome> {
    const { reservedConcurrency, timeoutMs, name, memoryMb } = this.#registration;
    if (reservedConcurrency !== undefined && this.concurrency >= reservedConcurrency) {
      throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    const environment = await this.#environments.take();
    this.#running.set(environment, run);
    try {
      const problem = await environment.initialised();
      if (problem !== null) return { kind: 'failed', error: problem };
      const invocation = environment.invoke(this.#message(run, this.#clock.now() + timeoutMs));
      const timedOut = `RequestId: ${run.requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      const outcome = await this.#within(timeoutMs, environment, timedOut, invocation);
      return checkSize(withRequestId(outcome, run.requestId), `${name} (${memoryMb} MB)`);
    } finally {
      this.#running.delete(environment);
      this.#environments.give(environment);
    }
  }

  async kill(): Promise<number> {
    const running = [...this.#running.keys()];
    await Promise.all(running.map((environment) => environment.kill()));
    return running.length;
  }

  async close(): Promise<void> {
    await Promise.all([this.#environments.close(), this.kill()]);
  }

  /** Stops the environment, and with it the work, when that takes too long. */
  async #within<T>(ms: number, environment: ExecutionEnvironment, errorMessage: string, work: Promise<T>): Promise<T> {
    const timer = new AbortController();
    const stop = async () => {
      if (await waited(this.#clock, ms, timer.signal)) {
        await environment.kill({ errorType: 'Sandbox.Timedout', errorMessage });
      }
    };
    void stop();
    try {
      return await work;
    } finally {
      timer.abort(inTime);
    }
  }

  #start(): ExecutionEnvironment {
    const { codeDir, handler, reaches } = this.#registration;
    const environment: ExecutionEnvironment = new ExecutionEnvironment({
      thread: this.#threads.place(this.#registration),
      codeDir,
      handler,
      reaches,
      env: this.#environmentVariables(),
      onLine: (line) => {
        this.#running.get(environment)?.onLine(line);
        this.log(line);
      },
    });
    return environment;
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
  #environmentVariables(): Record<string, string> {
    const { name, region, handler, codeDir, memoryMb, env, role } = this.#registration;
    return {
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `[$LATEST]${this.#newId().replaceAll('-', '')}`,
      AWS_ACCESS_KEY_ID: role?.accessKey ?? 'sandbox',
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_EC2_METADATA_DISABLED: 'true',
      LAMBDA_TASK_ROOT: codeDir,
      _HANDLER: handler,
      ...env,
    };
  }

  #message({ event, clientContext, requestId }: FunctionRun, deadlineMs: number) {
    const { name, memoryMb } = this.#registration;
    const traceId = `Root=1-${Math.floor(this.#clock.now() / 1000).toString(16)}-${this.#newId().replaceAll('-', '').slice(0, 24)};Sampled=0`;
    return {
      requestId,
      event,
      deadlineMs,
      functionName: name,
      invokedFunctionArn: this.arn,
      memoryMb,
      traceId,
      clientContext: clientContext === undefined ? undefined : Buffer.from(clientContext, 'base64').toString('utf8'),
    };
  }
}

/** One for all: without a reason each abort would make an error of its own, with a stack that nobody reads. */
const inTime = 'it ended in time';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const initTimeoutMs = 10_000;

/** What an answer may have. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const payloadMaxBytes = 6 * 1024 * 1024;

/** Lambda puts the request's id before the message of an end that the function did not choose. */
function withRequestId(outcome: Outcome, requestId: string): Outcome {
  if (outcome.kind === 'returned' || outcome.error.errorType !== 'Runtime.ExitError') return outcome;
  const errorMessage = `RequestId: ${requestId} Error: ${outcome.error.errorMessage}`;
  return { kind: 'failed', error: { ...outcome.error, errorMessage } };
}

function checkSize(outcome: Outcome, name: string): Outcome {
  if (outcome.kind === 'failed' || Buffer.byteLength(outcome.payload) <= payloadMaxBytes) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadMaxBytes} bytes) in ${name}.`;
  return { kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

/** More at once than the function, or the account, may have. */
export function tooMany(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason: reason, Type: 'User' },
  });
}
