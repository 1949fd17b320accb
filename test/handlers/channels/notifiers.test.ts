import { expect, test } from 'vitest';
import { parseFailover } from '../../../config/define-failover.ts';
import type { FailoverInput } from '../../../config/schema.ts';
import { region } from '../../../core/brand.ts';
import { freshRecord } from '../../../core/record.ts';
import { notifiersOf } from '../../../handlers/channels/notifiers.ts';
import example from '../../../understudy.config.ts';
import { message } from '../../contracts/notifier.contract.ts';
import { MemoryCards } from '../../support/memory/cards.ts';
import { MemoryLog } from '../../support/memory/log.ts';

const secret = { env: 'A_SECRET', parameter: '/understudy/secret' };
const channels: NonNullable<FailoverInput['notify']['channels']> = [
  { kind: 'slack', name: 'chat', secrets: { webhookUrl: { env: 'CHAT_URL' } } },
  { kind: 'pagerduty', name: 'on-call', only: { services: ['payments'] }, secrets: { routingKey: secret } },
  { kind: 'eventbridge', name: 'programs' },
];

function made(env: Record<string, string>) {
  const failover = parseFailover({ ...example, notify: { ...example.notify, channels } });
  const log = new MemoryLog();
  const notifiers = notifiersOf({
    failover,
    region: region('us-west-2'),
    env,
    log,
    clock: { now: () => 0 },
    wait: async () => {},
    shows: () => ({ ledger: { read: async () => freshRecord('orders') }, cards: new MemoryCards() }),
  });
  return { notifiers, log, named: (name: string) => notifiers.find(({ channel }) => channel === name) };
}

test('a channel whose secret is nowhere is left out and logged, and the others are there', () => {
  const { notifiers, log } = made({});

  expect(notifiers.map(({ channel }) => channel)).toEqual(['sns', 'programs']);
  expect(JSON.stringify(log)).toContain('CHAT_URL is not set');
});

test('a secret that is none fails its own channel and not the function that tells by the others', async () => {
  const { notifiers, named } = made({ CHAT_URL: 'https://hooks.example.com/x', A_SECRET: 'no key' });

  expect(notifiers.map(({ channel }) => channel)).toEqual(['sns', 'chat', 'on-call', 'programs']);
  await expect(named('on-call')?.send(message)).rejects.toMatchObject({
    name: 'NotificationFailed',
    isFinal: true,
    message: expect.not.stringContaining('no key'),
  });
});

test('each channel takes what its route lets through', () => {
  const { named } = made({ CHAT_URL: 'https://hooks.example.com/x', A_SECRET: '0'.repeat(32) });

  expect(named('chat')?.takes(message)).toBe(true);
  expect(named('on-call')?.takes(message)).toBe(false);
  expect(named('on-call')?.takes({ ...message, service: 'payments' })).toBe(true);
  expect(named('programs')?.takes({ ...message, audience: 'record' })).toBe(true);
});

test('inside a function a parameter stands in for a variable', () => {
  const { named } = made({ AWS_SESSION_TOKEN: 'token' });

  expect(named('on-call')).toBeDefined();
  expect(named('chat')).toBeUndefined();
});
