/** What an environment is made from. */
export interface RuntimeSetup {
  /** Absolute; the file of `handler` is looked for here. */
  readonly codeDir: string;
  /** `file.export`, as Lambda has it. */
  readonly handler: string;
  /** Addresses (`127.0.0.1:8080`) that the function may speak to; left out, all. */
  readonly reaches?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/** One invocation, for an environment that is ready. */
export interface InvocationMessage {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  readonly deadlineMs: number;
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly memoryMb: number;
  readonly traceId: string;
  readonly clientContext: string | undefined;
}

/** What a thread is told about one of its environments. */
export type ThreadOrder =
  | { readonly environment: number; readonly kind: 'start'; readonly setup: RuntimeSetup }
  | { readonly environment: number; readonly kind: 'invoke'; readonly invocation: InvocationMessage }
  | { readonly environment: number; readonly kind: 'end' };

/** What an environment says. After `init-failed`, `crashed`, `exited` and `ended` it is of no more use. */
export type RuntimeMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly requestId: string; readonly error: FunctionError }
  | { readonly kind: 'crashed'; readonly error: FunctionError }
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'ended' };

/** What a thread says. */
export type ThreadMessage = RuntimeMessage & { readonly environment: number };

/** The payload of an answer with `X-Amz-Function-Error`. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
