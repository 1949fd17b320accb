import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../../core/brand.ts';
import type { Message } from '../../../core/messages.ts';
import { freshRecord, type LedgerRecord } from '../../../core/record.ts';
import { slackAppNotifier } from '../../../handlers/channels/slack-app.ts';
import { slackWeb } from '../../../handlers/channels/slack-web.ts';
import { wait } from '../../../handlers/wait.ts';
import { message, notifierContract } from '../../contracts/notifier.contract.ts';
import { MemoryCards } from '../../support/memory/cards.ts';
import { MemoryLog } from '../../support/memory/log.ts';
import { questionOf } from '../../support/question.ts';
import { heldRecord, home, standby, t0 } from '../../support/world.ts';
import { botToken, slackServer, textOf, workspaceIds } from './slack-server.ts';

type Slack = Awaited<ReturnType<typeof slackServer>>;

/** A channel of its own, with what the ledger knows and when it is. */
async function stage(given: { slack?: Slack; cards?: MemoryCards; timeoutMs?: number } = {}) {
  const slack = given.slack ?? (await slackServer());
  const cards = given.cards ?? new MemoryCards();
  const log = new MemoryLog();
  const state: { record: LedgerRecord; now: number } = { record: freshRecord('orders'), now: t0 };
  const notifier = slackAppNotifier({
    channel: 'team',
    channelId: workspaceIds.channelId,
    answers: true,
    web: slackWeb({ url: slack.url, botToken, timeoutMs: given.timeoutMs ?? 2_000 }),
    ledger: { read: async () => state.record },
    cards,
    clock: { now: () => state.now },
    wait,
    log,
  });
  const shown = () => slack.workspace.messages().map(({ blocks }) => textOf(blocks));
  return { notifier, slack, cards, log, state, shown };
}

notifierContract('a Slack app', async () => {
  const { notifier, slack, shown } = await stage();
  return {
    notifier,
    received: shown,
    breakDown: () => slack.instead.push((response) => response.writeHead(500).end()),
  };
});

const incident = 'orders#7';
const question = questionOf({ incident, people: 2 });
const asked: Message = { ...message, kind: 'question', subject: 'Approve moving orders?', at: t0 };
const ended: Message = {
  ...message,
  kind: 'conclusion',
  severity: 'info',
  subject: 'orders moved',
  ending: 'recovered',
  at: t0 + 60_000,
};
/** The run of the incident waits. */
const waiting = (): LedgerRecord => heldRecord({ epoch: epoch(7), question });

describe('a thread', () => {
  test('has one card, which is written anew with each message, and the messages as replies', async () => {
    const { notifier, slack, state, shown } = await stage();
    state.record = waiting();
    await notifier.send(asked);
    state.record = { ...state.record, question: null };
    await notifier.send(ended);

    const [card, reply, ...more] = slack.workspace.messages();
    expect(more).toEqual([]);
    expect(card).toMatchObject({ thread: null, updates: expect.any(Number) });
    expect(reply).toMatchObject({ thread: card?.ts, text: 'orders moved' });
    expect(shown()[0]).toContain('orders moved');
    expect(shown()[0]).toContain('Approve moving orders?');
  });

  test('shows who has approved and what happens if nobody answers, with buttons for as long as it waits', async () => {
    const { notifier, slack, state, shown } = await stage();
    const given = [{ by: 'ada', at: t0 }];
    state.record = { ...waiting(), consents: { incident, from: home, to: standby, given } };
    await notifier.send(asked);

    expect(shown()[0]).toContain('Ada has approved; one more person has to.');
    expect(shown()[0]).toContain('If nobody answers: nothing is moved, and people are told.');
    expect(slack.workspace.press({ user: 'U1', answer: 'approve' })).not.toBeNull();

    state.now = question.deadline;
    await notifier.send(ended);
    expect(slack.workspace.press({ user: 'U1', answer: 'approve' })).toBeNull();
  });

  test('is one card where two functions tell of it at once', async () => {
    const slack = await slackServer();
    const cards = new MemoryCards(async () => {
      await wait(5);
    });
    const [one, other] = await Promise.all([stage({ slack, cards }), stage({ slack, cards })]);

    await Promise.all([one.notifier.send(asked), other.notifier.send(ended)]);

    const alone = slack.workspace.messages().filter(({ thread }) => thread === null);
    // Whoever came second tells by itself, because nobody knew yet where the card stands.
    expect(alone.length).toBeLessThanOrEqual(2);
    await one.notifier.send({ ...ended, at: t0 + 90_000, subject: 'orders is home' });
    expect(slack.workspace.messages().at(-1)).toMatchObject({ thread: expect.any(String) });
    expect(textOf(slack.workspace.messages().filter(({ updates }) => updates > 0))).toContain('orders is home');
  });

  test('ends with what the ledger says, however updates overtake one another', async () => {
    const { notifier, slack, state, shown } = await stage();
    await notifier.send(asked);
    // The first update is held up on its way, and somebody answers meanwhile.
    slack.instead.push(
      (_response, { answer }) => answer(),
      (_response, { answer }) => {
        state.record = {
          ...waiting(),
          consents: { incident, from: home, to: standby, given: [{ by: 'ada', at: t0 }] },
        };
        answer();
      },
    );
    state.record = waiting();
    await notifier.send({ ...message, at: t0 + 1 });

    expect(shown()[0]).toContain('da has approved');
  });
});

