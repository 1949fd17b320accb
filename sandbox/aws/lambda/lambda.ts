import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { wallClock } from '../../clock.ts';
import { AwsError, type AwsService, type Call } from '../service.ts';
import { ExecutionEnvironment, type Outcome } from './execution-environment.ts';

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
  readonly reservedConcurrency?: number;
}

export interface LambdaOptions {
  readonly account: string;
  /** A line that a function wrote. */
  readonly onLog?: (log: { readonly function: string; readonly region: string; readonly line: string }) => void;
  /** Waits before the two retries of an asynchronous invocation that failed. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Invocations at once over all functions of a region. */
  readonly accountConcurrency?: number;
  readonly clock?: Clock;
  readonly newRequestId?: () => string;
}

/** Lambda: runs bundles in worker threads, kept warm, one invocation at a time in each. */
export interface Lambda extends AwsService {
  /** Puts a function in place, or another one in its place. Returns its ARN. */
  register(registration: FunctionRegistration): string;
  /** Stops the running invocations where they are. Returns how many there were. */
  kill(name: string, region: string): Promise<number>;
  /** Functions that run now, or wait for the retry of an asynchronous invocation. */
  readonly busy: number;
  close(): Promise<void>;
}

export function createLambda({
  account,
  onLog = () => {},
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  asyncRetryDelaysMs = [60_000, 120_000],
  accountConcurrency = 100,
  clock = wallClock,
  newRequestId = randomUUID,
}: LambdaOptions): Lambda {
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
    for (const delayMs of [...asyncRetryDelaysMs, null]) {
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
      const waited = await clock.wait(delayMs, closing.signal).then(
        () => true,
        () => false,
      );
      if (!waited) return;
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
    if (running.reduce((sum, { concurrency }) => sum + concurrency, 0) >= accountConcurrency) {
      throw tooMany('ConcurrentInvocationLimitExceeded');
    }
    return target.run({ event, clientContext, requestId, onLine });
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
      void functions.get(key(name, region))?.close();
      const added = new LambdaFunction(registration, { account, onLog, clock, newRequestId });
      functions.set(key(name, region), added);
      return added.arn;
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

interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType?: string;
  readonly LogType?: string;
  readonly ClientContext?: string;
  readonly Payload?: Uint8Array | string;
  readonly Qualifier?: string;
}

interface FunctionRun {
  readonly event: string;
  readonly clientContext: string | undefined;
  readonly requestId: string;
  readonly onLine: (line: string) => void;
}

/** One function in one region, with its warm execution environments. */
class LambdaFunction {
  readonly arn: string;
  readonly region: string;
  readonly log: (line: string) => void;
  readonly #registration: Required<Omit<FunctionRegistration, 'reservedConcurrency'>> & {
    readonly reservedConcurrency: number | undefined;
  };
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #running = new Map<ExecutionEnvironment, FunctionRun>();
  readonly #clock: Clock;
  readonly #account: string;
  readonly #newId: () => string;

  constructor(
    registration: FunctionRegistration,
    {
      account,
      onLog,
      clock,
      newRequestId,
    }: Required<Pick<LambdaOptions, 'account' | 'onLog' | 'clock' | 'newRequestId'>>,
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
  }

  get concurrency(): number {
    return this.#running.size;
  }

  get configuration(): object {
    const { name, handler, timeoutMs, memoryMb, env } = this.#registration;
    return {
      FunctionName: name,
      FunctionArn: this.arn,
      Runtime: 'nodejs24.x',
      Role: `arn:aws:iam::${this.#account}:role/${name}`,
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
    if (reservedConcurrency !== undefined && this.#running.size >= reservedConcurrency) {
      throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    // The last used one first, as its memory is warmest.
    const environment = this.#takeIdle() ?? this.#start();
    this.#running.set(environment, run);
    try {
      const problem = await this.#within(initTimeoutMs, environment, 'Init timed out', environment.initialised());
      if (problem !== null) return { kind: 'failed', error: problem };
      const invocation = environment.invoke(this.#message(run, this.#clock.now() + timeoutMs));
      const timedOut = `RequestId: ${run.requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      const outcome = await this.#within(timeoutMs, environment, timedOut, invocation);
      return checkSize(withRequestId(outcome, run.requestId), `${name} (${memoryMb} MB)`);
    } finally {
      this.#running.delete(environment);
      if (environment.alive) this.#idle.push(environment);
    }
  }

  async kill(): Promise<number> {
    const running = [...this.#running.keys()];
    await Promise.all(running.map((environment) => environment.kill()));
    return running.length;
  }

  async close(): Promise<void> {
    const all = [...this.#idle.splice(0), ...this.#running.keys()];
    await Promise.all(all.map((environment) => environment.kill()));
  }

  /** Stops the environment, and with it the work, when that takes too long. */
  async #within<T>(ms: number, environment: ExecutionEnvironment, errorMessage: string, work: Promise<T>): Promise<T> {
    const timer = new AbortController();
    void this.#clock.wait(ms, timer.signal).then(
      () => environment.kill({ errorType: 'Sandbox.Timedout', errorMessage }),
      () => {
        // The work ended first.
      },
    );
    try {
      return await work;
    } finally {
      timer.abort();
    }
  }

  /** One may have ended while it was idle, by what its handler left behind. */
  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined || environment.alive) return environment;
    }
  }

  #start(): ExecutionEnvironment {
    const { codeDir, handler, memoryMb } = this.#registration;
    const environment: ExecutionEnvironment = new ExecutionEnvironment({
      codeDir,
      handler,
      memoryMb,
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
    const { name, region, handler, codeDir, memoryMb, env } = this.#registration;
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
      AWS_ACCESS_KEY_ID: 'sandbox',
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

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const initTimeoutMs = 10_000;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const payloadLimitBytes = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 } as const;

const key = (name: string, region: string) => `${region}/${name}`;

/** A name, a partial ARN (`account:function:name`) or an ARN, each with or without a version. */
function parseFunctionName(
  text: string,
  callRegion: string,
): { name: string; region: string; version: string | undefined } {
  const match =
    /^(?:arn:aws[\w-]*:lambda:(?<region>[a-z0-9-]+):)?(?:\d{12}:)?(?:function:)?(?<name>[A-Za-z0-9_-]{1,64})(?::(?<version>[$\w-]+))?$/.exec(
      text,
    );
  const { name, region = callRegion, version } = match?.groups ?? {};
  if (name === undefined)
    throw new AwsError('ValidationException', `Value '${text}' at 'functionName' is not a function's name or ARN`);
  return { name, region, version };
}

function readEvent({ Payload, InvocationType }: InvokeInput): string {
  const text =
    Payload === undefined ? '' : typeof Payload === 'string' ? Payload : Buffer.from(Payload).toString('utf8');
  const limit = InvocationType === 'Event' ? payloadLimitBytes.Event : payloadLimitBytes.RequestResponse;
  if (Buffer.byteLength(text) > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the Invoke operation`,
      {
        status: 413,
        members: { Type: 'User' },
      },
    );
  }
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const error = new AwsError('InvalidRequestContentException', 'Could not parse request body into json', {
      members: { Type: 'User' },
    });
    throw Object.assign(error, { cause });
  }
}

/** Lambda puts the request's id before the message of an end that the function did not choose. */
function withRequestId(outcome: Outcome, requestId: string): Outcome {
  if (outcome.kind === 'returned' || outcome.error.errorType !== 'Runtime.ExitError') return outcome;
  const errorMessage = `RequestId: ${requestId} Error: ${outcome.error.errorMessage}`;
  return { kind: 'failed', error: { ...outcome.error, errorMessage } };
}

function checkSize(outcome: Outcome, name: string): Outcome {
  if (outcome.kind === 'failed' || Buffer.byteLength(outcome.payload) <= payloadLimitBytes.RequestResponse)
    return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${payloadLimitBytes.RequestResponse} bytes) in ${name}.`;
  return { kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

/** The last 4 KB of the log, in base64. */
function tail(lines: readonly string[]): string {
  return Buffer.from(lines.join('\n')).subarray(-4096).toString('base64');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}

function tooMany(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: { Reason: reason, Type: 'User' },
  });
}
