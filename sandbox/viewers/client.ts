import http from 'node:http';
import type { LookupFunction } from 'node:net';
import { type CallerKindName, callerKinds } from '../../core/caller-kinds.ts';

/** The client of one viewer. */
export interface ViewerClient {
  readonly keepsAddressMs: number;
  /** Keeps connections; absent where it keeps none. */
  readonly agent: http.Agent | undefined;
  /** Whether connections are kept by the name, and not by the address behind it. */
  readonly byName: boolean;
}

/** One client a viewer, kept as long as the viewer is there. */
export function viewerClients(tempo: number) {
  const clients = new Map<string, ViewerClient>();
  return {
    of(viewer: string, kind: CallerKindName): ViewerClient {
      const known = clients.get(viewer);
      if (known !== undefined) return known;
      const { keepsAddressMs, keepsConnections } = callerKinds[kind];
      const client = {
        keepsAddressMs: keepsAddressMs / tempo,
        agent: keepsConnections === 'never' ? undefined : new http.Agent({ keepAlive: true }),
        byName: keepsConnections === 'by-name',
      };
      clients.set(viewer, client);
      return client;
    },
    close() {
      for (const { agent } of clients.values()) agent?.destroy();
    },
  };
}

/** A lookup for a connection that is being made. */
export function lookingUp(address: (signal: AbortSignal) => Promise<string>): LookupFunction {
  return (_name, options, callback) => {
    address(AbortSignal.timeout(lookupMs)).then(
      (found) => (options.all ? callback(null, [{ address: found, family: 4 }]) : callback(null, found, 4)),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** The connection outlives the request that it was made for, so its lookup has a deadline of its own. */
const lookupMs = 5_000;
