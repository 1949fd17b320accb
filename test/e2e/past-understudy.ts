import { DescribeKeyValueStoreCommand, UpdateKeysCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { type Deployment, kvsClient } from './deployment.ts';

/** Moves orders by hand, past Understudy: with the next epoch, as the printed page says. */
export async function moveByHand(here: Deployment, weights: Readonly<Record<string, number>>): Promise<void> {
  const { epoch } = await here.lever('orders');
  const KvsARN = here.sandbox.addresses.services['orders']?.store ?? '';
  const client = kvsClient(here.sandbox.addresses.aws);
  const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
  const Value = JSON.stringify({ v: 1, e: (epoch ?? 0) + 1, w: Object.entries(weights) });
  await client.send(new UpdateKeysCommand({ KvsARN, IfMatch: ETag, Puts: [{ Key: 's/orders', Value }] }));
  client.destroy();
}
