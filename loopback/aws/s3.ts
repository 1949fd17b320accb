import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError, type AwsService, type Call } from './service.ts';

interface StoredObject {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly at: number;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
}

interface Bucket {
  readonly region: string;
  readonly objects: Map<string, StoredObject>;
}

/** S3: objects of buckets that templates make, written and read by their whole keys. */
export interface Buckets extends AwsService {
  /** Throws where somebody has the name: all accounts share one list. */
  create(bucket: { readonly name: string; readonly region: string }): void;
  /** Throws where something is in it. */
  delete(name: string): void;
}

export function createBuckets({ account, now }: { readonly account: string; readonly now: () => number }): Buckets {
  const buckets = new Map<string, Bucket>();

  function bucketOf({ Bucket: name, ExpectedBucketOwner: owner = account }: BucketInput, { region }: Call): Bucket {
    const bucket = buckets.get(name ?? '');
    if (bucket === undefined) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });
    }
    if (owner !== account) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
    if (region !== bucket.region) {
      const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`;
      throw new AwsError('AuthorizationHeaderMalformed', message, { status: 400 });
    }
    return bucket;
  }

  return {
    id: 's3',
    create({ name, region }) {
      if (buckets.has(name)) {
        throw new AwsError('BucketAlreadyExists', `The requested bucket name ${name} is not available.`, {
          status: 409,
        });
      }
      buckets.set(name, { region, objects: new Map() });
    },
    delete(name) {
      if ((buckets.get(name)?.objects.size ?? 0) > 0) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
      }
      buckets.delete(name);
    },
    operations: {
      async PutObject(input: PutObject, call: Call) {
        const { objects } = bucketOf(input, call);
        const body = Buffer.from(input.Body ?? '');
        const { ChecksumCRC32 } = input;
        const checksum = Buffer.alloc(4);
        checksum.writeUInt32BE(crc32(body));
        if (ChecksumCRC32 !== undefined && ChecksumCRC32 !== checksum.toString('base64')) {
          throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
        }
        const etag = `"${createHash('md5').update(body).digest('hex')}"`;
        objects.set(keyOf(input), {
          body,
          etag,
          at: now(),
          contentType: input.ContentType ?? 'binary/octet-stream',
          cacheControl: input.CacheControl,
        });
        return { ETag: etag };
      },

      async GetObject(input: GetObject, call: Call) {
        const found = bucketOf(input, call).objects.get(keyOf(input));
        if (found === undefined) {
          throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
        }
        const { body, etag, at, contentType, cacheControl } = found;
        if (input.IfNoneMatch === etag) throw new AwsError('NotModified', 'Not Modified', { status: 304 });
        return {
          Body: body,
          ETag: etag,
          LastModified: new Date(at),
          ContentLength: body.length,
          ContentType: contentType,
          CacheControl: cacheControl,
        };
      },

      async DeleteObject(input: BucketInput & KeyInput, call: Call) {
        bucketOf(input, call).objects.delete(keyOf(input));
        return {};
      },
    },
  };
}

interface BucketInput {
  readonly Bucket?: string;
  readonly ExpectedBucketOwner?: string;
}

interface KeyInput {
  readonly Key?: string;
}

interface GetObject extends BucketInput, KeyInput {
  readonly IfNoneMatch?: string;
}

interface PutObject extends BucketInput, KeyInput {
  readonly Body?: Uint8Array | string;
  readonly ChecksumCRC32?: string;
  readonly ContentType?: string;
  readonly CacheControl?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const keyMaxBytes = 1_024;

function keyOf({ Key = '' }: KeyInput): string {
  if (Key === '') throw new AwsError('InvalidRequest', 'A key must be specified.');
  if (Buffer.byteLength(Key) > keyMaxBytes) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return Key;
}
