import type { Instant, Region } from './brand.ts';
import type { CommandOf } from './ledger-command.ts';
import type { LedgerRecord } from './record.ts';

/*
 * What the record keeps of protection: regions that were left and are no proven standbys again, and a person's word that the service
 * stays.
 */

/** After a move. Where it went is nobody's standby, and what was said of where it was counts no more. */
export function movedAway(
  record: LedgerRecord,
  from: Region | null,
  to: Region,
  incident: string | null,
  now: Instant,
): Pick<LedgerRecord, 'unprotected' | 'stays'> {
  const stays = record.stays?.region === to ? record.stays : null;
  const others = record.unprotected.filter(({ region }) => region !== to && region !== from);
  if (from === null || from === to) return { unprotected: others, stays };
  return { unprotected: [...others, { region: from, since: now, incident, waitsFor: null }], stays };
}

/** The same record where none of them waits any more. */
export function reprotected(record: LedgerRecord, { proven }: CommandOf<'reprotected'>): LedgerRecord {
  const unprotected = record.unprotected.filter(
    ({ region, since }) => !proven.some((each) => each.region === region && each.since === since),
  );
  return unprotected.length === record.unprotected.length ? record : { ...record, unprotected };
}

/** The same record where that was said of late: two control regions ask every minute. */
export function waitsFor(
  record: LedgerRecord,
  { region, hook, detail }: CommandOf<'waits-for'>,
  now: Instant,
): LedgerRecord {
  const left = record.unprotected.find((each) => each.region === region);
  if (left === undefined) return record;
  const isKnown = left.waitsFor?.hook === hook && now - left.waitsFor.at < saidAgainMs;
  if (isKnown) return record;
  const next = { ...left, waitsFor: { hook, detail, at: now } };
  return { ...record, unprotected: record.unprotected.map((each) => (each === left ? next : each)) };
}

const saidAgainMs = 10 * 60_000;

/** A person's word: automation, which undoes its own moves alone, does not bring it home then. Null where nobody moved it. */
export function stay(record: LedgerRecord, { by, reason }: CommandOf<'stay'>, now: Instant): LedgerRecord | null {
  const { activeRegion: region, stays } = record;
  if (region === null) return null;
  if (stays?.region === region && stays.by === by && stays.reason === reason && record.movedBy === 'person')
    return record;
  return { ...record, movedBy: 'person', stays: { region, by, reason, at: now } };
}
