import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** The page, and what may happen in it. */
export interface PageFile {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * The page as the build wrote it: one file, with one script and one style inside. The policy names both by their hashes, so that no
 * other script or style runs in it, whatever text from outside the page shows.
 */
export async function pageFile(path: string): Promise<PageFile> {
  const html = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new Error(`${path} is not there; npm run build writes it`, { cause });
  });
  return {
    html,
    contentSecurityPolicy: policyOf(between(html, '<script>', '</script>'), between(html, '<style>', '</style>')),
  };
}

/** https://www.w3.org/TR/CSP3/ */
function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function between(html: string, start: string, end: string): string {
  const from = html.indexOf(start);
  const to = html.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no ${start}…${end}: build it again`);
  return html.slice(from + start.length, to);
}
