import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ResourceError } from '../error.ts';
import { resourceType, text } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create-s3-kvp.html */
const importFile = z.strictObject({ data: z.array(z.strictObject({ key: text, value: text })) });

export const keyValueStore = resourceType({
  schema: z.strictObject({
    Name: text,
    ImportSource: z.strictObject({ SourceArn: text, SourceType: z.literal('S3') }).optional(),
  }),
  unheld: { Comment: 'shown in consoles alone' },
  named: 'Name',
  immutable: ['ImportSource'],
  async create({ Name, ImportSource }, { account }, { stores, asset, newId }) {
    const id = newId();
    const arn = `arn:aws:cloudfront::${account}:key-value-store/${id}`;
    stores.createStore({ arn, entries: ImportSource === undefined ? {} : imported(ImportSource.SourceArn, asset) });
    return { id: Name, attributes: { Arn: arn, Id: id, Status: 'READY' } };
  },
  async remove(_, { attributes }, _where, { stores }) {
    stores.deleteStore(String(attributes['Arn']));
  },
});

function imported(sourceArn: string, asset: (bucket: string, key: string) => string): Record<string, string> {
  const [, bucket = '', key = ''] = /^arn:aws:s3:::([^/]+)\/(.+)$/.exec(sourceArn) ?? [];
  const parsed = importFile.safeParse(JSON.parse(readFileSync(asset(bucket, key), 'utf8')));
  if (!parsed.success) throw new ResourceError(`The import source ${sourceArn} is not valid: ${parsed.error.message}`);
  return Object.fromEntries(parsed.data.data.map((pair) => [pair.key, pair.value]));
}