test('who approved by command line is shown when a channel is asked to show what is so', async () => {
  const { notifier, state, shown, slack } = await stage();
  state.record = waiting();
  await notifier.send(asked);
  state.record = { ...waiting(), consents: { incident, from: home, to: standby, given: [{ by: 'ada', at: t0 }] } };

  await notifier.refresh?.(state.record);

  expect(shown()[0]).toContain('Ada has approved; one more person has to.');
  expect(slack.workspace.messages()).toHaveLength(1);
});

describe('a message that is sent again after a lost answer', () => {
  test('is told all the same, and the card that the ledger knows is the one that is written anew', async () => {
    const { notifier, slack, shown } = await stage({ timeoutMs: 100 });
    // Slack has it, and nobody hears that.
    slack.instead.push((_response, { take }) => take());

    await expect(notifier.send(asked)).rejects.toThrow('Slack could not be reached');
    await notifier.send(asked);
    await notifier.send(ended);

    const cards = slack.workspace.messages().filter(({ thread }) => thread === null);
    expect(cards).toHaveLength(2);
    expect(shown().at(-2)).toContain('orders moved');
  });
});

describe('where Slack is slow or ill', () => {
  test('a 429 is told at once, whatever it says to wait', async () => {
    const { notifier, slack } = await stage();
    slack.instead.push((response) => response.writeHead(429, { 'retry-after': '600' }).end());
    const began = performance.now();

    await expect(notifier.send(asked)).rejects.toThrow('says to come again in 600 s');
    await notifier.send(asked);

    // Neither the call nor the one after it waited.
    expect(performance.now() - began).toBeLessThan(600_000 / 10);
    expect(slack.workspace.messages()).toHaveLength(1);
  });

  test('no answer is waited for in vain', async () => {
    const { notifier, slack } = await stage({ timeoutMs: 100 });
    slack.instead.push(() => {});

    await expect(notifier.send(asked)).rejects.toThrow('Slack could not be reached');
  });

  test('an update that fails keeps nobody from being told', async () => {
    const { notifier, slack, log } = await stage();
    await notifier.send(asked);
    slack.instead.push(
      (_response, { answer }) => answer(),
      (response) => response.writeHead(500).end(),
    );

    await notifier.send(ended);

    expect(slack.workspace.messages().at(-1)?.text).toBe('orders moved');
    expect(log.warnings.map((warning) => warning.message)).toContain('a card was not written anew');
  });

  test('a refusal that would be the same again is final, and one that passes is not', async () => {
    const { notifier, slack } = await stage();
    const refuse = (error: string) =>
      slack.instead.push((response) => response.end(JSON.stringify({ ok: false, error })));
    refuse('not_in_channel');
    await expect(notifier.send(asked)).rejects.toMatchObject({
      isFinal: true,
      message: 'Slack refused: not_in_channel',
    });
    refuse('service_unavailable');
    await expect(notifier.send(asked)).rejects.toMatchObject({ isFinal: false });
  });
});

test('where the ledger gives no card people are told without one', async () => {
  const cards = new MemoryCards();
  cards.find = () => Promise.reject(new Error('the ledger is away'));
  const { notifier, slack, log } = await stage({ cards });

  await notifier.send(asked);

  expect(slack.workspace.messages()).toMatchObject([{ text: 'Approve moving orders?' }]);
  expect(log.warnings.map((warning) => warning.message)).toEqual(['people are told without a card']);
});

test('a ledger that hangs keeps people from hearing no longer than a moment', async () => {
  const cards = new MemoryCards();
  cards.find = () => new Promise(() => {});
  const { notifier, slack } = await stage({ cards });

  await notifier.send(asked);

  expect(slack.workspace.messages()).toMatchObject([{ text: 'Approve moving orders?' }]);
});

test('where the record is not read people are told without a card, and once where the card is not noted', async () => {
  const unread = await stage();
  Object.defineProperty(unread.state, 'record', { get: () => Promise.reject(new Error('the ledger is away')) });
  await unread.notifier.send(asked);
  expect(unread.slack.workspace.messages()).toMatchObject([{ text: 'Approve moving orders?' }]);

  const cards = new MemoryCards();
  const { find } = cards;
  let looks = 0;
  cards.find = (...of) => (looks++ === 0 ? find.apply(cards, of) : Promise.reject(new Error('the ledger is away')));
  const { notifier, slack } = await stage({ cards });
  await notifier.send(asked);
  expect(slack.workspace.messages()).toHaveLength(1);
});

test('the token is in no error and no log, however it fails', async () => {
  const { notifier, slack, log } = await stage({ timeoutMs: 100 });
  for (const fail of [429, 500, 302])
    slack.instead.push((response) => response.writeHead(fail, { location: 'x' }).end());
  slack.instead.push((response) => response.destroy());
  const errors: unknown[] = [];
  for (let attempt = 0; attempt < 4; attempt++) await notifier.send(asked).catch((error) => errors.push(error));

  expect(errors).toHaveLength(4);
  expect(inspect([errors, log], { depth: 20 })).not.toContain(botToken);
});

test('a token that is none is told without quoting it', async () => {
  const web = () => slackWeb({ url: 'http://127.0.0.1:1/', botToken: 'xoxp-of-a-person' });

  expect(web).toThrow('the bot token of Slack is not a bot token, which begins with xoxb-');
});
