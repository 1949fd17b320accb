import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../core/messages.ts';
import { pagerDutyEvent, pagerDutyNotifier } from '../../../handlers/channels/pagerduty.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';
import { hostileText } from '../../support/hostile.ts';
import { foreignServer, status } from './foreign-server.ts';

const server = await foreignServer();
afterAll(() => server[Symbol.asyncDispose]());

const routingKey = 'R0UT1NGKEYR0UT1NGKEYR0UT1NGKEY00';
const deployment = '123456789012/understudy';
const runbookUrl = 'https://wiki.example.com/runbook';

function newNotifier(given: Partial<Parameters<typeof pagerDutyNotifier>[0]> = {}) {
  server.taken.length = 0;
  server.answers.length = 0;
  const { url } = server;
  return pagerDutyNotifier({
    channel: 'on-call',
    url,
    routingKey,
    deployment,
    runbookUrl,
    wait: async () => {},
    ...given,
  });
}

notifierContract('PagerDuty', async () => {
  const notifier = newNotifier();
  return {
    notifier,
    received: () => server.taken.map(({ body }) => body),
    breakDown: () => server.answers.push(status(500)),
  };
});

const of = (given: Partial<Message>) =>
  pagerDutyEvent({ ...message, ...given }, routingKey, { deployment, runbookUrl }) as {
    readonly event_action: string;
    readonly dedup_key: string;
    readonly payload?: { readonly summary: string; readonly severity: string };
  };
const trouble = (state: 'opened' | 'reminded' | 'closed') => ({ id: 'orders#3', state, what: 'held/all-regions-down' });

describe('a trouble in PagerDuty', () => {
  test('has one key of its deployment from the first word to the last', () => {
    const story = [
      of({ trouble: trouble('opened') }),
      of({ trouble: trouble('reminded'), incident: 'orders#4', thread: 'orders#3' }),
      of({ trouble: trouble('reminded'), person: 'ana' }),
      of({ trouble: trouble('closed'), kind: 'conclusion', ending: 'held', severity: 'info' }),
    ];

    expect(story.map(({ event_action: action }) => action)).toEqual(['trigger', 'trigger', 'acknowledge', 'resolve']);
    expect(new Set(story.map(({ dedup_key: key }) => key))).toEqual(new Set([`${deployment}/orders#3`]));
  });

  test('is acknowledged by whoever declines, and not by a move that came to nothing', () => {
    const ended = { trouble: trouble('reminded'), person: 'ana', kind: 'conclusion' } as const;

    expect(of({ ...ended, ending: 'declined' }).event_action).toBe('acknowledge');
    expect(of({ ...ended, ending: 'rolled-back' }).event_action).toBe('trigger');
  });

  test('is what a message about none is not: that has an alert of its own', () => {
    expect(of({ trouble: null, person: 'ana' })).toMatchObject({
      event_action: 'trigger',
      dedup_key: `${deployment}/orders#7`,
      payload: { severity: 'critical', source: 'orders', class: 'announcement' },
      links: [{ href: runbookUrl }],
    });
  });

  test('fits what PagerDuty takes, whatever people wrote', () => {
    fc.assert(
      fc.property(hostileText, fc.string({ minLength: 900, maxLength: 3_000, unit: 'binary' }), (text, long) => {
        const thread = `${text}${long}`;
        const event = of({ subject: `${text}${long}`, lines: [long], thread, trouble: null });

        expect(event.payload?.summary.length).toBeLessThanOrEqual(1_024);
        expect(event.dedup_key.length).toBeLessThanOrEqual(255);
        expect(event.payload?.summary).not.toMatch(/[\n\r\u202e]/);
      }),
    );
  });
});

describe('the notifier by PagerDuty', () => {
  test.each([
    ['critical', {}, true],
    ['for information', { severity: 'info' }, false],
    ['critical and for the record', { audience: 'record' }, false],
    ['the end of a trouble, for information', { severity: 'info', trouble: trouble('closed') }, true],
    [
      'that a person is at a trouble, for information',
      { severity: 'info', trouble: trouble('reminded'), person: 'ana' },
      true,
    ],
  ] as const)('of what is %s takes what it should', (_, given, takes) => {
    expect(newNotifier().takes({ ...message, ...given })).toBe(takes);
    if (!takes && !('audience' in given))
      expect(newNotifier({ takesInfo: true }).takes({ ...message, ...given })).toBe(true);
  });

  test.each([
    [400, true],
    [429, false],
    [500, false],
    [503, false],
  ])('after status %i a retry is useless: %s', async (code, isFinal) => {
    const notifier = newNotifier();
    server.answers.push(status(code));

    await expect(notifier.send(message)).rejects.toMatchObject({ name: 'NotificationFailed', isFinal });
  });

  test('a key is in no error, wherever it fails', async () => {
    const nobody = newNotifier({ url: 'http://127.0.0.1:1' });
    const rotated = newNotifier({ routingKey: async () => `${routingKey}0` });
    const errors = await Promise.all(
      [nobody, rotated].map((notifier) => notifier.send(message).catch((error: unknown) => error)),
    );

    expect(errors).toMatchObject([
      { message: expect.stringContaining('PagerDuty could not be reached') },
      { message: expect.stringContaining('the routing key of PagerDuty is not 32 letters and digits') },
    ]);
    for (const error of errors) expect(inspect(error, { depth: 9 })).not.toContain(routingKey);
    expect(() => newNotifier({ routingKey: 'short' })).toThrow('is not 32 letters and digits');
  });
});
