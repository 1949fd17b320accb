import { createHash, createHmac } from 'node:crypto';
import { SignatureV4a } from '@aws-sdk/signature-v4a';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Sign } from './probe.ts';

/** The function's own role: Lambda sets these, also for canaries. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Signs a request for the region that is asked, or, at a front door, for all of them at once (SigV4A), because nobody knows which
 * region answers there. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signer(service: string, region: string | null, env: Environment): Sign {
  const credentials = {
    accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(env['AWS_SESSION_TOKEN'] !== undefined && { sessionToken: env['AWS_SESSION_TOKEN'] }),
  };
  const given = { service, credentials, sha256: Sha256, uriEscapePath: true };
  const signing = region === null ? new SignatureV4a({ ...given, region: '*' }) : new SignatureV4({ ...given, region });
  return async ({ method, url, headers, body }) => {
    const { hostname, port, protocol, pathname, searchParams } = url;
    const request = {
      method,
      protocol,
      hostname,
      ...(port !== '' && { port: Number(port) }),
      path: pathname,
      query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
      headers: { host: url.host, ...headers },
      body,
    };
    const signed: { readonly headers: Readonly<Record<string, string>> } = await signing.sign(request, {});
    return signed.headers;
  };
}

/** What the signers ask for a hash by. */
export class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
}
