import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createFunctionUrls } from '../../../../loopback/aws/lambda/function-urls.ts';
import { createLambda } from '../../../../loopback/aws/lambda/lambda.ts';
import type { Providers } from '../../../../loopback/cloudformation/providers.ts';
import { functionUrl, permission } from '../../../../loopback/cloudformation/resources/lambda.ts';
import { createIam } from '../../../../loopback/iam/iam.ts';
import { account, awsServer, raw } from '../aws-fixture.ts';

const region = 'us-west-2';
const arn = `arn:aws:lambda:${region}:${account}:function:answers`;
const where = { account, region, stack: 'app', logicalId: 'Url', generatedName: () => 'name' };

const sources = {
  echo: 'export const handler = async (event) => event;',
  formed: `export const handler = async () => ({ statusCode: 401, headers: { 'X-Word': 'no' }, body: 'bm8=', isBase64Encoded: true });`,
  empty: 'export const handler = async () => ({ statusCode: 204 });',
  garbled: `export const handler = async () => ({ statusCode: 'teapot' });`,
  thrown: `export const handler = async () => { throw new Error('broken'); };`,
};

/** The address of a function with this source, made as a template makes it. */
let urlOf: (source: keyof typeof sources, allowed?: readonly string[]) => Promise<string>;

beforeEach(() => {
  urlOf = async (source, allowed = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']) => {
    const folder = mkdtempSync(join(tmpdir(), 'url-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'index.mjs'), sources[source]);
    const iam = createIam(account);
    const lambda = createLambda({ account });
    const aws = await awsServer([lambda]);
    const functionUrls = createFunctionUrls({ aws, iam, now: () => Date.parse('2026-11-28T03:00:00Z') });
    onTestFinished(() => functionUrls.close());
    lambda.register({ name: 'answers', region, codeDir: folder });
    const providers = { functionUrls, iam, newId: () => String(Math.random()) } as unknown as Providers;
    for (const Action of allowed) {
      const more =
        Action === 'lambda:InvokeFunction' ? { InvokedViaFunctionUrl: true } : { FunctionUrlAuthType: 'NONE' };
      await permission.create({ Action, FunctionName: 'answers', Principal: '*', ...more }, where, providers);
    }
    const made = await functionUrl.create({ AuthType: 'NONE', TargetFunctionArn: arn }, where, providers);
    return String(made.attributes['FunctionUrl']);
  };
});

describe('a function’s own address', () => {
  test('gives a form as base64 of its bytes, JSON as text, and says how', async () => {
    const url = await urlOf('echo');
    const post = async (type: string, body: string) =>
      JSON.parse((await raw(`${url}in?a=1&a=2`, { headers: { 'Content-Type': type }, body })).text);

    const form = await post('application/x-www-form-urlencoded', 'payload=%7B%7D+é');

    expect(form).toMatchObject({
      version: '2.0',
      rawPath: '/in',
      rawQueryString: 'a=1&a=2',
      queryStringParameters: { a: '1,2' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      requestContext: { http: { method: 'POST', path: '/in' }, timeEpoch: Date.parse('2026-11-28T03:00:00Z') },
      isBase64Encoded: true,
    });
    expect(Buffer.from(form.body, 'base64').toString('utf8')).toBe('payload=%7B%7D+é');
    expect(await post('application/json; charset=utf-8', '{"a":1}')).toMatchObject({
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  test('answers as the function says', async () => {
    const { status, headers, text } = await raw(await urlOf('formed'), { body: '' });

    expect([status, headers.get('x-word'), text]).toEqual([401, 'no', 'no']);
  });

  test('says no length of an answer that has no body', async () => {
    const { status, headers } = await raw(await urlOf('empty'), { body: '' });

    expect([status, headers.get('content-length')]).toEqual([204, null]);
  });

  test.each(['garbled', 'thrown'] as const)('answers 502 where the function’s answer is %s', async (source) => {
    expect((await raw(await urlOf(source), { body: '' })).status).toBe(502);
  });

  test.each([
    ['without any grant', []],
    ['without the grant of the address', ['lambda:InvokeFunction']],
    ['without the grant of the function', ['lambda:InvokeFunctionUrl']],
  ])('lets nobody in %s', async (_, allowed) => {
    expect((await raw(await urlOf('echo', allowed), { body: 'x' })).status).toBe(403);
  });

  test('takes no more than six megabytes', async () => {
    const url = await urlOf('echo');

    expect((await raw(url, { body: Buffer.alloc(6 * 1024 * 1024 + 1) })).status).toBe(413);
  });

  test('refuses a web page of somebody else', async () => {
    const { hostname, port } = new URL(await urlOf('echo'));
    const status = await new Promise((resolve) => {
      const request = httpRequest({ hostname, port, headers: { origin: 'https://example.com' } }, (response) =>
        resolve(response.statusCode),
      );
      request.end();
    });

    expect(status).toBe(403);
  });
});
