import { Resolver } from 'node:dns/promises';

/** The addresses of one name, asked for again when their TTL is over, as each viewer's own resolver would. */
export interface AddressBook {
  /** Rejects with the resolver's error when the name cannot be had. */
  address(viewer: string, signal: AbortSignal): Promise<string>;
}

export function addressBook(name: string, server: string, now: () => number): AddressBook {
  const known = new Map<string, { readonly address: string; readonly until: number }>();
  return {
    async address(viewer, signal) {
      const remembered = known.get(viewer);
      if (remembered !== undefined && now() < remembered.until) return remembered.address;
      const resolver = new Resolver({ timeout: 1000, tries: 3 });
      resolver.setServers([server]);
      const cancel = () => resolver.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const askedAt = now();
        const [first] = await resolver.resolve4(name, { ttl: true });
        if (first === undefined) throw Object.assign(new Error(`${name} has no address`), { code: 'ENODATA' });
        known.set(viewer, { address: first.address, until: askedAt + first.ttl * 1000 });
        return first.address;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}
