import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { SlackAppConfig } from '../../../core/channel.ts';
import { answerSlack } from '../../../handlers/approval/answer-slack.ts';
import { buttonValue } from '../../../handlers/channels/slack-question.ts';
import { approve } from '../../../handlers/steps/approve.ts';
import { signedBy } from '../../../sandbox/receivers/slack-app.ts';
import { MemoryMetrics } from '../../support/memory/metrics.ts';
import { home } from '../../support/world.ts';
import { admitted, planOf } from '../steps/given.ts';
import { scene } from '../steps/scene.ts';

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const config: SlackAppConfig = {
  kind: 'slack-app',
  name: 'team',
  teamId: 'T0TEAM',
  channelId: 'C0TEAM',
  url: 'https://slack.com/api/',
  approvers: [
    { userId: 'U0ADA', person: 'ada@example.com' },
    { userId: 'U0GRACE', person: 'grace@example.com' },
  ],
  secrets: { botToken: { env: 'TOKEN' }, signingSecret: { env: 'SECRET' } },
};

/** A run that waits for so many people, and what Slack sends for those who press. */
async function waiting({ people = 2, only = {} }: { people?: number; only?: SlackAppConfig['only'] } = {}) {
  const stage = scene({ leaseMs: 600_000 });
  const { world, failover } = stage;
  const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
  const approval = { required: true, deadlineMs: 600_000, onDeadline: 'abort', people } as const;
  const verdict = { kind: 'move', diagnosis: 'region-down', plan: planOf(), because: 'bad', approval } as const;
  await world.clock.run(approve({ incident, verdict, taskToken: 'the-token' }, world, failover));
  const { question } = await world.ledger.read('orders');
  if (question === null) throw new Error('nothing was asked');

  const told: object[] = [];
  const words: { user: string; word: string; news: string | null }[] = [];
  const logged: unknown[] = [];
  const metrics = new MemoryMetrics();
  const log = { warn: (...said: unknown[]) => logged.push(said), info: (...said: unknown[]) => logged.push(said) };
  const fails: { tell?: Error } = {};
  const ports = {
    channels: [{ config: { ...config, only }, signingSecrets: async () => [secret] }],
    failover,
    ledger: world.ledger,
    clock: world.clock,
    metrics,
    log,
    tell: async (one: object) => {
      if (fails.tell !== undefined) throw fails.tell;
      told.push(one);
      return { kind: 'taken' } as const;
    },
    desk: {
      tell: async (_: unknown, { userId }: { userId: string }, word: string, news: string | null) =>
        void words.push({ user: userId, word, news }),
    },
  };
  const seconds = () => Math.floor(world.clock.now() / 1_000);
  const payloadOf = (user: string, change: object = {}, answer = 'approve', asked = question) => ({
    type: 'block_actions',
    team: { id: config.teamId },
    user: { id: user, team_id: config.teamId },
    channel: { id: config.channelId },
    container: { message_ts: '1548261231.000200' },
    trigger_id: `${user} ${answer}`,
    actions: [{ action_id: `understudy-${answer}`, value: buttonValue(asked, 'orders#1') }],
    ...change,
  });
  const bodyOf = (payload: object) => `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const eventOf = ({ headers, body }: ReturnType<typeof signedBy>, more: object = {}) => ({
    headers: { ...headers, ...more },
    requestContext: { http: { method: 'POST' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  });
  const signed = (payload: object, by = secret) => eventOf(signedBy(by, bodyOf(payload), seconds()));
  const send = async (event: unknown) => {
    const { statusCode, body } = await answerSlack(event, ports);
    return { statusCode, word: (JSON.parse(body) as { word: string }).word };
  };
  const pressed = async () =>
    (await world.ledger.entries('orders')).flatMap(({ what }) => (what.kind === 'pressed' ? [what] : []));
  const press = (user: string, change?: object, answer?: string) => send(signed(payloadOf(user, change, answer)));
  const refused = () => metrics.recorded.filter(({ metric }) => metric === 'AnswerRefused').length;
  return {
    stage,
    question,
    told,
    words,
    logged,
    fails,
    signed,
    payloadOf,
    eventOf,
    bodyOf,
    seconds,
    send,
    press,
    pressed,
    refused,
  };
}

describe('where two people have to approve', () => {
  test('the second one’s press moves it, each is on record, and the card hears of each', async () => {
    const { press, told, words, pressed } = await waiting();

    expect(await press('U0ADA')).toEqual({ statusCode: 200, word: expect.stringContaining('one more person has to') });
    expect(told).toEqual([]);
    expect(await press('U0GRACE')).toMatchObject({ statusCode: 200 });

    expect(told).toMatchObject([
      { taskToken: 'the-token', output: { approved: true, by: 'ada@example.com and grace@example.com' } },
    ]);
    expect((await pressed()).map(({ person, became }) => `${person} ${became}`)).toEqual([
      'ada@example.com counted',
      'grace@example.com taken',
    ]);
    expect(words.map(({ news }) => news)).toEqual([
      'Approved by ada@example.com; one more person has to',
      'Approved by ada@example.com and grace@example.com',
    ]);
  });

  test('one who declines is enough', async () => {
    const { press, told } = await waiting();

    await press('U0GRACE', {}, 'decline');

    expect(told).toMatchObject([{ output: { approved: false, by: 'grace@example.com' } }]);
  });
});

describe('a request that was handled before', () => {
  test('changes nothing: by whoever listened it is refused, and Slack’s own retry is told so', async () => {
    const { signed, payloadOf, send, told, words, refused } = await waiting({ people: 1 });
    const event = signed(payloadOf('U0ADA'));
    await send(event);

    const replayed = await send(event);
    const retried = await send({ ...event, headers: { ...event.headers, 'x-slack-retry-num': '1' } });

    expect(replayed).toEqual({ statusCode: 409, word: 'This request was handled before. It changes nothing.' });
    expect(retried.statusCode).toBe(200);
    expect(told).toHaveLength(1);
    expect(words).toHaveLength(1);
    expect(refused()).toBe(2);
  });

  test('whose run was not told is taken when it comes again', async () => {
    const { signed, payloadOf, send, told, fails } = await waiting({ people: 1 });
    const event = signed(payloadOf('U0ADA'));
    fails.tell = new Error('Step Functions is away');
    await expect(send(event)).rejects.toThrow('away');
    delete fails.tell;

    expect((await send(event)).statusCode).toBe(200);
    expect(told).toHaveLength(1);
  });
});

describe('is refused with a word, leaves a trace, and moves nothing:', () => {
  type Stage = Awaited<ReturnType<typeof waiting>>;
  test.each<[string, number, (stage: Stage) => unknown]>([
    [
      'what nobody signed',
      400,
      () => ({ headers: {}, requestContext: { http: { method: 'POST' } }, body: 'payload=' }),
    ],
    ['a forged signature', 401, ({ signed, payloadOf }) => signed(payloadOf('U0ADA'), 'another-secret-of-somebody')],
    [
      'another body under a good signature',
      401,
      ({ signed, payloadOf, bodyOf }) => ({
        ...signed(payloadOf('U0MALLORY')),
        body: Buffer.from(bodyOf(payloadOf('U0ADA'))).toString('base64'),
      }),
    ],
    [
      'a stale request',
      401,
      ({ eventOf, bodyOf, payloadOf, seconds }) =>
        eventOf(signedBy(secret, bodyOf(payloadOf('U0ADA')), seconds() - 301)),
    ],
    ['a foreign team', 403, ({ signed, payloadOf }) => signed(payloadOf('U0ADA', { team: { id: 'T0OTHER' } }))],
    [
      'a member of another workspace in a shared channel',
      403,
      ({ signed, payloadOf }) => signed(payloadOf('U0ADA', { user: { id: 'U0ADA', team_id: 'T0OTHER' } })),
    ],
    ['a foreign channel', 403, ({ signed, payloadOf }) => signed(payloadOf('U0ADA', { channel: { id: 'C0OTHER' } }))],
    [
      'a service that there is not',
      403,
      ({ signed, payloadOf, question }) =>
        signed(payloadOf('U0ADA', {}, 'approve', { ...question, incident: 'ordres#1' })),
    ],
    ['no answer', 400, ({ signed, payloadOf }) => signed(payloadOf('U0ADA', { type: 'view_submission' }))],
    ['a foreign user', 200, ({ signed, payloadOf }) => signed(payloadOf('U0MALLORY'))],
    [
      'an earlier epoch',
      200,
      ({ signed, payloadOf, question }) =>
        signed(payloadOf('U0ADA', {}, 'approve', { ...question, incident: 'orders#0' })),
    ],
    [
      'an earlier question of the same epoch',
      200,
      ({ signed, payloadOf, question }) =>
        signed(payloadOf('U0ADA', {}, 'approve', { ...question, askedAt: question.askedAt - 1 })),
    ],
    [
      'another way',
      200,
      ({ signed, payloadOf, question }) => signed(payloadOf('U0ADA', {}, 'approve', { ...question, to: home })),
    ],
  ])('%s', async (_, statusCode, eventOf) => {
    const stage = await waiting({ people: 1 });

    const said = await stage.send(eventOf(stage));

    expect(said).toEqual({ statusCode, word: expect.stringMatching(/\w+ \w+/) });
    expect(stage.told).toEqual([]);
    expect(stage.refused()).toBe(1);
    expect(stage.logged).toHaveLength(1);
    expect((await stage.stage.world.ledger.read('orders')).consents?.given ?? []).toEqual([]);
  });

  test('a service whose cards stand in another channel', async () => {
    const { press, told } = await waiting({ only: { services: ['payments'] } });

    expect((await press('U0ADA')).statusCode).toBe(403);
    expect(told).toEqual([]);
  });

  test('an answer after the deadline', async () => {
    const { stage, press, told } = await waiting({ people: 1 });
    await stage.world.clock.advance(600_000);

    expect(await press('U0ADA')).toMatchObject({ word: expect.stringContaining('does not wait for this answer') });
    expect(told).toEqual([]);
  });
});

test('what strangers send is written to no ledger, and what Slack signed is', async () => {
  const { send, signed, payloadOf, press, pressed } = await waiting();
  await send(signed(payloadOf('U0ADA'), 'another-secret-of-somebody'));
  expect(await pressed()).toEqual([]);

  await press('U0MALLORY');
  expect(await pressed()).toMatchObject([{ user: 'U0MALLORY', person: null, became: 'stranger' }]);
});

test('the token of the run and the secret are in no log, word or entry', async () => {
  const { press, words, logged, stage } = await waiting({ people: 1 });
  await press('U0MALLORY');
  await press('U0ADA');
  const all = inspect([words, logged, await stage.world.ledger.entries('orders')], { depth: 20 });

  expect(all).not.toContain('the-token');
  expect(all).not.toContain(secret);
});
