import { answerChannels, secretsOf } from '../core/channel.ts';
import { statesAnswers } from './adapters/answers.states.ts';
import { byRegion } from './adapters/client-by-region.ts';
import { systemClock } from './adapters/clock.ts';
import { statesClient } from './adapters/starter.states.ts';
import { type AnswerSlackPorts, answerSlack, type Said } from './approval/answer-slack.ts';
import { slackDesk } from './approval/slack-desk.ts';
import { readSecret, secretValue } from './channels/secret.ts';
import { slackWeb } from './channels/slack-web.ts';
import { ConfigurationError } from './errors.ts';
import { madeOnce } from './made-once.ts';
import { isWarmUp } from './step-handler.ts';
import { sentence } from './steps/sentence.ts';
import { wait } from './wait.ts';
import { cards } from './wiring/cards.ts';
import { ledger } from './wiring/ledger.ts';
import { surroundings, type Wiring, wiringOf } from './wiring.ts';

const bound = madeOnce(bind);

/** Behind an address that everybody reaches: whatever comes is answered, and nothing that comes makes it fail. */
export async function handler(event: unknown): Promise<Said | { readonly warm: true }> {
  const ports = await bound();
  try {
    // Nobody can send this by the address: what comes there is an event of its form.
    if (isWarmUp(event)) {
      await ports.ledger.read(ports.failover.services[0]?.name ?? '');
      return { warm: true };
    }
    return await answerSlack(event, ports);
  } catch (error) {
    ports.log.error('an answer was not taken', { because: sentence(error) });
    const word = 'Nobody knows whether your answer was taken. Press again, or answer by command line.';
    return { statusCode: 500, body: JSON.stringify({ word }) };
  } finally {
    await ports.metrics.flush();
  }
}

async function bind(): Promise<
  Omit<AnswerSlackPorts, 'log' | 'metrics'> & ReturnType<typeof surroundings> & Pick<Wiring, 'log'>
> {
  const wiring = await wiringOf('slack-answer', process.env);
  const { failover, region, env, log } = wiring;
  const channels = answerChannels(failover.notify.channels);
  const secret = (channel: (typeof channels)[number], name: string) => {
    const found = secretsOf(channel)[name];
    const value = found === undefined ? null : secretValue(found, env);
    if (value === null) throw new ConfigurationError(`${name} of ${channel.name} is nowhere to be found`);
    return value;
  };
  const webs = new Map(
    channels.map((config) => [
      config.name,
      slackWeb({ url: config.url, botToken: secret(config, 'botToken'), timeoutMs: 1_000 }),
    ]),
  );
  const ofLedger = ledger(wiring);
  return {
    ...surroundings(wiring),
    log,
    failover,
    ledger: ofLedger,
    channels: channels.map((config) => ({ config, signingSecrets: signingSecrets(secret(config, 'signingSecret')) })),
    tell: statesAnswers(
      byRegion((where) => statesClient(where, { connectMs: 500, answerMs: 1_000 })),
      region,
    ),
    desk: slackDesk({
      webOf({ name }) {
        const web = webs.get(name);
        if (web === undefined) throw new ConfigurationError(`there is no channel ${name}`);
        return web;
      },
      ledger: ofLedger,
      cards: cards(wiring),
      clock: systemClock,
      wait,
      log,
    }),
  };
}

/** Read with every request, because a parameter may have been rotated; a short one could be guessed. */
function signingSecrets(value: Parameters<typeof readSecret>[1]): () => Promise<readonly string[]> {
  const read = readSecret('the signing secret of Slack', value, (text) =>
    text
      .trim()
      .split(/\s+/)
      .every((each) => each.length >= 16)
      ? null
      : 'is shorter than 16 characters',
  );
  return async () => (await read()).trim().split(/\s+/);
}
