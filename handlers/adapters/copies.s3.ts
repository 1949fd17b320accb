import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { copyKeys } from '../../deployment/names.ts';
import type { Copies } from '../steps/copy-state.ts';
import { awsClient, type Reach } from './client-settings.ts';

/** The next turn comes after a minute: what is not taken by then is not worth more. */
export const s3Client = (region: string, reach: Partial<Reach> = {}): S3Client =>
  // S3 signs in a way of its own, so the SDK's signers stay.
  awsClient(
    region,
    { connectMs: 2_000, answerMs: 6_000, attempts: 2, ...reach },
    ({ httpAuthSchemes: _, ...settings }) => new S3Client(settings),
  );

export interface Bucket {
  readonly client: S3Client;
  readonly bucket: string;
  /** Anybody in the world may have taken the bucket's name: only one of this account gets anything. */
  readonly account: string;
}

export function s3Copies({ client, bucket, account }: Bucket): Copies {
  const put = (Key: string, ContentType: string, Body: string) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        ExpectedBucketOwner: account,
        Key,
        ContentType: `${ContentType}; charset=utf-8`,
        // Asked for again with the ETag each time.
        CacheControl: 'no-cache',
        Body,
      }),
    );
  return {
    async write({ state, page }) {
      await put(copyKeys.state, 'application/json', state);
      await put(copyKeys.page, 'text/html', page);
    },
  };
}

/** A bucket goes with its stack only where it is empty. What is not there is as good as removed. */
export async function removeCopies({ client, bucket, account }: Bucket): Promise<void> {
  for (const Key of Object.values(copyKeys)) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, ExpectedBucketOwner: account, Key }));
  }
}
