import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { ledgerRegion } from '../deployment/names.ts';
import { ledgerClient } from '../handlers/adapters/ledger.dynamodb.ts';
import type { ControlRegions } from './control-regions.ts';
import { personal } from './patience.ts';
import { isTheRegions, Unreachable } from './unreachable.ts';

export interface FollowingClient extends Pick<DynamoDBDocumentClient, 'send'> {
  close(): void;
}

/**
 * A client of the ledger that sends each call to the first control region whose replica takes it. Every replica holds
 * what the others have acknowledged, and every write of the ledger has a condition, so that one whose answer was lost in a
 * region is recognised in the next.
 */
export function followingClient(
  failover: Pick<Failover, 'ledger'>,
  regions: ControlRegions,
  endpoint: string | null,
): FollowingClient {
  const clients = new Map<Region, DynamoDBDocumentClient>();
  const clientIn = (region: Region): DynamoDBDocumentClient => {
    const known = clients.get(region);
    if (known !== undefined) return known;
    const client = ledgerClient(region, { ...personal, ...(endpoint !== null && { endpoint }) });
    clients.set(region, client);
    return client;
  };

  async function send(...call: Parameters<DynamoDBDocumentClient['send']>): Promise<unknown> {
    const asked = new Set<Region>();
    let lastError: unknown;
    for (const region of regions.inOrder()) {
      const replica = ledgerRegion(failover, region);
      if (asked.has(replica)) continue;
      asked.add(replica);
      try {
        return await clientIn(replica).send(...call);
      } catch (error) {
        if (!isTheRegions(error)) throw error;
        lastError = error;
        regions.skip(region, new Unreachable(`the ledger in ${replica} did not answer`, error).message);
      }
    }
    throw lastError;
  }

  return {
    send: send as DynamoDBDocumentClient['send'],
    close: () => {
      for (const client of clients.values()) client.config.requestHandler.destroy?.();
    },
  };
}
