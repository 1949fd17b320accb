/*
 * How often each loop of the machine may turn, whatever its function answers. An execution fails at 25,000 events.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 *
 *   turn    Lead 5 + Led? 2 + Turn? 2 + Switch 5 + Switched? 2 = 16 events × 300 = 4,800
 *   look    Prove 5 + Proved? 2 + WaitToLook 2 + Look? 2 = 11 events × 700 =  7,700
 *   poll    NextRuns 5 + Running? 2 + WaitForRuns 2  = 9 events × 1,200  = 10,800
 *                                                                          23,300
 *
 * which leaves 1,700 events for retries, 3 each. One that is at its bound reports what is left, and is run again: what is out stays out.
 */

/** Turns: tiers on the way out, a few services each on the way back. */
export const turnsMax = 300;

/** Invocations that look whether what was written has arrived, half a minute each at most. */
export const looksMax = 700;

/** Looks at runs of single services: every 2 s at first, and every 30 s where they take long. */
export const pollsMax = 1_200;

/** Variables whose growth ends a loop: the lint wants one of them in the condition of every cycle. */
export const evacuationBounds = ['turn', 'looks', 'polls'] as const;

/** A thousand services by runs, ten at a time and half a minute each, are under an hour; one that waits for a ramp takes longer. */
export const evacuationSecondsMax = 24 * 3600;
