import type { Message } from '../../core/messages.ts';
import type { Seen } from './happening.ts';

/** Answers each message for people when the first channel has it, whichever that is; null for everything else. */
export function heardMessages(): (seen: Seen) => Message | null {
  const heard = new WeakSet<Message>();
  return (seen) => {
    if (seen.kind !== 'told' || seen.message.audience !== 'people' || heard.has(seen.message)) return null;
    heard.add(seen.message);
    return seen.message;
  };
}
