import type { Clock } from '../clock.ts';
import { wallClock } from '../clock.ts';
import { unreachable } from '../unreachable.ts';
import { arcRegions } from './arc.ts';
import { AwsError, type Call, type ServiceId } from './service.ts';

/**
 * What goes wrong with a call:
 * - `unavailable`, `throttled`, `conflict`: the service's own typed error, and nothing is performed
 * - `answer-lost`: performed, and then the connection breaks
 * - `slow`: performed after `delayMs`
 * - `hang`: never answered, until the caller gives up or the fault is cleared
 * - `refused`: the connection breaks at once
 */
export type FaultKind = (typeof faultKinds)[number];

export const faultKinds = ['unavailable', 'throttled', 'conflict', 'answer-lost', 'slow', 'hang', 'refused'] as const;

/** A fault and what it applies to; what is left out means any. `{ region, fault: 'refused' }` is a lost region. */
export interface AwsFault {
  readonly service?: ServiceId;
  readonly operation?: string;
  /** The credential scope's region, or an ARC endpoint's. SigV4A calls have none and are never hit by a region's fault. */
  readonly region?: string;
  /** 0 to 4: an ARC endpoint. */
  readonly endpoint?: number;
  readonly fault: FaultKind;
  /** How many calls it hits; without it, all until it is cleared. */
  readonly times?: number;
  /** For `slow`. */
  readonly delayMs?: number;
}

export interface StandingFault extends AwsFault {
  readonly id: string;
}

/** Told around every call that is performed; what it returns is awaited, so a test can act between any two writes. */
export type CallHook = (call: Call, phase: 'before' | 'after') => void | Promise<void>;

/** The caller sees a broken connection, not an answer. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code = 'ECONNRESET';
}

/** The faults that hold now, and the hooks around calls. */
export class AwsFaults {
  readonly #entries: Entry[] = [];
  readonly #hooks = new Set<CallHook>();
  readonly #clock: Clock;
  #nextId = 1;

  constructor({ clock = wallClock }: { readonly clock?: Clock } = {}) {
    this.#clock = clock;
  }

  /** Returns the fault's id. Where several match a call, the earliest hits it. */
  set(fault: AwsFault): string {
    const id = `fault-${this.#nextId++}`;
    this.#entries.push({
      fault: { ...fault, id },
      left: fault.times ?? Number.POSITIVE_INFINITY,
      end: new AbortController(),
    });
    return id;
  }

  /** Ends a fault by id, those that have all the given members, or all; calls that hang in them lose their connection. */
  clear(which: string | Partial<AwsFault> = {}): number {
    const ended = this.#entries.filter(({ fault }) =>
      typeof which === 'string'
        ? fault.id === which
        : Object.entries(which).every(([key, value]) => fault[key as keyof AwsFault] === value),
    );
    for (const entry of ended) {
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      entry.end.abort(new ConnectionLost('the fault was cleared'));
    }
    return ended.length;
  }

  list(): readonly StandingFault[] {
    return this.#entries.filter(({ left }) => left > 0).map(({ fault }) => fault);
  }

  /** Returns what takes the hook away again. */
  onCall(hook: CallHook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  /** Whether every call to this ARC endpoint fails now: it does not count for the cluster's quorum. */
  endpointIsDown(endpoint: number): boolean {
    const region = arcRegions[endpoint];
    return this.#entries.some(
      ({ fault, left }) =>
        left === Number.POSITIVE_INFINITY &&
        (fault.fault === 'unavailable' || fault.fault === 'refused' || fault.fault === 'hang') &&
        fault.operation === undefined &&
        (fault.service === undefined || fault.service === 'arc') &&
        (fault.region === undefined || fault.region === region) &&
        (fault.endpoint === undefined || fault.endpoint === endpoint),
    );
  }

  /** Performs a call as the faults allow. `signal` aborts when the caller is gone. */
  async around<T>(call: Call, perform: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const entry = this.#take(call);
    if (entry === undefined) return this.#hooked(call, perform);
    const { fault } = entry;
    switch (fault.fault) {
      case 'unavailable':
      case 'throttled':
      case 'conflict':
        throw faultError(fault.fault, call);
      case 'refused':
        throw new ConnectionLost(`${call.service} in ${call.region} cannot be reached`);
      case 'hang':
        return aborted(signal === undefined ? entry.end.signal : AbortSignal.any([signal, entry.end.signal]));
      case 'slow':
        await this.#clock.wait(fault.delayMs ?? 1000, signal);
        return this.#hooked(call, perform);
      case 'answer-lost':
        await this.#hooked(call, perform);
        throw new ConnectionLost(`${call.service} ${call.operation}: performed, but the answer was lost`);
      default:
        return unreachable(fault.fault);
    }
  }

  async #hooked<T>(call: Call, perform: () => Promise<T>): Promise<T> {
    for (const hook of this.#hooks) await hook(call, 'before');
    const result = await perform();
    for (const hook of this.#hooks) await hook(call, 'after');
    return result;
  }

  #take(call: Call): Entry | undefined {
    const entry = this.#entries.find(({ fault, left }) => left > 0 && matches(fault, call));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    // A hang that was used up stays until it is cleared: the calls that hang in it are released by that.
    if (entry.left === 0 && entry.fault.fault !== 'hang') this.#entries.splice(this.#entries.indexOf(entry), 1);
    return entry;
  }
}

