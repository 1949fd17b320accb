import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { WireAnswer, WireRequest } from './protocols/protocol.ts';

/** The greatest body that any of the services takes: DynamoDB's batches. */
const bodyLimitBytes = 16 * 1024 * 1024;

export class BodyProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const raw = await readBody(request);
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const headers = headersOf(request);
  const body = await decompress(raw, headers['content-encoding']);
  return { method: request.method ?? 'GET', path, query: new URLSearchParams(query), headers, body };
}

/** By names in lower case; several of one name are joined. */
export function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : (value ?? '')]),
  );
}

/** By events, because a loop that is left early would destroy the stream, and with it the way to answer. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      reject(new BodyProblem(413, 'RequestEntityTooLargeException', `the body exceeds ${bodyLimitBytes} bytes`));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the caller closed the connection'));
    });
  });
}

/** Clients compress large CloudWatch requests. https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html */
async function decompress(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding !== 'gzip' || body.length === 0) return body;
  try {
    return await promisify(gunzip)(body, { maxOutputLength: bodyLimitBytes });
  } catch (cause) {
    throw new BodyProblem(400, 'SerializationException', 'the body is no gzip, or too large', { cause });
  }
}

/** Aborts when the caller is gone before it was answered. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the caller closed the connection'));
  });
  return gone.signal;
}

export function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  // A 204 has no body, and must not have a length. https://www.rfc-editor.org/rfc/rfc9110#section-8.6
  response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': length });
  response.end(body);
}

export function problem(status: number, code: string, message: string): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
