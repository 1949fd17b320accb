import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { extensionParameter } from '../../../handlers/adapters/parameter.extension.ts';
import { slackNotifier } from '../../../handlers/channels/slack.ts';
import { message } from '../../contracts/notifier.contract.ts';

const secret = 'T000/B000/XXXXsecretXXXX';
let status = 200;
let value: unknown;
const seen: { url: string | undefined; token: unknown; body: string }[] = [];

/** The extension, and Slack, in one. */
const server = createServer(async (request: IncomingMessage, response) => {
  const body = (await request.toArray()).join('');
  seen.push({ url: request.url, token: request.headers['x-aws-parameters-secrets-token'], body });
  if (request.method === 'POST') response.end('ok');
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen.length = 0;
  status = 200;
  value = { Parameter: { Name: '/understudy/slack', Value: `${endpoint}/services/${secret}` } };
});

const read = extensionParameter({ name: '/understudy/slack', sessionToken: 'token', endpoint });
const slack = slackNotifier({ webhookUrl: read, wait: async () => {} });

test('a parameter is asked for decrypted, by who can show that it is the function', async () => {
  expect(await read()).toContain(secret);

  expect(seen).toEqual([
    {
      url: '/systemsmanager/parameters/get?name=%2Funderstudy%2Fslack&withDecryption=true',
      token: 'token',
      body: '',
    },
  ]);
});

test('a message goes to the webhook that the parameter holds now', async () => {
  await slack.send(message);
  value = { Parameter: { Value: `${endpoint}/services/rotated` } };
  await slack.send(message);

  expect(seen.map(({ url }) => url).filter((url) => url?.startsWith('/services'))).toEqual([
    `/services/${secret}`,
    '/services/rotated',
  ]);
});

test.each<[string, () => void, RegExp]>([
  [
    'there is no such parameter',
    () => {
      status = 400;
    },
    /the parameter \/understudy\/slack was not given: status 400/,
  ],
  [
    'the answer is something else',
    () => {
      value = { Value: secret };
    },
    /what was given for the parameter .* is none/,
  ],
  [
    'its value is no URL',
    () => {
      value = { Parameter: { Value: secret } };
    },
    /the Slack webhook is not a URL/,
  ],
])('where %s, the message counts as not told, and the error holds no secret', async (_what, change, because) => {
  change();

  const failure: unknown = await slack.send(message).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: 'NotificationFailed', message: expect.stringMatching(because) });
  expect(String(failure)).not.toContain('secret');
});

test('without the extension the message counts as not told', async () => {
  const alone = extensionParameter({ name: '/x', sessionToken: 'token', endpoint: 'http://127.0.0.1:1' });

  await expect(slackNotifier({ webhookUrl: alone, wait: async () => {} }).send(message)).rejects.toThrow(
    /could not be read: the extension did not answer/,
  );
});
