import type { Lever } from '../ports.ts';

/** The lever of a service in shadow: it can be read, and whatever asks it to write is refused. */
export function readOnly(lever: Lever, because: string): Lever {
  return {
    traits: lever.traits,
    read: () => lever.read(),
    ...(lever.complaints !== undefined && { complaints: () => lever.complaints?.() ?? Promise.resolve([]) }),
    write: async () => ({ kind: 'refused', because }),
  };
}
