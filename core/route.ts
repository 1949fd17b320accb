import type { Route } from './channel.ts';
import type { Message } from './messages.ts';

/**
 * Whether a message goes to a channel. The end of a trouble, and that a person is at it, are bound to their service alone: a channel that
 * heard of the beginning under another severity or reason would never hear of them.
 */
export function isRouted(
  { services, severities, troubles }: Route,
  message: Pick<Message, 'service' | 'severity' | 'trouble' | 'person'>,
  /** Of the configuration. */
  known: readonly string[],
): boolean {
  const { service, severity, trouble, person } = message;
  if (services !== undefined && known.includes(service) && !services.includes(service)) return false;
  if (trouble?.state === 'closed' || (trouble !== null && person !== null)) return true;
  if (severities !== undefined && !severities.includes(severity)) return false;
  return troubles === undefined || (trouble !== null && troubles.some((what) => isWithin(trouble.what, what)));
}

const isWithin = (what: string, wanted: string): boolean => what === wanted || what.startsWith(`${wanted}/`);
