import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { CallRecord } from '../../../loopback/aws/dispatch.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { type AwsServer, startAwsServer } from '../../../loopback/aws/server.ts';
import type { AwsService } from '../../../loopback/aws/service.ts';

export const account = '123456789012';
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** A server for one test; it is gone when the test is. */
export async function awsServer(services: readonly AwsService[], faults = new AwsFaults()) {
  const records: CallRecord[] = [];
  const server = await startAwsServer({ port: 0, account, services, faults, log: (record) => records.push(record) });
  onTestFinished(() => server.close());
  return Object.assign(server, { records });
}

/** What an SDK client needs to reach the server; no retries, so that a test sees the first error. */
export function clientConfig(server: AwsServer, region = 'us-east-1') {
  return { region, endpoint: server.url, credentials, maxAttempts: 1 };
}

/** The AWS CLIs of this machine: Debian's speaks the older protocols, a newer one may stand before it on the PATH. */
export const clis: readonly string[] = [
  ...new Set(
    ['/usr/bin/aws', onPath('aws')]
      .filter((path) => path !== null && existsSync(path))
      .map((path) => realpathSync(path ?? '')),
  ),
];

/** Runs a CLI and gives its JSON; rejects with what it wrote to stderr. */
export async function cli(path: string, args: readonly string[], url: string, region = 'us-east-1') {
  const text = await cliText(path, args, url, region);
  return text === '' ? null : JSON.parse(text);
}

/** The same, as it wrote it. */
export async function cliText(path: string, args: readonly string[], url: string, region: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, [...args, '--endpoint-url', url, '--region', region], {
    env: {
      PATH: process.env['PATH'],
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
    },
  });
  return stdout;
}

/** The error that a call ends with; fails when it ends well. */
export async function failure(call: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('the call was expected to fail');
}

/** Sends a request as it stands, signed for nobody. */
export async function raw(
  url: string,
  {
    method = 'POST',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
) {
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function onPath(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  return null;
}
