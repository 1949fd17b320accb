import { parseArgs } from 'node:util';
import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import '@aws-sdk/signature-v4a';

/*
 * Stands for `aws cloudfront-keyvaluestore`. The command line itself cannot reach a KeyValueStore that is not AWS's own: it puts
 * the account in front of the address. So these options go to AWS's JavaScript client instead, by the names that the command
 * line has for the same members.
 */
const [, operation = ''] = process.argv.slice(2);
const { values } = parseArgs({
  args: process.argv.slice(4),
  strict: true,
  options: Object.fromEntries(
    ['region', 'endpoint-url', 'kvs-arn', 'key', 'value', 'if-match', 'query', 'output'].map((name) => [
      name,
      { type: 'string' as const },
    ]),
  ),
});
const text = (name: string): string => {
  const value = values[name];
  if (typeof value !== 'string') throw new Error(`--${name} is missing`);
  return value;
};
const url = new URL(text('endpoint-url'));
const client = new CloudFrontKeyValueStoreClient({ region: text('region'), endpointProvider: () => ({ url }) });

async function answer(): Promise<Readonly<Record<string, unknown>>> {
  const KvsARN = text('kvs-arn');
  switch (operation) {
    case 'describe-key-value-store':
      return { ...(await client.send(new DescribeKeyValueStoreCommand({ KvsARN }))) };
    case 'get-key':
      return { ...(await client.send(new GetKeyCommand({ KvsARN, Key: text('key') }))) };
    case 'put-key': {
      const input = { KvsARN, Key: text('key'), Value: text('value'), IfMatch: text('if-match') };
      return { ...(await client.send(new PutKeyCommand(input))) };
    }
    default:
      throw new Error(`no operation ${operation}`);
  }
}

try {
  const got = await answer();
  process.stdout.write(`${values['query'] === undefined ? JSON.stringify(got) : got[text('query')]}\n`);
} catch (error) {
  process.stderr.write(`${error}\n`);
  process.exitCode = 254;
}
