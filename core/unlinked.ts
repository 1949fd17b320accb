/** Joins words and is not seen: with it in between, nobody takes what stands around it for a link or a mention. */
export const wordJoiner = '\u2060';

/**
 * Patterns of what programs make links or mentions of by themselves, where no markup asks for it, and what replaces each: addresses
 * with a scheme, hosts that begin with `www`, e-mail addresses and `@somebody`, `#channel`. `orders#7` stays as it is.
 * Sources of regular expressions, so that JSONata can have the same.
 */
export const linkTriggers: readonly (readonly [pattern: string, replacement: string])[] = [
  [':\\/\\/', `:${wordJoiner}//`],
  ['([wW][wW][wW])\\.', `$1${wordJoiner}.`],
  ['(mailto|tel|xmpp):', `$1${wordJoiner}:`],
  ['@', `@${wordJoiner}`],
  ['(^|[^A-Za-z0-9])#', `$1#${wordJoiner}`],
];

/** The text with every trigger broken. */
export function unlinked(text: string): string {
  return replacedBy(linkTriggers, text);
}

export function replacedBy(pairs: readonly (readonly [string, string])[], text: string): string {
  return pairs.reduce((rest, [pattern, replacement]) => rest.replaceAll(new RegExp(pattern, 'g'), replacement), text);
}
