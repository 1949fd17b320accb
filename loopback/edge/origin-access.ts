import { createHash } from 'node:crypto';

/** An origin access control: what an origin gets signed for, always. */
export interface OriginAccess {
  readonly service: 'lambda' | 's3';
  readonly region: string;
}

/**
 * The headers that CloudFront adds for an origin access control. The signature covers the hash that the viewer sent: CloudFront
 * does not read bodies.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
 */
export function accessHeaders({ service, region }: OriginAccess, now: number): Record<string, string> {
  const at = new Date(now).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = `${at.slice(0, 8)}/${region}/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=sandbox/${scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=sandbox`,
    'x-amz-date': at,
  };
}

/** Simplified: the scope and the body's hash are compared, the signature itself is not verified. */
export function isSigned(
  { headers, body }: { readonly headers: Readonly<Record<string, string | undefined>>; readonly body: string | null },
  service: OriginAccess['service'],
  region: string,
): boolean {
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    headers['authorization'] ?? '',
  );
  if (scope?.[1] !== region || scope[2] !== service) return false;
  return body === null || body === '' || headers['x-amz-content-sha256'] === sha256(body);
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
