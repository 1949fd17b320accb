import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { slackNotifier } from '../../../handlers/channels/slack.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';

type Answer = (response: ServerResponse) => void;

const bodies: string[] = [];
let answers: Answer[] = [];
const ok: Answer = (response) => response.end('ok');
const slack = createServer((request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const answer = answers.shift() ?? ok;
    if (answer === ok) bodies.push(body);
    answer(response);
  });
});
await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  slack.closeAllConnections();
  slack.close();
});

const secret = 'T000/B000/XXXXsecretXXXX';
const webhookUrl = `http://127.0.0.1:${(slack.address() as AddressInfo).port}/services/${secret}`;

function newStage(given: Partial<Parameters<typeof slackNotifier>[0]> = {}) {
  bodies.length = 0;
  answers = [];
  const waits: number[] = [];
  const notifier = slackNotifier({ webhookUrl, wait: async (ms) => void waits.push(ms), ...given });
  return { notifier, waits };
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(`no: ${webhookUrl}`);

notifierContract('Slack', async () => {
  const { notifier } = newStage();
  return {
    notifier,
    received: () => bodies.map(shown),
    breakDown: () => answers.push(status(500)),
  };
});

/** Every text in the blocks, as a person would see it. */
function shown(body: string): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'text' && typeof member === 'string') texts.push(member);
      collect(member);
    }
  };
  collect(JSON.parse(body).blocks);
  return texts.join('\n');
}

describe('the notifier by Slack, when something is wrong', () => {
  test.each([400, 403, 404, 410, 500, 302])('status %i is told by the status alone', async (code) => {
    const { notifier } = newStage();
    answers = [status(code, { location: webhookUrl })];

    const error = await notifier.send(message).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'NotificationFailed', message: `Slack answered with status ${code}` });
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
    expect(bodies).toEqual([]);
  });

  test('waits as long as Slack asks for, and tries once more', async () => {
    const { notifier, waits } = newStage();
    answers = [status(429, { 'retry-after': '2' })];

    await notifier.send(message);

    expect(waits).toEqual([2_000]);
    expect(bodies).toHaveLength(1);
  });

  test('asked to wait twice, it leaves the next attempt to its caller', async () => {
    const { notifier, waits } = newStage();
    answers = [status(429, { 'retry-after': '1' }), status(429, { 'retry-after': '1' })];

    await expect(notifier.send(message)).rejects.toThrow('status 429');
    expect(waits).toEqual([1_000]);
  });

  test.each(['60', 'soon', '-1', ''])('does not wait for a Retry-After of %j', async (retryAfter) => {
    const { notifier, waits } = newStage();
    answers = [status(429, { 'retry-after': retryAfter })];

    await expect(notifier.send(message)).rejects.toThrow('status 429');
    expect(waits).toEqual([]);
  });

  test('an answer that does not come is given up', async () => {
    const { notifier } = newStage({ timeoutMs: 100 });
    answers = [() => {}];

    await expect(notifier.send(message)).rejects.toMatchObject({
      name: 'NotificationFailed',
      message: 'Slack could not be reached (TimeoutError)',
    });
  });

  test('a refused connection is told without the address', async () => {
    const { notifier } = newStage({ webhookUrl: `http://127.0.0.1:1/services/${secret}` });

    const error = await notifier.send(message).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'NotificationFailed' });
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });

  test('what is no URL is refused without being quoted', () => {
    expect(() => newStage({ webhookUrl: secret })).toThrow('the Slack webhook is not a URL');
    expect(() => newStage({ webhookUrl: secret })).not.toThrow(secret);
  });
});
