import type { Message } from '../../core/messages.ts';

/** A message as plain text: sentences, then facts one a line, then when. */
export function plainText({ lines, facts, at }: Message): string {
  const factLines = facts.map(({ name, value }) => `${name}: ${value}`);
  return [...lines, '', ...factLines, '', new Date(at).toISOString()].join('\n');
}
