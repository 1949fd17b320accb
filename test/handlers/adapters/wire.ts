import { Readable } from 'node:stream';
import { type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** What happens to a request on its way. */
export type Trouble =
  /** It never arrives. */
  | { readonly kind: 'reset' }
  /** It is performed, and the answer never arrives. */
  | { readonly kind: 'answer-lost' }
  /** Somebody else is quicker: this runs first, then the request goes on. */
  | { readonly kind: 'first'; readonly act: () => Promise<unknown> }
  /** AWS answers this instead of performing it. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    };

/**
 * The wire between an SDK client and its service, for tests: everything above it is the real client. Troubles are told
 * per operation and hit its next requests, one each.
 */
export class Wire implements HttpHandler<object> {
  readonly #troubles: { readonly operation: RegExp; readonly trouble: Trouble }[] = [];
  readonly #beyond = new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 5_000 });
  /** What was sent, in order, as `operationOf` names it. */
  readonly sent: string[] = [];

  next(operation: RegExp, ...troubles: readonly Trouble[]): void {
    for (const trouble of troubles) this.#troubles.push({ operation, trouble });
  }

  async handle(request: HttpRequest, options?: object): Promise<{ response: HttpResponse }> {
    const operation = operationOf(request);
    this.sent.push(operation);
    const index = this.#troubles.findIndex((entry) => entry.operation.test(operation));
    const trouble = index < 0 ? undefined : this.#troubles.splice(index, 1)[0]?.trouble;
    switch (trouble?.kind) {
      case undefined:
        return this.#beyond.handle(request, options);
      case 'reset':
        throw connectionReset();
      case 'answer-lost':
        await this.#beyond.handle(request, options);
        throw connectionReset();
      case 'first':
        await trouble.act();
        return this.#beyond.handle(request, options);
      case 'answer':
        return {
          response: new HttpResponse({
            statusCode: trouble.status,
            headers: { 'content-type': 'application/json', ...trouble.headers },
            body: Readable.from([Buffer.from(trouble.body)]),
          }),
        };
    }
  }

  destroy(): void {
    this.#beyond.destroy();
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }
}

/** An error as AWS's JSON protocols answer it, for REST and for RPC alike. */
export function awsAnswer(name: string, status: number, members: Record<string, unknown> = {}): Trouble {
  return {
    kind: 'answer',
    status,
    headers: { 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message: `${name} for a test`, ...members }),
  };
}

/** `PutItem` from the target header of RPC protocols, else `GET /path`. */
function operationOf({ headers, method, path }: HttpRequest): string {
  const target = headers['x-amz-target'];
  return target === undefined ? `${method} ${path}` : (target.split('.').at(-1) ?? target);
}

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}
