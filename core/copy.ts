import type { Instant, Region } from './brand.ts';
import { freshRecord, type Lease, type LedgerRecord } from './record.ts';
import type { ServiceState } from './service-state.ts';

/*
 * The state of all services as a control region writes it beside a copy of the page: what the page shows, member by member, so that nothing that
 * a record gets later is copied unasked. Holds names of people and their reasons, as the page does, and no secret, no token and no run's ARN.
 */

/** Another number where a program that reads it would have to change; members may be added without. */
export const copyVersion = 1;

/** How often it is written. */
export const copyEveryMs = 60_000;

/** A copy that is older says nothing of now: two turns in a row did not write. */
export const copyStaleAfterMs = 3 * copyEveryMs;

/** Instants are milliseconds since 1970, UTC. */
export interface Copy {
  readonly version: typeof copyVersion;
  readonly deployment: string;
  /** The control region that wrote it. */
  readonly region: Region;
  readonly writtenAt: Instant;
  /** All control regions: each has a copy of its own. */
  readonly regions: readonly Region[];
  readonly services: readonly CopiedService[];
}

export interface CopiedService {
  readonly name: string;
  readonly regions: readonly Region[];
  readonly rtoTargetMs: number;
  /** What was read last; null where nothing was yet. */
  readonly state: CopiedState | null;
  /** When `state` was read; null where it was not yet. */
  readonly readAt: Instant | null;
  /** When the lever was read, which is not asked each time: reads of it are charged. */
  readonly routingReadAt: Instant | null;
  /** Why it could not be read this time; null where it could. */
  readonly failure: string | null;
}

export interface CopiedState
  extends Pick<
    ServiceState,
    'question' | 'health' | 'routing' | 'outlook' | 'users' | 'freezes' | 'protection' | 'shadow' | 'coolsUntil'
  > {
  readonly ledger: Pick<
    LedgerRecord,
    'epoch' | 'armed' | 'paused' | 'fences' | 'unacknowledged' | 'trouble' | 'question' | 'consents'
  > & { readonly lease: CopiedLease | null };
}

/** A run that is under way: not which one, because its ARN is of no use to who looks. */
export type CopiedLease = Pick<Lease, 'expiresAt' | 'mode' | 'purpose'>;

export function copiedState({ ledger, routing, ...state }: ServiceState): CopiedState {
  const { question, health, outlook, users, freezes, protection, shadow, coolsUntil } = state;
  const { epoch, armed, paused, fences, unacknowledged, trouble, consents, lease } = ledger;
  return {
    question,
    health,
    routing:
      routing.kind === 'read'
        ? { kind: 'read', routing: { epoch: routing.routing.epoch, weights: routing.routing.weights } }
        : { kind: 'unreadable', because: routing.because },
    outlook,
    ...(users !== undefined && { users }),
    freezes,
    protection,
    shadow,
    coolsUntil,
    ledger: {
      epoch,
      armed,
      paused,
      fences,
      unacknowledged,
      trouble,
      question: ledger.question,
      consents,
      lease: lease === null ? null : { expiresAt: lease.expiresAt, mode: lease.mode, purpose: lease.purpose },
    },
  };
}

/** As the page takes it; what was not copied is as in a fresh record. */
export function stateOfCopy(service: string, { ledger, ...state }: CopiedState): ServiceState {
  const lease: Lease | null = ledger.lease === null ? null : { ...ledger.lease, holder: '', attempt: null };
  return { ...state, service, ledger: { ...freshRecord(service), ...ledger, lease } };
}

/** Of the element that holds it in the page. */
export const copyElement = 'copy';

const opening = `<script type="application/json" id="${copyElement}">`;

/** What the page has where a copy is filled in. It is data: no browser runs it. */
export const copyPlace = `${opening}</script>`;

/** The page with a copy in it. Texts from outside cannot end the element, because no `<` is left in them. */
export function pageWithCopy(page: string, copy: string): string {
  const at = page.indexOf(copyPlace);
  if (at < 0) throw new Error('the page has no place for a copy: build it again');
  return page.slice(0, at + opening.length) + copy.replaceAll('<', '\\u003c') + page.slice(at + opening.length);
}

/** What stands in that element of a page; empty where the page has none. */
export function copyTextIn(page: string): string {
  const from = page.indexOf(opening);
  return from < 0 ? '' : page.slice(from + opening.length, page.indexOf('</script>', from));
}

/** Null where there is none. Throws for what a later version wrote. */
export function readCopy(text: string): Copy | null {
  if (text === '') return null;
  const copy = JSON.parse(text) as Copy;
  if (copy.version !== copyVersion) throw new Error(`the copy is of version ${copy.version}; reload the page`);
  return copy;
}
