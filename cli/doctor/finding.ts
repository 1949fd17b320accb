import type { Connection } from '../connection.ts';

/** Something that would be in the way when it matters. */
export interface Finding {
  /** Which check found it. */
  readonly check: string;
  /** What it is about: a service, a region, an alarm. */
  readonly about: string;
  readonly what: string;
  readonly why: string;
  /** What to run, or where to look; it changes nothing by being printed. */
  readonly command: string;
}

/** Asks, and changes nothing. What cannot be asked is a finding, too: it will not answer in an outage either. */
export type Check = (
  connection: Pick<Connection, 'failover' | 'endpoint' | 'ledger' | 'now'>,
) => Promise<readonly Finding[]>;

/** A person who asks every week has time for a cold start in another continent. */
export const patientMs = 30_000;
