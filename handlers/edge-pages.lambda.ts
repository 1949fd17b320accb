import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { edgePagesVariable } from '../deployment/edge-pages.ts';
import { parseEdgePages, parseEdgePagesRequest, writePages } from './adapters/edge-pages.ts';
import { kvsClient } from './adapters/kvs-store.ts';
import { storedPages } from './adapters/stored-pages.ts';
import { answered, type CustomResourceEvent } from './custom-resource.ts';

/** Runs while CloudFormation makes or updates the stack of the levers: writes to the store which service a request belongs to. */
export async function handler(event: CustomResourceEvent): Promise<void> {
  await answered(event, async () => {
    // The store outlives the stack, and what an edge still asks for with it.
    if (event.RequestType === 'Delete') return;
    const { store, endpoint } = parseEdgePagesRequest(event.ResourceProperties);
    const wanted = parseEdgePages(await readFile(process.env[edgePagesVariable] ?? '', 'utf8'));
    const client = kvsClient(process.env['AWS_REGION'] ?? '', { endpoint, attempts: 4 });
    await writePages(wanted, storedPages(client, store), wait);
  });
}
