/** What one region takes of everybody together, and with that what strangers may cost. */
export const throttling = { requestsPerSecond: 1_000, burst: 500 } as const;

/** The same where nothing stands before the function that throttles: so many at a time. */
export const concurrencyMax = 100;
