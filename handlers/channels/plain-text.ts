import type { Message } from '../../core/messages.ts';
import { oneLine } from '../../core/one-line.ts';

/** A message as plain text: sentences, then facts one a line, then when. No part of it makes lines of its own. */
export function plainText({ lines, facts, at }: Message): string {
  const factLines = facts.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`);
  return [...lines.map(oneLine), '', ...factLines, '', new Date(at).toISOString()].join('\n');
}
