import type { CompiledTable } from './edge-table.ts';

/** What CloudFront takes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const FILE_BYTES_MAX = 10_240;

/** What services may ask of the function. What none of them asks for is not in the file that is deployed. */
export interface EdgeParts {
  /** Where services are looked up, if they are. */
  readonly lookup: false | 'function' | 'store';
  /** Some service has a static site. */
  readonly sites: boolean;
  /** Origins of some service are told the viewer. */
  readonly viewer: boolean;
}

export const edgePartsOf = ({ keyPrefix, pagesInFunction, sites, viewer }: CompiledTable): EdgeParts => ({
  lookup: keyPrefix === null ? false : pagesInFunction === undefined ? 'store' : 'function',
  sites,
  viewer,
});

/** In `dist/edge/`: `template.js`; `template.pages.js` with pages in it, and `template.lookup.js` where they are in the store. */
export const edgeFileName = ({ lookup, ...parts }: EdgeParts): string =>
  [
    'template',
    ...(lookup === false ? [] : [{ function: 'pages', store: 'lookup' }[lookup]]),
    ...(['sites', 'viewer'] as const).filter((part) => parts[part]),
    'js',
  ].join('.');

/** Every file that the build writes. */
export const everyEdgeParts: readonly EdgeParts[] = ([false, 'function', 'store'] as const).flatMap((lookup) =>
  [false, true].flatMap((sites) => [false, true].map((viewer) => ({ lookup, sites, viewer }))),
);

/** Stand in these files where the service, or its pages and what keys begin with, comes, and the answers after which a read fails over. */
export const edgeMarks = {
  table: JSON.stringify(['understudy:table']),
  pages: JSON.stringify(['understudy:pages']),
  keys: JSON.stringify('understudy:keys'),
  codes: JSON.stringify(['understudy:codes']),
} as const;

/**
 * The function as it is deployed: a file of the build with what it has to know in it, so that a synthesis needs no bundler. Throws where
 * the file has no place for that, and where CloudFront would refuse the length.
 */
export function withTable(
  file: string,
  { inFunction, pagesInFunction, keyPrefix, failoverStatusCodes }: CompiledTable,
): string {
  const places: readonly (readonly [mark: string, known: unknown])[] = [
    keyPrefix === null ? [edgeMarks.table, inFunction] : [edgeMarks.keys, keyPrefix],
    ...(pagesInFunction === undefined ? [] : [[edgeMarks.pages, pagesInFunction] as const]),
    [edgeMarks.codes, failoverStatusCodes],
  ];
  const code = places.reduce((text, [mark, known]) => {
    if (text.split(mark).length !== 2) throw new Error(`edge function has no single place for ${mark}`);
    return text.replace(mark, () => ascii(JSON.stringify(known)));
  }, file);
  const bytes = Buffer.byteLength(code);
  if (bytes > FILE_BYTES_MAX) {
    throw new Error(
      `services[].lever: the edge function is ${bytes} bytes long with its service, and CloudFront takes ${FILE_BYTES_MAX}: shorten the ids of origins`,
    );
  }
  return code;
}

const ascii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
