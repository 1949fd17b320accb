/**
 * An expression for a moment in an answer: ISO-8601 as Wait takes it, or null where there is none. What is no moment
 * throws, in the task that got it.
 */
export const instantOrNull = (answer: string): string =>
  `$exists(${answer}) and ${answer} != null ? $fromMillis($toMillis(${answer})) : null`;
