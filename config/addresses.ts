import { BlockList, isIP, isIPv6 } from 'node:net';
import * as z from 'zod';

/*
 * Addresses in a configuration: taken apart once, here, so that nothing in them is dropped in silence later, and no secret is
 * in them.
 */

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is no http(s) URL', abort: true })
  .refine((url) => !holdsUser(url), {
    error: 'holds a user or a password, and a configuration holds no secret; give an address that is open to probes',
    abort: true,
  })
  .refine((url) => !hostOf(url).includes('*'), 'has a * in its host; write the name of one host')
  .refine((url) => !url.includes('#'), 'has a #, which no request carries; remove it')
  .refine((url) => hasHostName(hostOf(url)), 'has a host with an empty or too long part; look for a typing error');

/** What a path is appended to. */
export const baseUrlSchema = httpUrl
  .refine(
    (url) => !url.includes('?'),
    'has a query, which is asked by nobody; write the path and query of a probe as healthy.path',
  )
  .transform((url) => url.replace(/\/+$/, ''));

/** What is asked as it stands. */
export const askedUrlSchema = httpUrl.transform((url) => url.replace(/\/+$/, ''));

/** A path, with a query where one is meant. */
export const pathSchema = z
  .string()
  .startsWith('/', 'must start with /')
  .refine((path) => !path.includes('#'), 'has a #, which no request carries; remove it, or write it as %23')
  .refine((path) => !/\s/.test(path), 'has white space; write it as %20');

/** The name of a host alone, as `Host` and TLS ask for it. */
export const hostNameSchema = z
  .string()
  .toLowerCase()
  .regex(
    /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$/,
    'must be the name of a host alone, like api.example.com',
  )
  .refine(hasHostName, 'has an empty or too long part; look for a typing error');

/** `host` or `host:port`, in lower case, without a default port and the dot of the root; empty for what is no URL. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { hostname, port } = new URL(url);
  return `${hostname.replace(/\.$/, '')}${port === '' ? '' : `:${port}`}`;
}

/** The host and the path: two texts are one address where these are equal. The scheme makes no other place. */
export const addressOf = (url: string): string =>
  URL.canParse(url) ? `${hostOf(url)}${new URL(url).pathname.replace(/\/+$/, '')}` : '';

/** What is moved with a host: a name with all its ports, an IP address (a sandbox's) with one. */
export function movedWith(url: string): string {
  const host = hostOf(url);
  return isIP(withoutPort(host)) === 0 ? withoutPort(host) : host;
}

const withoutPort = (host: string) => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/** https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
function hasHostName(host: string): boolean {
  const name = withoutPort(host);
  // What is no URL has a mistake of its own already.
  if (name === '' || isIP(name) !== 0) return true;
  return name.length <= 253 && name.split('.').every((label) => label.length > 0 && label.length <= 63);
}

function holdsUser(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

/** Where no request from outside goes. https://www.iana.org/assignments/iana-ipv4-special-registry */
const closed = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  closed.addSubnet(net, bits);

/** Top-level names that lead nowhere from outside. https://www.iana.org/assignments/special-use-domain-names */
const closedNames = /(^|\.)(localhost|local|internal|intranet|lan|corp|home|private|home\.arpa|test|invalid)$/;

/** AWS's names of what is inside a VPC: interface endpoints, private REST APIs by them, internal load balancers. */
const vpcNames = /(^|[.-])vpce-|^internal-.*\.elb\.amazonaws\.com$/;

/** Why nobody outside a network reaches a host (`name`, `name:port` or an IP address), or null. */
export function unreachable(host: string): string | null {
  const name = withoutPort(host);
  // A Lambda function outside a VPC has no IPv6. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  if (isIPv6(name)) return 'is an IPv6 address, and functions outside a VPC have IPv4 alone';
  if (isIP(name) !== 0) return closed.check(name) ? 'is an address that nothing outside its network reaches' : null;
  if (closedNames.test(name)) return 'has a name that leads nowhere from outside';
  if (vpcNames.test(name)) return 'is inside a VPC, where no observer is without networks';
  return name.includes('.') ? null : 'has a name without a domain, which nothing outside its network finds';
}
