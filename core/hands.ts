import { epoch, type Instant, type Region } from './brand.ts';
import { type HeldFreeze, heldFreezes } from './freeze.ts';
import type { CommandOf } from './ledger-command.ts';
import { movedAway } from './protect-again.ts';
import type { Fence, LedgerRecord } from './record.ts';

/*
 * What people do beside automation, as the record keeps it: moves past Understudy, and regions that they keep it out of.
 */

/** Fenced already, it changes who says so, why and for how long; the fence itself is as old as it was. */
export function fence(
  record: LedgerRecord,
  { region, by, reason, until = null }: Pick<Fence, 'region' | 'by' | 'reason' | 'until'>,
  now: Instant,
): LedgerRecord {
  const known = fenceOf(record, region);
  const isSame = known !== null && known.by === by && known.reason === reason && (known.until ?? null) === until;
  if (isSame) return record;
  const others = record.fences.filter((each) => each.region !== region);
  return { ...record, fences: [...others, { region, by, reason, at: known?.at ?? now, until }] };
}

/** Fences whose time is over and of which nobody has been told. */
export const overdueFences = ({ fences }: Pick<LedgerRecord, 'fences'>, now: Instant): readonly Fence[] =>
  fences.filter(({ until, toldAt }) => until != null && now >= until && toldAt == null);

/** People hear once that the time of a fence is over. It holds on: nobody but a person leads callers back into a region. */
export function tellOfFence(record: LedgerRecord, region: Region, now: Instant): LedgerRecord {
  const due = overdueFences(record, now).some((fence) => fence.region === region);
  if (!due) return record;
  return { ...record, fences: record.fences.map((each) => (each.region === region ? { ...each, toldAt: now } : each)) };
}

export function unfence(record: LedgerRecord, region: Region): LedgerRecord {
  if (fenceOf(record, region) === null) return record;
  return { ...record, fences: record.fences.filter((each) => each.region !== region) };
}

/** Frozen already, it changes who says so, why and until when. What is over is dropped. */
export function freeze(
  record: LedgerRecord,
  { region, by, reason, until }: Pick<HeldFreeze, 'region' | 'by' | 'reason' | 'until'>,
  now: Instant,
): LedgerRecord {
  const known = record.freezes.find((each) => each.region === region);
  if (known !== undefined && known.by === by && known.reason === reason && known.until === until) return record;
  const others = heldFreezes(record, now).filter((each) => each.region !== region);
  return { ...record, freezes: [...others, { region, by, reason, at: known?.at ?? now, until }] };
}

/** The same record where nothing of the kind holds. */
export function thaw(record: LedgerRecord, region: Region | null, now: Instant): LedgerRecord {
  const held = heldFreezes(record, now);
  if (held.every((each) => each.region !== region)) return record;
  return { ...record, freezes: held.filter((each) => each.region !== region) };
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
  now: Instant,
): LedgerRecord {
  const next = epoch(Math.max(record.epoch, at ?? 0));
  const opened = unfence(record, movedTo);
  const isKnown = record.activeRegion === movedTo && record.movedBy === 'person' && next === record.epoch;
  if (isKnown && sameRegions(record.serving ?? [], serving)) return opened;
  const before = record.activeRegion ?? record.serving?.[0] ?? null;
  const left = before === null || before === movedTo ? record.left : { region: before, at: now, incident: null };
  const protection = movedAway(record, before, movedTo, null, now);
  return { ...opened, ...protection, epoch: next, activeRegion: movedTo, serving, movedBy: 'person', left };
}

const sameRegions = (a: readonly Region[], b: readonly Region[]): boolean =>
  a.length === b.length && a.every((region) => b.includes(region));

/** What is kept of regions that the configuration has lost. */
export function strangers(record: LedgerRecord, regions: readonly Region[]): readonly Region[] {
  const kept = [
    record.activeRegion,
    record.left?.region ?? null,
    ...(record.serving ?? []),
    ...record.unprotected.map(({ region }) => region),
    record.stays?.region ?? null,
    ...record.fences.map(({ region }) => region),
    ...record.freezes.map(({ region }) => region),
  ];
  return [...new Set(kept)].filter((region) => region !== null).filter((region) => !regions.includes(region));
}

export function withoutStrangers(record: LedgerRecord, regions: readonly Region[]): LedgerRecord {
  const lost = strangers(record, regions);
  if (lost.length === 0) return record;
  const isKnown = (region: Region | null) => region === null || !lost.includes(region);
  return {
    ...record,
    activeRegion: isKnown(record.activeRegion) ? record.activeRegion : null,
    left: isKnown(record.left?.region ?? null) ? record.left : null,
    unprotected: record.unprotected.filter(({ region }) => isKnown(region)),
    stays: isKnown(record.stays?.region ?? null) ? record.stays : null,
    serving: record.serving?.filter(isKnown) ?? null,
    looks: record.looks.filter(({ region }) => isKnown(region)),
    fences: record.fences.filter(({ region }) => isKnown(region)),
    freezes: record.freezes.filter(({ region }) => isKnown(region)),
  };
}
