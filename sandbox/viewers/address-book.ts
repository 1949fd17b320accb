import { Resolver } from 'node:dns/promises';

/** The addresses of one name, asked for again when their TTL is over, or later where a viewer's client keeps them longer. */
export interface AddressBook {
  /** `keepsMs`: at least, whatever the TTL. Rejects with the resolver's error when the name cannot be had. */
  address(viewer: string, signal: AbortSignal, keepsMs?: number): Promise<string>;
}

export function addressBook(name: string, server: string, now: () => number): AddressBook {
  const known = new Map<string, { readonly address: string; readonly until: number }>();
  return {
    async address(viewer, signal, keepsMs = 0) {
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
        known.set(viewer, { address: first.address, until: askedAt + Math.max(first.ttl * 1000, keepsMs) });
        return first.address;
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}