interface Entry {
  readonly fault: StandingFault;
  left: number;
  readonly end: AbortController;
}

function matches(fault: AwsFault, call: Call): boolean {
  return (
    (fault.service === undefined || fault.service === call.service) &&
    (fault.operation === undefined || fault.operation === call.operation) &&
    (fault.region === undefined || fault.region === call.region) &&
    (fault.endpoint === undefined || (call.service === 'arc' && fault.endpoint === call.endpoint))
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new ConnectionLost('the caller gave up', { cause: signal.reason }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** The error that the service itself has for the fault: SDKs and Retry fields know them by these names. */
function faultError(kind: 'unavailable' | 'throttled' | 'conflict', { service, operation }: Call): AwsError {
  const [code, status, members] = faultErrors[service]?.[kind] ?? commonErrors[kind];
  return new AwsError(code, `${operation}: ${kind} by an injected fault`, { status, ...(members && { members }) });
}

type Answer = readonly [code: string, status: number, members?: Record<string, unknown>];

const commonErrors: Readonly<Record<'unavailable' | 'throttled' | 'conflict', Answer>> = {
  unavailable: ['ServiceUnavailable', 503],
  throttled: ['ThrottlingException', 400],
  conflict: ['ConflictException', 409],
};

const faultErrors: Partial<Readonly<Record<ServiceId, Partial<Record<FaultKind, Answer>>>>> = {
  lambda: {
    unavailable: ['ServiceException', 500],
    throttled: ['TooManyRequestsException', 429, { Reason: 'CallerRateLimitExceeded' }],
    conflict: ['ResourceConflictException', 409],
  },
  dynamodb: {
    unavailable: ['InternalServerError', 500],
    conflict: ['ConditionalCheckFailedException', 400],
  },
  kvs: { unavailable: ['InternalServerException', 500] },
  arc: {
    unavailable: ['EndpointTemporarilyUnavailableException', 503],
    throttled: ['ThrottlingException', 429],
    conflict: ['ConflictException', 409, { resourceId: 'injected', resourceType: 'ROUTING_CONTROL' }],
  },
  events: { conflict: ['ConcurrentModificationException', 400] },
  cloudwatch: { throttled: ['Throttling', 400], conflict: ['ConcurrentModificationException', 429] },
  sns: { throttled: ['ThrottledException', 429], conflict: ['ConcurrentAccessException', 400] },
};
