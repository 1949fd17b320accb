import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { copyPlace } from '../core/copy.ts';

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
  return { html, contentSecurityPolicy: policiesOf(html).join('; ') };
}

/** The page with its policy inside, for where no header says one, and with a place for a copy of the state. */
export function copyPage(html: string): string {
  const policy = policiesOf(html).filter((policy) => !inHeaderAlone.test(policy));
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">`;
  return html.replace('<meta charset="utf-8">', (charset) => `${charset}\n${meta}\n${copyPlace}`);
}

/** https://www.w3.org/TR/CSP3/#meta-element */
const inHeaderAlone = /^frame-ancestors/;

/** https://www.w3.org/TR/CSP3/ */
function policiesOf(html: string): readonly string[] {
  const script = between(html, '<script>', '</script>');
  const style = between(html, '<style>', '</style>');
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
  ];
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function between(html: string, start: string, end: string): string {
  const from = html.indexOf(start);
  const to = html.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`the page has no ${start}…${end}: build it again`);
  return html.slice(from + start.length, to);
}
