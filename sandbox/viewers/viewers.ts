import type { Region } from '../../core/brand.ts';
import { type CallerKindName, type CallerShares, kindOf, onlyFresh } from '../../core/caller-kinds.ts';
import { judge } from '../../core/judge.ts';
import type { Answer } from '../../core/observation.ts';
import type { HealthyAnswer } from '../../core/service.ts';
import type { Sample } from '../../core/traffic.ts';
import type { Clock } from '../../loopback/clock.ts';
import { sha256 } from '../../loopback/edge/origin-access.ts';
import { waited } from '../../loopback/waited.ts';
import { type AddressBook, addressBook } from './address-book.ts';
import { lookingUp, type ViewerClient, viewerClients } from './client.ts';
import { reasonOf, send } from './request.ts';

/** Where viewers go. */
export type Front =
  | {
      readonly kind: 'edge';
      readonly url: string;
      /** The host that viewers ask for, where it is not the one of the URL. */
      readonly host?: string;
    }
  | {
      readonly kind: 'dns';
      /** Looked up by each viewer, and again when the TTL is over. */
      readonly name: string;
      /** The name server, `address:port`. */
      readonly resolver: string;
      readonly port: number;
      readonly path: string;
    };

export interface ViewersOptions {
  readonly target: Front;
  readonly ratePerSecond: number;
  /** How many there are; each keeps its address and, behind DNS, what it looked up. */
  readonly viewers: number;
  /** Shares of the requests, in any unit. */
  readonly methodMix: { readonly get: number; readonly post: number };
  /** What they ask for at their front, where it is not the front's own path; `{n}` is another number each time. */
  readonly asks?: Asks | undefined;
  /** Whether they go where a 302 sends them, as browsers do: with a GET, whatever they sent first. */
  readonly followsRedirects?: boolean;
  /** Beside their own: what opens a service's door. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /**
   * What makes an answer a good one; POST is answered 201. Without it any status below 400 is. Slowness is no fault here:
   * a viewer waits until its timeout.
   */
  readonly healthy?: HealthyAnswer;
  /** How their clients keep addresses and connections, in which shares; all of them `fresh` where it is not said. */
  readonly callers?: CallerShares | undefined;
  /** Divides how long clients keep addresses by themselves, as it does TTLs. */
  readonly tempo?: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onResult?: (sample: Sample) => void;
}

/** Nobody writes where there is no `post`. */
export interface Asks {
  readonly get: string;
  readonly post: { readonly path: string; readonly body: Readonly<Record<string, string>> } | null;
}

export interface Viewers {
  /** In the order in which the answers came. Requests that are still under way are not among them. */
  samples(): readonly Sample[];
  /** Sends nothing more, and resolves when everything that was sent has been answered or given up. */
  stop(): Promise<void>;
}

/**
 * A measured load: requests are sent at their moments whether or not the ones before were answered (open loop), so that a
 * hanging service cannot slow down its own measurement. Only what can be seen from outside is measured.
 */
export function startViewers(options: ViewersOptions): Viewers {
  const { target, ratePerSecond, viewers, methodMix, timeoutMs, healthy, clock, random, asks, onResult } = options;
  const followsRedirects = options.followsRedirects === true;
  if (!(ratePerSecond > 0)) throw new Error(`ratePerSecond must be above 0, not ${ratePerSecond}`);
  if (!(viewers >= 1 && viewers <= viewersMax)) throw new Error(`viewers must be 1 to ${viewersMax}, not ${viewers}`);
  const shares = options.callers ?? onlyFresh;
  const clients = viewerClients(options.tempo ?? 1);
  const several = Object.keys(shares).length > 1;
  const book = target.kind === 'dns' ? addressBook(target.name, target.resolver, clock.now) : null;
  const expected = new Map((['GET', 'POST'] as const).map((method) => [method, asViewer(healthy, method, timeoutMs)]));
  const postShare = methodMix.post / (methodMix.get + methodMix.post);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const samples: Sample[] = [];

  async function run(): Promise<void> {
    const startAt = clock.now();
    for (
      let sent = 0;
      await waited(clock, startAt + (sent * 1000) / ratePerSecond - clock.now(), stopping.signal);
      sent++
    ) {
      const number = Math.floor(random() * viewers);
      const viewer = viewerAddress(number);
      const kind = kindOf(number, shares);
      const method = random() < postShare && asks?.post !== null ? 'POST' : 'GET';
      const request = view(viewer, kind, method, sent).finally(() => underWay.delete(request));
      underWay.add(request);
    }
  }

  async function view(viewer: string, kind: CallerKindName, method: 'GET' | 'POST', number: number): Promise<void> {
    const at = clock.now();
    const answer = await ask(target, book, {
      viewer,
      client: clients.of(viewer, kind),
      method,
      number,
      timeoutMs,
      followsRedirects,
      keys: options.headers ?? {},
      ...asked(asks, method, number),
    });
    const latencyMs = clock.now() - at;
    const about = several ? { kind } : {};
    const sample: Sample = { at, viewer, ...about, method, latencyMs, ...result(answer, expected.get(method) ?? null) };
    samples.push(sample);
    onResult?.(sample);
  }

  const running = run();
  return {
    samples: () => [...samples],
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(underWay);
      clients.close();
    },
  };
}

