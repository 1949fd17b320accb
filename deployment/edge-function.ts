import type { CompiledTable } from './edge-table.ts';

/** What CloudFront takes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const FILE_BYTES_MAX = 10_240;

/** What services may ask of the function. What none of them asks for is not in the file that is deployed. */
export interface EdgeParts {
  /** Services are told apart by their hosts. */
  readonly hosts: boolean;
  /** Some service has a static site. */
  readonly sites: boolean;
  /** Origins of some service are told the viewer. */
  readonly viewer: boolean;
}

export const edgePartsOf = (table: CompiledTable): EdgeParts => ({
  hosts: table.some(({ host }) => host !== ''),
  sites: table.some(({ indexDocument }) => indexDocument !== undefined),
  viewer: table.some(({ tellsViewer }) => tellsViewer),
});

/** In `dist/edge/`: `template.js`, or `template.hosts.js` where services are told apart by their hosts. */
export const edgeFileName = (parts: EdgeParts): string =>
  ['template', ...(['hosts', 'sites', 'viewer'] as const).filter((part) => parts[part]), 'js'].join('.');

/** Every file that the build writes. */
export const everyEdgeParts: readonly EdgeParts[] = [false, true].flatMap((hosts) =>
  [false, true].flatMap((sites) => [false, true].map((viewer) => ({ hosts, sites, viewer }))),
);

/** Stands in these files where the table comes. */
export const tableMark = 'understudy:table';

/**
 * The function as it is deployed: a file of the build with the table in it, so that a synthesis needs no bundler. Throws where the
 * file has no place for a table, and where CloudFront would refuse the length.
 */
export function withTable(file: string, table: CompiledTable): string {
  const place = JSON.stringify([tableMark]);
  if (file.split(place).length !== 2) throw new Error(`edge function has no single place for its table, ${place}`);
  const code = file.replace(place, () => ascii(`[${table.map((service) => JSON.stringify(service)).join(',\n')}]`));
  const bytes = Buffer.byteLength(code);
  if (bytes > FILE_BYTES_MAX) {
    throw new Error(
      `services[].lever: the edge function is ${bytes} bytes long with its table of ${table.length} services that move by kvs, and CloudFront takes ${FILE_BYTES_MAX}: deploy some of them under another name, as a second configuration`,
    );
  }
  return code;
}

const ascii = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
