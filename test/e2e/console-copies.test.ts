import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import type { Copy } from '../../core/copy.ts';
import { copiesBucket, functionName } from '../../deployment/names.ts';
import { presigned } from '../support/presigned.ts';
import { home, standby } from '../support/world.ts';
import { pageAt, withoutBrowser } from './browser.ts';
import { configuration } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';

const other = 'us-east-2';
const here = deployment({
  failover: { ...configuration({ controlRegions: [standby, other] }), console: { copies: true } },
});

const bucketIn = (region: string) => copiesBucket(here.failover, region as typeof home);

/** One turn of the function, as its schedule starts it; what it failed with, or null. */
async function turnIn(region: string): Promise<string | null> {
  const lambda = new LambdaClient(clientConfig(here.sandbox.addresses.aws, region));
  const command = new InvokeCommand({ FunctionName: functionName(here.failover, 'copy'), Payload: '{}' });
  const { FunctionError, Payload } = await lambda.send(command);
  lambda.destroy();
  return FunctionError === undefined ? null : Buffer.from(Payload ?? []).toString();
}

async function objectIn(region: string, Key: string): Promise<string> {
  const s3 = new S3Client(clientConfig(here.sandbox.addresses.aws, region));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketIn(region), Key }));
  const text = (await Body?.transformToString()) ?? '';
  s3.destroy();
  return text;
}

const stateIn = async (region: string): Promise<Copy> => JSON.parse(await objectIn(region, 'state.json'));

const addressIn = (region: string) =>
  presigned(`${here.sandbox.addresses.aws}/${bucketIn(region)}/index.html`, region, 'sandbox');

test('one turn in each control region writes the state of all services, and nothing of a token', async () => {
  for (const region of here.failover.controlRegions) {
    expect(await turnIn(region)).toBeNull();
    const copy = await stateIn(region);

    expect(copy).toMatchObject({ version: 1, region, regions: here.failover.controlRegions });
    expect(copy.services.map(({ name, failure }) => [name, failure])).toEqual(
      here.failover.services.map(({ name }) => [name, null]),
    );
    expect(copy.services[0]?.state?.routing).toMatchObject({ kind: 'read', routing: { weights: { [home]: 1000 } } });
    expect(JSON.stringify(copy)).not.toMatch(/token|secret|arn:aws/i);
  }
});

test('where one control region is lost, the copy of the other is still written', async () => {
  await turnIn(other);
  const before = await stateIn(other);
  await here.fault(standby, 'lost');

  expect(await turnIn(other)).toBeNull();
  expect((await stateIn(other)).writtenAt).toBeGreaterThan(before.writtenAt);
  expect(await stateIn(standby).catch(() => 'lost')).toBe('lost');
});

test('where the ledger is lost, a copy is written all the same, and says so of each service', async () => {
  await turnIn(other);
  const before = await stateIn(other);
  await here.awsFault({ service: 'dynamodb', fault: 'throttled' });

  expect(await turnIn(other)).toBeNull();
  const after = await stateIn(other);
  expect(after.writtenAt).toBeGreaterThan(before.writtenAt);
  expect(after.services.map(({ failure }) => failure === null)).toEqual(here.failover.services.map(() => false));
  expect(after.services.map(({ readAt }) => readAt)).toEqual(before.services.map(({ readAt }) => readAt));
});

describe.skipIf(withoutBrowser !== null)('the page in the bucket', () => {
  test('shows every service with its age, polls itself, and has nothing to act with', async () => {
    const [region = ''] = here.failover.controlRegions;
    await turnIn(region);
    const { page, complaints } = await pageAt(await addressIn(region));

    await page.getByText(`read-only copy, written by ${region}`).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(here.failover.services.length);
    await page.getByRole('link', { name: /orders/ }).click();
    await page.getByText(new RegExp(`as configured: ${home}`)).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    const again = page.waitForResponse((response) => response.url().includes('/index.html'));
    await turnIn(region);
    expect([200, 304]).toContain((await again).status());
    expect(complaints).toEqual([]);
  });

  test('turns pale and says nothing of now when it is older than three minutes, from a bucket and from a file', async () => {
    const [region = ''] = here.failover.controlRegions;
    await turnIn(region);
    const { writtenAt } = await stateIn(region);
    const html = await objectIn(region, 'index.html');
    const old = html.replaceAll(String(writtenAt), String(writtenAt - 10 * 60_000));
    expect(old).not.toBe(html);
    const file = join(await mkdtemp(join(tmpdir(), 'copy-')), 'index.html');
    await writeFile(file, old);
    const { page, complaints } = await pageAt(pathToFileURL(file).href);

    await page
      .getByRole('alert')
      .filter({ hasText: /1\d min \d+ s old and says nothing of now \(a file/ })
      .waitFor();
    expect(await page.locator('main.old').count()).toBe(1);
    expect(await page.getByText('all well').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
