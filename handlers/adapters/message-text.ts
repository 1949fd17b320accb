import type { Message } from '../../core/messages.ts';

/** A message as plain text: sentences, then facts one a line, then when. */
export function plainText({ lines, facts, at }: Message): string {
  const factLines = facts.map(({ name, value }) => `${name}: ${value}`);
  return [...lines, '', ...factLines, '', new Date(at).toISOString()].join('\n');
}

/** The service that a message is about: threads are named after an incident, `service#epoch`, or the service itself. */
export function serviceOf({ thread }: Message): string {
  return thread.split('#', 1)[0] || thread;
}
