import type { Fault } from '../regions/fault.ts';

/** Where everything is, all of it on this machine. */
export interface WorldAddresses {
  /** The one endpoint of all AWS services: `AWS_ENDPOINT_URL`. Any credentials will do. */
  readonly aws: string;
  /** The name server, `address:port`, over UDP. */
  readonly dns: string;
  /** By name. */
  readonly services: Readonly<
    Record<string, { readonly frontDoor: string; readonly regions: Readonly<Record<string, string>> }>
  >;
}

/** Time as the policy has it: periods pass `tempo` times as fast as on this machine's clock. */
export interface WorldClock {
  /** From 1 to 1000. */
  readonly tempo: number;
  /** Resolves once so many milliseconds of the policy's and of AWS's periods have passed: a dwell, a cooldown, an alarm's minute. */
  pass(periodMs: number): Promise<void>;
}

/** A configuration deployed on AWS on loopback, with callers of every service. */
export interface World extends AsyncDisposable {
  readonly addresses: WorldAddresses;
  readonly clock: WorldClock;
  /** A region goes dark, and AWS's own APIs there with it. Resolves once that can be seen from outside. */
  lose(region: string): Promise<void>;
  /** What else can be wrong with a region: its services hang, answer `500`, a page in HTML, with another region’s name, … */
  spoil(region: string, fault: Fault): Promise<void>;
  /** Nothing is wrong with the region any more. */
  heal(region: string): Promise<void>;
  /** What callers of a service get, reads and writes. Throws for a service that there is not. */
  served(service: string): Served;
  /** What happened so far, a line each. */
  happened(): readonly string[];
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export interface Served {
  /**
   * Resolves when 99 of 100 requests of a second were answered well by the region, of those sent since the last fault or its end.
   * Rejects after `withinMs` (of this machine; default: 300,000) with what callers got instead, and what happened.
   */
  by(region: string, options?: { readonly withinMs?: number }): Promise<void>;
}
