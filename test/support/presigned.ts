import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../synthetics/sign.ts';

/** An address of an object that whoever has it may open for a minute, signed as AWS's own clients do. */
export async function presigned(url: string, region: string, accessKeyId: string): Promise<string> {
  const { protocol, hostname, port, pathname } = new URL(url);
  const signing = new SignatureV4({
    service: 's3',
    region,
    sha256: Sha256,
    uriEscapePath: false,
    credentials: { accessKeyId, secretAccessKey: 'sandbox' },
  });
  const request = {
    protocol,
    hostname,
    port: Number(port),
    path: pathname,
    method: 'GET',
    query: {},
    headers: { host: `${hostname}:${port}` },
  };
  const { query } = await signing.presign(request, { expiresIn: 60 });
  return `${url}?${new URLSearchParams(query as Record<string, string>)}`;
}
