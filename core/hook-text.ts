/** What hooks do after the run, as its last message says it. */
export const followingText = (hooks: readonly string[]): string =>
  `Hooks that follow: ${hooks.join(', ')}. You hear of those that fail; all others stand in the record.`;
