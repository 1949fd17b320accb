import type { CachedAnswer } from './cache.ts';
import type { Try } from './origin-choice.ts';

/** What a viewer gets. */
export interface Reply extends CachedAnswer {
  readonly xCache: string;
  readonly tries: readonly Try[];
  readonly because?: string | undefined;
}

/** An answer of CloudFront's own. */
export function made(status: number, xCache: string, sentence: string, because?: string): Reply {
  const body = Buffer.from(`<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head>
<body><h1>${status} ERROR</h1><h2>The request could not be satisfied.</h2><p>${sentence}</p></body></html>\n`);
  return { status, headers: { 'content-type': 'text/html', server: 'CloudFront' }, body, xCache, tries: [], because };
}
