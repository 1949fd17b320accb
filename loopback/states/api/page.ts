import { AwsError } from '../../aws/service.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** One page of `all`; the token names where the next one begins. Without `maxResults`, or with 0, a page has 100. */
export function page<T>(
  all: readonly T[],
  { maxResults = 0, nextToken }: PageRequest,
): { items: T[]; nextToken?: string } {
  const start = nextToken === undefined ? 0 : startOf(nextToken);
  const end = start + (maxResults || 100);
  const items = all.slice(start, end);
  return end < all.length ? { items, nextToken: tokenOf(end) } : { items };
}

const tokenOf = (start: number): string => Buffer.from(`from:${start}`).toString('base64');

function startOf(token: string): number {
  const [, start] = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  if (start === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  return Number(start);
}