/** 198.18.0.0/15 is for measurements, so these are nobody's. https://www.rfc-editor.org/rfc/rfc2544 */
const viewersMax = 2 ** 17;
function viewerAddress(number: number): string {
  return `198.${18 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff}`;
}

function asViewer(healthy: HealthyAnswer | undefined, method: 'GET' | 'POST', timeoutMs: number): HealthyAnswer | null {
  if (healthy === undefined) return null;
  return { ...healthy, status: method === 'POST' ? 201 : healthy.status, slowMs: timeoutMs, timeoutMs };
}

/** Path and body of one request; the path is appended to the front's. */
function asked(asks: Asks | undefined, method: 'GET' | 'POST', number: number): Pick<View, 'path' | 'content'> {
  const path = (method === 'POST' ? asks?.post?.path : asks?.get) ?? '';
  return { path: path.replaceAll('{n}', String(number)), content: asks?.post?.body ?? {} };
}

interface View {
  readonly viewer: string;
  readonly client: ViewerClient;
  readonly method: 'GET' | 'POST';
  readonly number: number;
  readonly timeoutMs: number;
  readonly followsRedirects: boolean;
  readonly keys: Readonly<Record<string, string>>;
  readonly path: string;
  readonly content: Readonly<Record<string, string>>;
}

type Got =
  | Omit<Extract<Answer, { kind: 'answered' }>, 'latencyMs'>
  | { readonly kind: 'failed'; readonly because: Sample['error'] };

async function ask(
  target: Front,
  book: AddressBook | null,
  { viewer, client, method, number, timeoutMs, followsRedirects, keys, path, content }: View,
): Promise<Got> {
  // The timeout covers the name lookup too, and is real time: it is work.
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeoutMs);
  try {
    const where = await destination(target, book, { viewer, client, asked: path, signal: deadline.signal });
    const body = method === 'POST' ? JSON.stringify({ viewer, number, ...content }) : undefined;
    const headers = {
      ...keys,
      accept: 'application/json',
      host: where.host,
      ...(target.kind === 'edge' ? { 'x-sandbox-viewer-ip': viewer } : {}),
      ...(body === undefined
        ? {}
        : {
            'content-type': 'application/json',
            'content-length': String(body.length),
            'x-amz-content-sha256': sha256(body),
          }),
    };
    const answered = await send({ ...where, method, headers, body }, deadline.signal);
    const location = followsRedirects && answered.status === 302 ? answered.headers['location'] : undefined;
    if (location === undefined) return { kind: 'answered', ...answered };
    return { kind: 'answered', ...(await follow(location, deadline.signal)) };
  } catch (error) {
    return { kind: 'failed', because: deadline.signal.aborted ? 'timeout' : reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function follow(location: string, signal: AbortSignal) {
  const { hostname, port, host, pathname, search } = new URL(location);
  const headers = { accept: 'application/json', host };
  const request = { method: 'GET', address: hostname, port: Number(port || 80), headers, body: undefined } as const;
  return send({ ...request, path: `${pathname}${search}` }, signal);
}

async function destination(
  target: Front,
  book: AddressBook | null,
  {
    viewer,
    client,
    asked,
    signal,
  }: Pick<View, 'viewer' | 'client'> & { readonly asked: string; readonly signal: AbortSignal },
) {
  if (target.kind === 'edge') {
    const url = new URL(target.url);
    return {
      address: url.hostname,
      port: Number(url.port || 80),
      host: url.host,
      path: joined(`${url.pathname}${url.search}`, asked),
      agent: client.agent,
    };
  }
  if (book === null) throw new Error('a front behind DNS needs an address book');
  const { name, port, path } = target;
  const where = { port, host: `${name}:${port}`, path: joined(path, asked), agent: client.agent };
  const address = (until: AbortSignal) => book.address(viewer, until, client.keepsAddressMs);
  // Who keeps connections by name asks where it leads only when one is made.
  if (client.byName) return { ...where, address: name, lookup: lookingUp(address) };
  return { ...where, address: await address(signal) };
}

/** The front's own path where nothing else is asked for. */
const joined = (path: string, asked: string) => (asked === '' ? path : path.replace(/\/+$/, '') + asked);

function result(got: Got, healthy: HealthyAnswer | null): Pick<Sample, 'status' | 'error' | 'servedBy'> {
  if (got.kind === 'failed') return { status: null, error: got.because, servedBy: null };
  const named = got.headers['x-served-region'];
  const servedBy = named === undefined ? null : (named as Region);
  if (healthy === null) return { status: got.status, error: got.status < 400 ? null : 'status', servedBy };
  const outcome = judge({ ...got, latencyMs: 0 }, healthy, null);
  return outcome.kind === 'good'
    ? { status: got.status, error: null, servedBy: outcome.servedBy }
    : { status: got.status, error: outcome.because, servedBy };
}
