import { type CloudFrontKeyValueStoreClient, ListKeysCommand } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { kvsStore, updateKeys } from './kvs-store.ts';

/** What a deployment may change in one call. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores */
export const UPDATE_KEYS_MAX = 50;

/** The keys of a CloudFront KeyValueStore, as a deployment sees them. */
export interface StoredPages {
  etag(): Promise<string>;
  /** All that begin with `prefix`. */
  list(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** At most `UPDATE_KEYS_MAX` together, all or nothing; `conflict` where the store is no longer the one that `etag` described. */
  update(change: Change, etag: string): Promise<'written' | 'conflict'>;
}

export interface Change {
  readonly puts: readonly (readonly [key: string, value: string])[];
  readonly deletes: readonly string[];
}

export function storedPages(client: CloudFrontKeyValueStoreClient, storeArn: string): StoredPages {
  const { etag } = kvsStore(client, storeArn);
  return {
    etag,

    async list(prefix) {
      const found = new Map<string, string>();
      let NextToken: string | undefined;
      do {
        const answer = await client.send(
          new ListKeysCommand({ KvsARN: storeArn, MaxResults: LIST_KEYS_MAX, ...(NextToken && { NextToken }) }),
        );
        for (const { Key = '', Value = '' } of answer.Items ?? []) if (Key.startsWith(prefix)) found.set(Key, Value);
        NextToken = answer.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found;
    },

    update: ({ puts, deletes }, etag) =>
      updateKeys(client, {
        KvsARN: storeArn,
        IfMatch: etag,
        ...(puts.length > 0 && { Puts: puts.map(([Key, Value]) => ({ Key, Value })) }),
        ...(deletes.length > 0 && { Deletes: deletes.map((Key) => ({ Key })) }),
      }),
  };
}

const LIST_KEYS_MAX = 50;
