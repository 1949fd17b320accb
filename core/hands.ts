import { epoch, type Instant, type Region } from './brand.ts';
import type { CommandOf } from './ledger-command.ts';
import type { Fence, LedgerRecord } from './record.ts';

/*
 * What people do beside automation, as the record keeps it: moves past Understudy, and regions that they keep it out of.
 */

/** Fenced already, it changes who says so and why; the fence itself is as old as it was. */
export function fence(
  record: LedgerRecord,
  { region, by, reason }: Pick<Fence, 'region' | 'by' | 'reason'>,
  now: Instant,
): LedgerRecord {
  const known = fenceOf(record, region);
  if (known !== null && known.by === by && known.reason === reason) return record;
  const others = record.fences.filter((each) => each.region !== region);
  return { ...record, fences: [...others, { region, by, reason, at: known?.at ?? now }] };
}

export function unfence(record: LedgerRecord, region: Region): LedgerRecord {
  if (fenceOf(record, region) === null) return record;
  return { ...record, fences: record.fences.filter((each) => each.region !== region) };
}

export const fenceOf = ({ fences }: Pick<LedgerRecord, 'fences'>, region: Region): Fence | null =>
  fences.find((each) => each.region === region) ?? null;

/** Whether automation itself moved the service to where it is. Not known counts as no. */
export const isOwnMove = ({ movedBy, activeRegion }: LedgerRecord, where: Region | null): boolean =>
  movedBy === 'automation' && where !== null && activeRegion === where;

/** A move by hand: whoever makes it to a fenced region has opened that. A run that is under way is over where its epoch is. */
export function recordMove(
  record: LedgerRecord,
  { movedTo, epoch: at, serving = [movedTo] }: Omit<CommandOf<'record'>, 'kind'>,
): LedgerRecord {
  const next = epoch(Math.max(record.epoch, at ?? 0));
  const opened = unfence(record, movedTo);
  const isKnown = record.activeRegion === movedTo && record.movedBy === 'person' && next === record.epoch;
  if (isKnown && sameRegions(record.serving ?? [], serving)) return opened;
  return { ...opened, epoch: next, activeRegion: movedTo, serving, movedBy: 'person' };
}

const sameRegions = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.length === b.length && a.every((region) => b.includes(region));

/** What is kept of regions that the configuration has lost. */
export function strangers(record: LedgerRecord, regions: readonly Region[]): readonly Region[] {
  const kept = [record.activeRegion, ...(record.serving ?? []), ...record.fences.map(({ region }) => region)];
  return [...new Set(kept)].filter((region) => region !== null).filter((region) => !regions.includes(region));
}

export function withoutStrangers(record: LedgerRecord, regions: readonly Region[]): LedgerRecord {
  const lost = strangers(record, regions);
  if (lost.length === 0) return record;
  const isKnown = (region: Region | null) => region === null || !lost.includes(region);
  return {
    ...record,
    activeRegion: isKnown(record.activeRegion) ? record.activeRegion : null,
    serving: record.serving?.filter(isKnown) ?? null,
    looks: record.looks.filter(({ region }) => isKnown(region)),
    fences: record.fences.filter(({ region }) => isKnown(region)),
  };
}
