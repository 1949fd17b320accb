import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { eventSchemas } from '../../../handlers/channels/event-schema.ts';
import { webhookNotifier } from '../../../handlers/channels/webhook.ts';
import { webhookReceiver } from '../../../sandbox/receivers/webhook.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';
import { foreignServer, status } from './foreign-server.ts';

const server = await foreignServer();
afterAll(() => server[Symbol.asyncDispose]());

// The example of the specification. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const signingKey = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const now = Date.UTC(2026, 10, 20, 18, 30, 1, 500);
const deployment = { name: 'understudy', account: '123456789012' };

function newNotifier(given: Partial<Parameters<typeof webhookNotifier>[0]> = {}) {
  server.taken.length = 0;
  server.answers.length = 0;
  const url = `${server.url}/hooks/XsecretX`;
  const clock = { now: () => now };
  return webhookNotifier({ channel: 'tools', url, signingKey, deployment, clock, wait: async () => {}, ...given });
}

notifierContract('webhook', async () => {
  const notifier = newNotifier();
  return {
    notifier,
    received: () => server.taken.map(({ body }) => body),
    breakDown: () => server.answers.push(status(500)),
  };
});

const verdictOf = (key: string, at = now) => {
  const [{ headers, body } = { headers: {}, body: '' }] = server.taken;
  return webhookReceiver(key, () => at).receive(headers, Buffer.from(body)).status;
};

describe('a signed webhook', () => {
  test('is signed over id, time in seconds and raw body, as the specification has it', async () => {
    await newNotifier().send(message);

    const [{ headers, body } = { headers: {} as never, body: '' }] = server.taken;
    const content = `${headers['webhook-id']}.1795199401.${body}`;
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    expect(headers['webhook-timestamp']).toBe('1795199401');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  });

  test('is taken by who knows the key, and by nobody else, nor later, nor changed', async () => {
    await newNotifier().send(message);

    expect(verdictOf(signingKey)).toBe(200);
    expect(verdictOf(other)).toBe(401);
    expect(verdictOf(signingKey, now + 301_000)).toBe(401);
    const [{ headers, body } = { headers: {}, body: '' }] = server.taken;
    const changed = Buffer.from(body.replace('us-west-2', 'us-east-1'));
    expect(webhookReceiver(signingKey, () => now).receive(headers, changed).status).toBe(401);
  });

  test('is taken as the example of the specification is', () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      // By standardwebhooks 1.1.1 of npm.
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const receiver = webhookReceiver(signingKey, () => 1_614_265_330_000);

    expect(receiver.receive(headers, Buffer.from('{"test": 2432232314}')).status).toBe(200);
  });

  test('is signed by both keys while one replaces the other', async () => {
    await newNotifier({ signingKey: `${signingKey} ${other}` }).send(message);

    expect(verdictOf(signingKey)).toBe(200);
    expect(verdictOf(other)).toBe(200);
  });

  test('that is sent again has the same id, and another message has another', async () => {
    const notifier = newNotifier();
    await notifier.send(message);
    await notifier.send(message);
    await notifier.send({ ...message, thread: 'orders#8' });

    const [first, again, next] = server.taken.map(({ headers }) => headers['webhook-id']);
    expect(again).toBe(first);
    expect(next).not.toBe(first);
  });

  test('holds an event of the schema that ships', async () => {
    await newNotifier().send(message);

    const event = JSON.parse(server.taken[0]?.body ?? '');
    expect(eventSchemas['understudy.move.announced'].parse(event)).toEqual(event);
    expect(event.data).toMatchObject({ version: 1, deployment, service: 'orders' });
  });
});

describe('the notifier by webhook', () => {
  test.each([
    ['its address', { url: 'http://127.0.0.1:1/hooks/XsecretX' }],
    ['a key that is none', { signingKey: async () => 'whsec_XsecretX' }],
    ['an address that is none', { url: async () => 'XsecretX' }],
  ])('has %s in no error', async (_, given) => {
    const error = await newNotifier(given)
      .send(message)
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'NotificationFailed' });
    expect(inspect(error, { depth: 9 })).not.toContain('XsecretX');
  });

  test.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', `${signingKey} secret`])('refuses the signing key %j', (key) => {
    expect(() => newNotifier({ signingKey: key })).toThrow('is not whsec_ with 24 to 64 bytes in base64');
  });
});
