import { type Epoch, epoch } from './brand.ts';

/*
 * What a beacon's metric says. One number tells both who serves and by which epoch:
 *
 *   +epoch   the standby serves
 *   -epoch   the home region serves
 *
 * The alarm compares the sum of a minute with 0. So where two writers meet in one minute without seeing one another, the
 * newer epoch has the greater number and decides. Nothing else would: a maximum always favours the standby, and Route 53
 * follows no alarm with metric math.
 */

export type BeaconSide = 'home' | 'standby';

export function beaconValue(side: BeaconSide, at: Epoch): number {
  return side === 'standby' ? at : -at;
}

/** One period of the metric, as it is read. */
export interface BeaconDatum {
  /** When the period began, in milliseconds. */
  readonly at: number;
  readonly sum: number;
  readonly maximum: number;
  readonly minimum: number;
}

export interface BeaconReading {
  readonly side: BeaconSide;
  /** Null where nothing was ever written, or is kept no longer. */
  readonly epoch: Epoch | null;
  /** When the newest period began; null as above. */
  readonly at: number | null;
}

/** As the alarm has it: the newest period decides who serves. The epoch is the greatest that was seen, whatever came after. */
export function readBeacon(data: readonly BeaconDatum[]): BeaconReading {
  let newest: BeaconDatum | null = null;
  let greatest = 0;
  for (const datum of data) {
    if (newest === null || datum.at > newest.at) newest = datum;
    greatest = Math.max(greatest, Math.abs(datum.maximum), Math.abs(datum.minimum));
  }
  if (newest === null) return { side: 'home', epoch: null, at: null };
  return { side: newest.sum > 0 ? 'standby' : 'home', epoch: epoch(Math.round(greatest)), at: newest.at };
}

/**
 * The moment to stamp a datum with. A minute holds one side: where the newest one says the other, the datum belongs to the
 * minute after it. A moment that was chosen before the write keeps a write that is late on its way behind a newer one.
 */
export function beaconStamp(side: BeaconSide, standing: BeaconReading, now: number, periodMs: number): number {
  if (standing.at === null) return now;
  const free = standing.side === side ? standing.at : standing.at + periodMs;
  return Math.ceil(Math.max(now, free));
}

/**
 * The moment to stamp a datum with that takes back what cannot be read yet: a minute that lies behind where the other side
 * was written, however often.
 */
export function beaconStampBehind(side: BeaconSide, standing: BeaconReading, now: number, periodMs: number): number {
  const unread = beaconStamp(side === 'home' ? 'standby' : 'home', standing, now, periodMs);
  return (Math.floor(unread / periodMs) + 1) * periodMs;
}
