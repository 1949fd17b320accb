import { oneLine } from './one-line.ts';
import { unlinked } from './unlinked.ts';

/**
 * What somebody else wrote, as text of a Markdown page: one line, and no link, image, HTML, emphasis, code, formula or cell border of
 * its own, in CommonMark and in GitHub's dialect, which makes links of bare addresses.
 * https://spec.commonmark.org/0.31.2/#backslash-escapes https://github.github.com/gfm/#autolinks-extension-
 */
export function markdownText(text: string): string {
  return unlinked(oneLine(text)).replaceAll(/[\\`*_~[\]<>|!$&]/g, (character) => `\\${character}`);
}
