/**
 * How long the play waits for what Understudy and callers do. Both go by periods of AWS, which pass `tempo` times as fast here; but a
 * machine needs its own time for it, however short they are.
 */

/** The outage must be over, and verified, by then; otherwise the play has failed. Twenty minutes at AWS's pace, in milliseconds here. */
export const deadlineMs = (tempo: number): number => Math.max(60_000, (20 * 60_000) / tempo);

/** Callers behind a name hold on to its address for a TTL, usually a minute: three of them and a little more. */
export const watchMaxMs = (tempo: number): number => Math.max(10_000, 200_000 / tempo);

/** Every canary has passed by then, or the play cannot begin: five minutes at AWS's pace, and one for the machine to start what they need. */
export const calmMaxMs = (tempo: number): number => 60_000 + (5 * 60_000) / tempo;

/** A wait of the play that came to its end before what it waited for. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}
