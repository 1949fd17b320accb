import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { refuseStranger } from '../../guard.ts';
import type { Iam } from '../../iam/iam.ts';
import { host, listen, stop } from '../../listening.ts';
import { send } from '../http.ts';
import type { WireAnswer } from '../protocols/protocol.ts';
import { type Aws, AwsError } from '../service.ts';
import { payloadMaxBytes } from './lambda-function.ts';
import { plainAnswer, urlAnswer } from './url-answer.ts';
import { urlEvent } from './url-event.ts';

export interface FunctionUrlsOptions {
  /** Through which functions are invoked. */
  readonly aws: Aws;
  readonly iam: Pick<Iam, 'decide'>;
  readonly now: () => number;
}

/** A function of a region. */
interface Named {
  readonly name: string;
  readonly region: string;
}

/** Addresses of functions, `AuthType` `NONE`: each is a listener of its own on loopback. */
export interface FunctionUrls {
  /** With a slash at its end. The one that the function has, where there is one. */
  create(named: Named): Promise<string>;
  /** Undefined where it has none. */
  urlOf(named: Named): string | undefined;
  remove(named: Named): Promise<void>;
  close(): Promise<void>;
}

export function createFunctionUrls({ aws, iam, now }: FunctionUrlsOptions): FunctionUrls {
  const servers = new Map<string, { readonly server: Server; readonly url: string }>();

  async function answer(request: IncomingMessage, { name, region }: Named, urlId: string): Promise<WireAnswer> {
    const raw = await bodyOf(request);
    if (raw === null) return plainAnswer(413, 'Request must be smaller than 6291456 bytes');
    const arn = `arn:aws:lambda:${region}:${aws.account}:function:${name}`;
    if (!needs.every((need) => iam.decide({ kind: 'anonymous' }, { ...need, resource: arn }).kind === 'allowed')) {
      return plainAnswer(403, 'Forbidden. For troubleshooting Function URL authorization issues, see the docs');
    }
    const requestId = randomUUID();
    const event = urlEvent(request, raw, { requestId, urlId, region, now: now() });
    try {
      const output = await aws.call(
        'lambda',
        'Invoke',
        { FunctionName: name, Payload: JSON.stringify(event) },
        { region },
      );
      const { Payload, FunctionError } = output as { Payload?: Uint8Array; FunctionError?: string };
      if (FunctionError !== undefined) return plainAnswer(502, 'Internal Server Error');
      return urlAnswer(Buffer.from(Payload ?? []).toString('utf8'));
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      // Throttled, or too large as an event.
      return thrown.status === 429 ? plainAnswer(429, 'Rate Exceeded.') : plainAnswer(thrown.status, thrown.message);
    }
  }

  return {
    async create(named) {
      const known = servers.get(key(named));
      if (known !== undefined) return known.url;
      const urlId = randomUUID().replaceAll('-', '');
      const server = createServer((request, response) => {
        if (refuseStranger(request, response)) return;
        answer(request, named, urlId).then(
          (reply) => send(response, reply),
          () => request.socket.destroy(),
        );
      });
      const url = `http://${host}:${await listen(server, 0)}/`;
      servers.set(key(named), { server, url });
      return url;
    },
    urlOf: (named) => servers.get(key(named))?.url,
    async remove(named) {
      const known = servers.get(key(named));
      servers.delete(key(named));
      if (known !== undefined) await stop(known.server);
    },
    async close() {
      await Promise.all([...servers.values()].map(({ server }) => stop(server)));
      servers.clear();
    },
  };
}

/** Both, of whoever asks. https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const needs = [
  { action: 'lambda:InvokeFunctionUrl', context: { 'lambda:functionurlauthtype': ['NONE'] } },
  { action: 'lambda:InvokeFunction', context: { 'lambda:invokedviafunctionurl': ['true'] } },
] as const;

const key = ({ name, region }: Named): string => `${region}/${name}`;

/** Null where it is too large; the rest of it is read and dropped, so that the answer arrives. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= payloadMaxBytes) chunks.push(chunk);
  }
  return size > payloadMaxBytes ? null : Buffer.concat(chunks);
}
