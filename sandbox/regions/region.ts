import http from 'node:http';
import { type Clock, wallClock } from '../../loopback/clock.ts';
import { type GuardOptions, refuseStranger } from '../../loopback/guard.ts';
import { waited } from '../../loopback/waited.ts';
import { type Answer, type ApiRequest, addressee, answerTo, type HostedService, readRequest, spoil } from './api.ts';
import type { Fault } from './fault.ts';
import { listen } from './listener.ts';

export interface RegionOptions extends Pick<GuardOptions, 'names'> {
  readonly region: string;
  /** A loopback address. Regions behind DNS share a port and differ in this. */
  readonly address: string;
  /** 0 for any. */
  readonly port: number;
  readonly services: readonly HostedService[];
  /** What answers while nothing is wrong; left out, a simple API of the sandbox's own. */
  readonly api?: (request: ApiRequest) => Promise<Answer>;
  /** What is answered to a request for a service that may not come in; null for one that may. */
  readonly refusal?: ((service: string, request: ApiRequest) => Answer | null) | undefined;
  /** Told of each request for a service that comes in, whatever becomes of it. */
  readonly onArrived?: ((region: string, service: string, method: string) => void) | undefined;
  /** Told of each that a fault spoilt. */
  readonly onSpoilt?: ((region: string, service: string) => void) | undefined;
  readonly now: () => number;
  readonly random: () => number;
  /** Paces `slow` and `flapping`. */
  readonly wait?: Clock['wait'];
  /** How long a `slow` region takes to answer; not scaled, as it is work and no period. */
  readonly slowMs?: number;
  /** How long a `flapping` region stays dark, and then good, before `tempo`. */
  readonly flapMs?: number;
  readonly tempo?: number;
}

export interface RegionServer {
  readonly region: string;
  /** Base URL, without a slash at the end. */
  readonly url: string;
  readonly fault: Fault | null;
  /** Resolves once the fault can be seen from outside, or is gone. */
  setFault(fault: Fault | null): Promise<void>;
  /** Requests that were answered as they should be, and those that met a fault after they arrived. */
  served(): ServedCounts;
  close(): Promise<void>;
}

export interface ServedCounts {
  readonly good: number;
  readonly faulty: number;
  /** Good answers, by service and method. */
  readonly byService: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Plays the regional API of every service in one region, over real HTTP, with one thing wrong at a time. */
export async function startRegion(options: RegionOptions): Promise<RegionServer> {
  const { region, address, now, random, wait = wallClock.wait, slowMs = 5_000, flapMs = 30_000, tempo = 1 } = options;
  const counts = { good: 0, faulty: 0, byService: new Map<string, Map<string, number>>() };
  const closing = new AbortController();
  let fault: Fault | null = null;
  let stopFlapping = new AbortController();
  let flaps: Promise<void> = Promise.resolve();

  const server = http.createServer((incoming, outgoing) => {
    if (refuseStranger(incoming, outgoing, { ...options, behindEdge: true })) return;
    handle(incoming, outgoing).catch((error: unknown) => {
      if (incoming.complete) throw error;
      // The caller went away while its body was read: nobody is left to be answered.
      counts.faulty++;
      outgoing.destroy();
    });
  });
  // As long as a load balancer of AWS does by itself; after Node's own five seconds hardly a caller would have a connection to keep.
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
  server.keepAliveTimeout = 60_000;
  const listener = await listen(server, { address, port: options.port, wait });

  async function handle(incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const { service: asked } = addressee(request, options.services);
    if (asked !== null) options.onArrived?.(region, asked, request.method);
    const met = fault;
    if (met === 'hang') {
      counts.faulty++;
      return;
    }
    if (met === 'slow' && !(await waited({ wait }, slowMs, closing.signal))) return;
    const good = refusalOf(request) ?? (await answered(request));
    const answer = met === null || met === 'slow' ? good : spoil(met, good, region);
    if (met !== 'slow' && answer === good) count(request, good);
    else {
      counts.faulty++;
      if (asked !== null) options.onSpoilt?.(region, asked);
    }
    outgoing.writeHead(answer.status, answer.headers).end(request.method === 'HEAD' ? undefined : answer.body);
  }

  async function answered(request: ApiRequest): Promise<Answer> {
    return options.api?.(request) ?? answerTo(request, { region, services: options.services, now, random });
  }

  function refusalOf(request: ApiRequest): Answer | null {
    const { service } = addressee(request, options.services);
    return service === null ? null : (options.refusal?.(service, request) ?? null);
  }

  function count(request: ApiRequest, answer: Answer): void {
    counts.good++;
    if (answer.service === null) return;
    const methods = counts.byService.get(answer.service) ?? new Map<string, number>();
    counts.byService.set(answer.service, methods.set(request.method, (methods.get(request.method) ?? 0) + 1));
  }

  /** One after the other: a socket that is being closed cannot be opened. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => {
      // The one who asked is told; the next one starts afresh.
    });
    return done;
  };

  async function apply(next: Fault | null): Promise<void> {
    await endFlapping();
    fault = next;
    if (next !== 'dark' && next !== 'lost' && next !== 'flapping') return listener.open();
    await listener.shut();
    if (next !== 'flapping') return;
    stopFlapping = new AbortController();
    flaps = flap(stopFlapping.signal);
    flaps.catch(() => {
      // Told to the one who changes the fault next.
    });
  }

  async function flap(signal: AbortSignal): Promise<void> {
    while (await waited({ wait }, flapMs / tempo, signal)) await (server.listening ? listener.shut() : listener.open());
  }

  async function endFlapping(): Promise<void> {
    stopFlapping.abort();
    const ended = flaps;
    flaps = Promise.resolve();
    await ended;
  }

  return {
    region,
    url: `http://${address}:${listener.port}`,
    get fault() {
      return fault;
    },
    setFault: (next) => inTurn(() => apply(next)),
    served: () => ({
      good: counts.good,
      faulty: counts.faulty,
      byService: Object.fromEntries(
        [...counts.byService].map(([service, methods]) => [service, Object.fromEntries(methods)]),
      ),
    }),
    close: () =>
      inTurn(async () => {
        closing.abort();
        await endFlapping();
        await listener.shut();
      }),
  };
}
