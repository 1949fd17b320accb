import type { HealthyAnswer } from '../../core/service.ts';

interface Parts {
  readonly headers: Record<string, string>;
  readonly members: Record<string, unknown>;
}

/** The body, or what it should contain where that is not in it. Simplified: no text is made up that fits a pattern. */
export const withText = (body: string, { text }: HealthyAnswer): string =>
  text === undefined || !('contains' in text) || body.includes(text.contains) ? body : text.contains;

/** What a healthy answer must have beside its status, as the configuration asks for it. */
export function healthyParts({ contentType, body }: HealthyAnswer): Parts {
  const members: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(body)) put(members, path.split('.'), value);
  return { headers: contentType === null ? {} : { 'content-type': contentType }, members };
}

/** The same answer, which names the region where those of the service do. */
export function withRegion({ headers, members }: Parts, healthy: HealthyAnswer | undefined, region: string): Parts {
  if (healthy === undefined) return { headers, members };
  const { servedBy } = healthy;
  if ('header' in servedBy) return { headers: { ...headers, [servedBy.header.toLowerCase()]: region }, members };
  const named = structuredClone(members);
  put(named, servedBy.field.split('.'), region);
  return { headers, members: named };
}

/** Puts a value where a dotted path leads. */
function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner = (into[name] ?? {}) as Record<string, unknown>;
  into[name] = inner;
  put(inner, rest, value);
}
