import { AwsError } from './service.ts';

export interface Pair {
  readonly Key: string;
  readonly Value: string;
}

export interface Summary {
  readonly ItemCount: number;
  readonly TotalSizeInBytes: number;
  readonly ETag: string;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores */
export const limits = {
  keyBytes: 512,
  valueBytes: 1024,
  storeBytes: 5 * 1024 * 1024,
  updateKeys: 50,
  updateBytes: 3 * 1024 * 1024,
  listKeys: 50,
} as const;

export function totals({ entries }: { readonly entries: ReadonlyMap<string, string> }): Omit<Summary, 'ETag'> {
  let TotalSizeInBytes = 0;
  for (const [key, value] of entries) TotalSizeInBytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return { ItemCount: entries.size, TotalSizeInBytes };
}

export function checkPair(key: string, value: string): void {
  if (key === '' || Buffer.byteLength(key) > limits.keyBytes) {
    throw invalid(`A key must have between 1 and ${limits.keyBytes} bytes.`);
  }
  if (Buffer.byteLength(value) > limits.valueBytes) {
    throw invalid(`The value of key ${key} exceeds ${limits.valueBytes} bytes.`);
  }
}

export function checkUpdate(puts: readonly Pair[], deletes: readonly { readonly Key: string }[]): void {
  const keys = [...puts, ...deletes].map(({ Key }) => Key);
  if (keys.length === 0) throw invalid('An update must put or delete at least one key.');
  if (new Set(keys).size !== keys.length) throw invalid('A key may occur once in an update.');
  if (keys.length > limits.updateKeys) throw overLimit(`An update may have at most ${limits.updateKeys} keys.`);
  for (const { Key, Value } of puts) checkPair(Key, Value);
  const bytes = puts.reduce((sum, { Key, Value }) => sum + Buffer.byteLength(Key) + Buffer.byteLength(Value), 0);
  if (bytes > limits.updateBytes) throw overLimit(`An update may have at most ${limits.updateBytes} bytes.`);
}

export function checkStoreSize(entries: ReadonlyMap<string, string>): void {
  if (totals({ entries }).TotalSizeInBytes > limits.storeBytes) {
    throw overLimit(`A key value store may have at most ${limits.storeBytes} bytes.`);
  }
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function overLimit(message: string): AwsError {
  return new AwsError('ServiceQuotaExceededException', message, { status: 402 });
}
