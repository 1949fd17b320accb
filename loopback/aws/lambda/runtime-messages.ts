/** What the pool tells a worker, once, when it starts it. */
export interface RuntimeSetup {
  /** Absolute; the file of `handler` is looked for here. */
  readonly codeDir: string;
  /** `file.export`, as Lambda has it. */
  readonly handler: string;
  /** Addresses (`127.0.0.1:8080`) that the function may speak to; left out, all. */
  readonly reaches?: readonly string[] | undefined;
}

/** One invocation: the pool sends it to a worker that is ready. */
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

/** What a worker says. After `init-failed` and `crashed` it is of no more use. */
export type RuntimeMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly requestId: string; readonly error: FunctionError }
  | { readonly kind: 'crashed'; readonly error: FunctionError };

/** The payload of an answer with `X-Amz-Function-Error`. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
