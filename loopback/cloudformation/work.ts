import { ResourceError } from './error.ts';
import type { Providers } from './providers.ts';
import type { ResourceType } from './resource-type.ts';
import type { ResourceStatus, Stack } from './stack.ts';

/** A stack that is worked on, and what it is worked on with. */
export interface Work {
  readonly account: string;
  readonly providers: Providers;
  /** The type of that name; undefined for one that there is not. */
  readonly typeNamed: (name: string) => ResourceType | undefined;
  readonly now: () => number;
  /** Names that are taken, and by which stack. */
  readonly claims: Map<string, string>;
  readonly stack: Stack;
}

export function typeOf({ typeNamed }: Pick<Work, 'typeNamed'>, name: string): ResourceType {
  const type = typeNamed(name);
  if (type === undefined) throw new ResourceError(`Unrecognized resource types: [${name}]`);
  return type;
}

export function teller({ stack, now }: Pick<Work, 'stack' | 'now'>, logicalId: string, type: string) {
  return (status: ResourceStatus, physicalId: string, reason = '') => {
    stack.events.push({ at: now(), logicalId, type, physicalId, status, reason });
  };
}
