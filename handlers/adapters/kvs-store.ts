import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  UpdateKeysCommand,
  type UpdateKeysCommandInput,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers the signer for SigV4A, which this service demands: without it every call fails.
import '@aws-sdk/signature-v4a';
import { awsClient, once, type Reach } from './client-settings.ts';
import { nameOf } from './vendor-error.ts';

/** A CloudFront KeyValueStore as an optimistic writer sees it. The ETag is the whole store's: anybody's write ends it. */
export interface KvsStore {
  etag(): Promise<string>;
  /** Null where there is no such key, and where there is no such store: `etag` rejects for the latter. */
  get(key: string): Promise<string | null>;
  /** All or nothing; `conflict` where the store is no longer the one that `etag` described. */
  put(pairs: Readonly<Record<string, string>>, etag: string): Promise<'written' | 'conflict'>;
}

/**
 * The service is global and signed for every region (`*`); `region` only satisfies the SDK. `endpoint` replaces
 * `https://<account>.cloudfront-kvs.global.api.aws`: by a provider, because the SDK would put the account in front of it.
 */
export function kvsClient(region: string, reach: Partial<Reach> = {}): CloudFrontKeyValueStoreClient {
  const usual = { connectMs: 1_000, answerMs: 2_000, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, ({ endpoint, ...settings }) => {
    const own = endpoint === undefined ? {} : { endpointProvider: endpointProviderOf(endpoint) };
    return new CloudFrontKeyValueStoreClient({ ...settings, ...own });
  });
}

export function endpointProviderOf(endpoint: string): () => { url: URL } {
  const url = new URL(endpoint);
  return () => ({ url });
}

export function kvsStore(client: CloudFrontKeyValueStoreClient, storeArn: string): KvsStore {
  return {
    async etag() {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: storeArn }));
      if (ETag === undefined) throw new Error(`${storeArn} has no ETag`);
      return ETag;
    },

    async get(key) {
      try {
        const { Value } = await client.send(new GetKeyCommand({ KvsARN: storeArn, Key: key }));
        return Value ?? null;
      } catch (error) {
        if (nameOf(error) === 'ResourceNotFoundException') return null;
        throw error;
      }
    },

    put: (pairs, etag) =>
      updateKeys(client, {
        KvsARN: storeArn,
        IfMatch: etag,
        Puts: Object.entries(pairs).map(([Key, Value]) => ({ Key, Value })),
      }),
  };
}

/** All or nothing; `conflict` where the store is no longer the one of `IfMatch`. */
export async function updateKeys(
  client: CloudFrontKeyValueStoreClient,
  update: UpdateKeysCommandInput,
): Promise<'written' | 'conflict'> {
  try {
    // Whoever asked repeats it: a second attempt in here would meet the ETag of the first one's write, and call that a conflict.
    await client.send(new UpdateKeysCommand(update), once);
    return 'written';
  } catch (error) {
    if (nameOf(error) === 'ConflictException') return 'conflict';
    throw error;
  }
}
